"""What somebody else does meanwhile, from another worker: no page hears of it from its own."""

from sqlalchemy.orm import Session

from hub.domain.draft import Draft
from hub.store.finding import briefing_at, update_at
from tests.cast import VERA
from tests.centre import SLUG, Centre, now


async def speak(centre: Centre, words: dict[str, str], *, pinned: bool = False) -> str:
    """Publishes Vietnamese words with their translations; returns the reference."""
    vera = centre.people[VERA.name]

    def act(session: Session) -> str:
        draft = Draft(words=words, language="vi", pinned=pinned)
        return briefing_at(session, SLUG, lock=True).publish(draft, by=vera, now=now()).ref

    return await centre.do(act)


async def correct(centre: Centre, ref: str, text: str) -> None:
    """Puts an update right."""
    vera = centre.people[VERA.name]

    def act(session: Session) -> None:
        update = update_at(session, SLUG, ref, lock=True)
        update.correct({"": text}, note="", edition=None, by=vera, now=now())

    await centre.do(act)


async def retract(centre: Centre, ref: str, notice: str) -> None:
    """Withdraws an update."""
    vera = centre.people[VERA.name]

    def act(session: Session) -> None:
        update_at(session, SLUG, ref, lock=True).retract(notice, by=vera, now=now())

    await centre.do(act)
