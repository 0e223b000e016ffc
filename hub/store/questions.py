"""Questions as they are found: by reference, by asker, in the order of their turns."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, joinedload, lazyload
from sqlalchemy.orm.strategy_options import _AbstractLoad

from hub.domain.briefing import Briefing
from hub.domain.errors import N_, Invalid, NotFound
from hub.domain.lineup import Lineup
from hub.domain.message import Message
from hub.domain.order import Place
from hub.domain.person import Outlet, Person
from hub.domain.question import Question
from hub.domain.question_state import OPEN, QuestionState
from hub.store.finding import briefing_at
from hub.store.lines import line_of

FIRST = 5
"""Of those who wait: so many are looked at whole for the queue."""

SAID = 5
"""Messages that the podium has acknowledged and is shown still."""

Whole = Select[Question]


@dataclass(frozen=True, slots=True)
class Floor:
    """How the questions of a briefing stand: who is called, who is next, what is promised.

    `places` are all who wait, in their order, with the desk's `numbers` by reference; `first` are
    the questions of the first of them. `read`: by their keys, all that were read with it.
    """

    lineup: Lineup
    places: Sequence[Place]
    numbers: Mapping[str, int]
    first: Sequence[Question]
    called: Sequence[Question]
    taken: Sequence[Question]
    read: Mapping[int, Question]


def nobody() -> list[_AbstractLoad]:
    """A question without whom it names."""
    names = (Question.asker, Question.outlet, Question.held_by, Question.acted_by)
    return [lazyload(name) for name in names]


def whole_question() -> Whole:
    """Questions with all that showing one can ask for."""
    return select(Question).options(
        joinedload(Question.merged_into).options(*nobody()),
        joinedload(Question.answer),
    )


# Built once: putting a statement together costs as much as the database takes to answer it.
_ON_THE_FLOOR = (
    whole_question()
    .where(
        Question.briefing_id == bindparam("briefing_id"),
        or_(
            Question.state.in_([QuestionState.CALLED, QuestionState.TAKEN]),
            Question.ref.in_(bindparam("first", expanding=True)),
            Question.id.in_(bindparam("also", expanding=True)),
        ),
    )
    .order_by(Question.call_number, Question.number)
)
_BY_REF = whole_question().where(
    Question.briefing_id == bindparam("briefing_id"), Question.ref == bindparam("ref")
)
_ALIASES = select(Question.alias).where(
    Question.briefing_id == bindparam("briefing_id"), Question.alias.is_not(None)
)
_OF_OUTLET = _ALIASES.where(Question.outlet_id == bindparam("whose")).limit(1)
_OF_ASKER = _ALIASES.where(Question.asker_id == bindparam("whose")).limit(1)
_MERGED = select(Question.asker_id).where(
    Question.merged_into_id.in_(bindparam("into", expanding=True))
)
_ASKERS = (
    select(Question.asker_id).where(Question.briefing_id == bindparam("briefing_id")).distinct()
)
_SHARING = (
    select(Person.id)
    .join(Outlet)
    .where(
        Outlet.shares,
        Outlet.id.in_(
            select(Person.outlet_id).where(Person.id.in_(bindparam("with", expanding=True)))
        ),
    )
)


_APPEALED = and_(
    Question.state == QuestionState.DECLINED,
    Question.appealed_at.is_not(None),
    Question.upheld_at.is_(None),
)


def question_at(
    session: Session, slug: str, ref: str, *, lock: bool = False
) -> tuple[Briefing, Question]:
    """The question with this reference and its briefing, locked if so wished. Raises NotFound."""
    briefing = briefing_at(session, slug, lock=lock)
    return briefing, question_of(session, briefing, ref)


def question_of(session: Session, briefing: Briefing, ref: str) -> Question:
    """A question of this briefing. Raises NotFound."""
    if not ref.isprintable():
        raise NotFound
    asked = {"briefing_id": briefing.id, "ref": ref}
    question = session.scalars(_BY_REF, asked).unique().one_or_none()
    if question is None:
        raise NotFound
    return question


def numbered(session: Session, briefing: Briefing, number: int) -> Question:
    """The question that the desk calls by this number. Raises Invalid."""
    query = whole_question().where(Question.briefing_id == briefing.id, Question.number == number)
    question = session.scalars(query).unique().one_or_none()
    if question is None:
        raise Invalid("into", N_("There is no question of this number."))
    return question


def lineup(session: Session, briefing_id: int) -> Lineup:
    """What decides the order of those who wait."""
    return line_of(session, briefing_id).lineup


def floor(session: Session, briefing: Briefing, *, also: Collection[int] = ()) -> Floor:
    """How the questions stand. `also`: the keys of others to be read with them."""
    line = lineup(session, briefing.id)
    places = line.places(briefing)
    first = [place.ref for place in places[:FIRST]]
    asked = {"briefing_id": briefing.id, "first": first, "also": list(also)}
    read = session.scalars(_ON_THE_FLOOR, asked).unique().all()
    return Floor(
        lineup=line,
        places=places,
        numbers={one.ref: one.number for one in line.waiting},
        first=[one for one in read if one.ref in first],
        called=[one for one in read if one.state == QuestionState.CALLED],
        taken=sorted((one for one in read if one.state == QuestionState.TAKEN), key=_due_first),
        read={one.id: one for one in read},
    )


def waiting(session: Session, briefing_id: int) -> Sequence[Question]:
    """All who wait for their turn, oldest first."""
    return _in_states(session, briefing_id, Question.state == QuestionState.APPROVED)


def open_questions(session: Session, briefing_id: int) -> Sequence[Question]:
    """Without a disposition, oldest first."""
    return _in_states(session, briefing_id, Question.state.in_(OPEN))


def appealed(session: Session, briefing_id: int) -> Sequence[Question]:
    """Those with an appeal that nobody has decided, oldest first."""
    return _in_states(session, briefing_id, _APPEALED)


def disposed(session: Session, briefing_id: int, *, limit: int) -> Sequence[Question]:
    """Those that ended, newest first; of appeals only such as have been decided."""
    query = (
        whole_question()
        .where(Question.briefing_id == briefing_id, Question.state.not_in(OPEN), ~_APPEALED)
        .order_by(Question.ended_at.desc(), Question.id.desc())
        .limit(limit)
    )
    return session.scalars(query).unique().all()


def own_questions(session: Session, briefing_id: int, person: Person) -> Sequence[Question]:
    """What somebody asked, and their outlet where it shares, newest first."""
    query = (
        whole_question()
        .where(Question.briefing_id == briefing_id, _of(session, person))
        .order_by(Question.number.desc())
    )
    return session.scalars(query).unique().all()


def counts(session: Session, briefing_id: int, person: Person) -> tuple[int, int]:
    """How many open questions somebody has there, and how many their outlet has."""
    query = (
        select(func.count())
        .select_from(Question)
        .where(Question.briefing_id == briefing_id, Question.state.in_(OPEN))
    )
    own = session.scalar(query.where(Question.asker_id == person.id)) or 0
    if person.outlet_id is None:
        return own, own
    return own, session.scalar(query.where(Question.outlet_id == person.outlet_id)) or 0


def messages(session: Session, briefing_id: int) -> Sequence[Message]:
    """All that the podium has not acknowledged, and the last that it has, newest first."""
    of_briefing = (
        select(Message).where(Message.briefing_id == briefing_id).order_by(Message.id.desc())
    )
    waiting = session.scalars(of_briefing.where(Message.acknowledged_at.is_(None))).all()
    read = session.scalars(
        of_briefing.where(Message.acknowledged_at.is_not(None)).limit(SAID)
    ).all()
    return sorted((*waiting, *read), key=lambda message: message.id, reverse=True)


def last_acted(session: Session, briefing_id: int, person: Person) -> Question | None:
    """The question on which somebody acted last, if that can be undone."""
    query = (
        whole_question()
        .where(Question.briefing_id == briefing_id, Question.acted_by_id == person.id)
        .order_by(Question.acted_at.desc(), Question.id.desc())
        .limit(1)
    )
    found = session.scalars(query).unique().one_or_none()
    return found if found is not None and found.before is not None else None


def alias_of(session: Session, question: Question) -> str:
    """The pseudonym of its outlet in this briefing: A, B, ... as they come in."""
    if question.alias:
        return question.alias
    asked = {"briefing_id": question.briefing_id}
    if question.outlet_id is not None:
        known = session.scalars(_OF_OUTLET, asked | {"whose": question.outlet_id}).one_or_none()
    else:
        known = session.scalars(_OF_ASKER, asked | {"whose": question.asker_id}).one_or_none()
    return known or _letters(len(set(session.scalars(_ALIASES, asked))))


def whom_it_concerns(
    session: Session,
    briefing_id: int,
    touched: Sequence[Question],
    *,
    in_line: bool,
    all_askers: bool = False,
) -> set[int]:
    """The people who may find something new in their own questions: the askers of these, those
    who wait where the line has moved, `all_askers` where the settings are others, and their
    colleagues where an outlet shares."""
    asked = {one.asker_id for one in touched}
    asked |= set(session.scalars(_MERGED, {"into": [one.id for one in touched]}))
    if all_askers:
        asked |= set(session.scalars(_ASKERS, {"briefing_id": briefing_id}))
    elif in_line:
        standing = line_of(session, briefing_id).standing.values()
        asked |= {one.asker_id for one in standing if one.waits}
    return asked | set(session.scalars(_SHARING, {"with": list(asked)}))


def _of(session: Session, person: Person) -> ColumnElement[bool]:
    own = Question.asker_id == person.id
    if person.outlet_id is None:
        return own
    shares = session.scalar(select(Outlet.shares).where(Outlet.id == person.outlet_id))
    return or_(own, Question.outlet_id == person.outlet_id) if shares else own


def _due_first(question: Question) -> tuple[datetime, int]:
    return question.due_at or question.asked_at, question.number


def _in_states(
    session: Session,
    briefing_id: int,
    which: ColumnElement[bool],
) -> Sequence[Question]:
    query = whole_question().where(Question.briefing_id == briefing_id, which)
    return session.scalars(query.order_by(Question.number)).unique().all()


def _letters(index: int) -> str:
    """0 A ... 25 Z, 26 AA."""
    name = ""
    index += 1
    while index:
        index, letter = divmod(index - 1, 26)
        name = chr(ord("A") + letter) + name
    return name
