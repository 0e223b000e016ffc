"""What the database itself holds, for the checker."""

from collections.abc import Mapping

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from hub.domain.audience import Audience, EventKind
from hub.domain.briefing import Briefing
from hub.domain.event import Entry, Event
from hub.domain.update import Edition
from tests.centre import SLUG, Centre
from tests.fire.history import Record, Verdict, judge
from tests.fire.publisher import Publisher
from tests.fire.readers import Crowd
from tests.fire.wire import ACT


async def record(
    centre: Centre, audience: Audience = Audience.PUBLIC, *, slug: str = SLUG
) -> Record:
    """Every event that the audience counts, in order, with the act that its update names."""

    def look(session: Session) -> list[tuple[int, EventKind, dict[str, str] | None]]:
        rows = session.execute(
            select(Entry.n, Event.kind, Edition.words)
            .select_from(Entry)
            .join(Briefing, Briefing.id == Entry.briefing_id)
            .join(Event, and_(Event.briefing_id == Entry.briefing_id, Event.number == Entry.number))
            .outerjoin(Edition, and_(Edition.update_id == Event.update_id, Edition.number == 1))
            .where(Briefing.slug == slug, Entry.audience == audience)
            .order_by(Entry.n)
        )
        return [(n, kind, words) for n, kind, words in rows]

    return [
        (n, _act(words) if kind == EventKind.PUBLISHED else None)
        for n, kind, words in await centre.database.read(look)
    ]


async def verdict(centre: Centre, publishing: Publisher, *crowds: Crowd) -> Verdict:
    """What the checker says of everybody, each crowd by its own audience's record. Only while
    nobody publishes: what comes during the look is in one and not yet in the other.

    Acts are acknowledged with the public's numbers: the public's record is always judged.
    """
    told: dict[Audience, dict[str, object]] = {Audience.PUBLIC: {}}
    for people in crowds:
        told.setdefault(people.audience, {}).update(people.histories)
    found = [await _judged(centre, publishing, audience, told[audience]) for audience in told]
    return Verdict(
        **{
            kind: tuple(what for one in found for what in getattr(one, kind))
            for kind in Verdict.__slots__
        }
    )


async def _judged(
    centre: Centre, publishing: Publisher, audience: Audience, readers: Mapping[str, object]
) -> Verdict:
    public = audience == Audience.PUBLIC
    return judge(
        acknowledged=publishing.acknowledged if public else {},
        attempted=publishing.sent,
        record=await record(centre, audience, slug=publishing.slug),
        readers=readers,  # type: ignore[arg-type]
    )


def _act(words: object) -> str | None:
    found = ACT.search(" ".join(words.values())) if isinstance(words, dict) else None
    return found[0] if found else None
