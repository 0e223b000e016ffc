"""People and outlets: entered and found by name."""

from collections.abc import Callable, Collection
from typing import TypeVar

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hub.domain.audience import Role
from hub.domain.errors import N_, Invalid
from hub.domain.person import Category, Outlet, Person
from hub.domain.words import clean_line, fold

T = TypeVar("T")


def add_person(
    session: Session,
    name: str,
    *,
    role: Role,
    outlet: str | None,
    category: Category | None = None,
    shares: bool | None = None,
) -> Person:
    """Enters somebody; the same name with the same role and outlet is the same person.

    `category` and `shares` are the outlet's, None: as they are. Raises Invalid where the name is
    taken by somebody else.
    """
    name = clean_line("name", name)
    at = _outlet(session, outlet) if outlet else None
    if at is not None:
        at.category = category or at.category
        at.shares = at.shares if shares is None else shares
    person = _found_or_entered(
        session,
        select(Person).where(Person.folded == fold(name)),
        lambda: Person(name=name, folded=fold(name), role=role, outlet=at),
    )
    if person.role != role or person.outlet is not at:
        raise Invalid(
            "name",
            N_("%(name)s is entered already with another role or outlet. Use another name."),
            name=name,
        )
    return person


def give_role(session: Session, name: str, *, role: Role, outlet: str | None) -> Person:
    """What somebody is from now on. Raises Invalid where nobody has this name."""
    person = person_named(session, name)
    person.role, person.outlet = role, _outlet(session, outlet) if outlet else None
    return person


def moderators(session: Session, keys: Collection[int]) -> dict[int, str]:
    """The names of those among these people who are moderators."""
    found = select(Person.id, Person.name).where(Person.id.in_(keys), Person.role == Role.MODERATOR)
    return dict(session.execute(found).all())


def person_named(session: Session, name: str) -> Person:
    """The person of this name, marks and case aside. Raises Invalid."""
    found = session.scalars(
        select(Person).where(Person.folded == fold(" ".join(name.split())))
    ).one_or_none()
    if found is None:
        raise Invalid("name", N_("Nobody is entered as %(name)s."), name=name)
    return found


def _outlet(session: Session, name: str) -> Outlet:
    name = clean_line("outlet", name)
    return _found_or_entered(
        session,
        select(Outlet).where(Outlet.folded == fold(name)),
        lambda: Outlet(name=name, folded=fold(name)),
    )


def _found_or_entered(session: Session, query: Select[T], make: Callable[[], T]) -> T:
    """What is there; else it is entered, unless somebody else enters it in the same moment."""
    found = session.scalars(query).one_or_none()
    if found is not None:
        return found
    made = make()
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError:
        return session.scalars(query).one()
    return made
