"""What an operation reaches: the briefing in the address, and an act under its key."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from hub.domain.audience import Audience, may_join
from hub.domain.briefing import Briefing
from hub.domain.errors import NotFound
from hub.integrations.operation import Ask
from hub.store import acts
from hub.store.finding import briefing_at
from hub.web.house import now


def briefing_of(ask: Ask[Any], db: Session) -> Briefing:
    """The briefing in the address, for somebody who may read it. Raises NotFound."""
    briefing = briefing_at(db, ask.slug)
    if not may_read(ask, public=briefing.public):
        raise NotFound
    return briefing


def may_read(ask: Ask[Any], *, public: bool) -> bool:
    """Whether whoever asks may read such a briefing."""
    role = ask.visitor.person.role if ask.visitor else None
    return may_join(Audience.PUBLIC, role=role, public=public)


async def change(ask: Ask[Any], verb: Callable[..., object]) -> None:
    """Does something to the briefing; `verb` is told by whom and when."""
    by, time = ask.person, now()

    def act(db: Session) -> acts.Answer:
        verb(briefing_at(db, ask.slug, lock=True), by=by, now=time)
        return {}

    await once(ask, act)


async def once(ask: Ask[Any], act: acts.Act) -> None:
    """Does it at most once under its key."""
    asked = {ask.request.url.path: ask.given.model_dump(mode="json")}
    done = acts.once(act, slug=ask.slug, key=ask.key, request=asked, by=ask.person, now=now())
    await ask.house.database.act(ask.slug, done)


def briefing_url(ask: Ask[Any]) -> str:
    """The page of the briefing in the address."""
    return f"{ask.house.public_url}/briefings/{ask.slug}"
