"""What the press centre has said already of what somebody asks."""

from collections.abc import Iterator
from functools import lru_cache

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from hub.domain.audience import Audience
from hub.domain.likeness import Terms, said, terms
from hub.domain.update import Edition, Update
from hub.store.finding import briefing_at

LOOKED_AT = 100
"""The last updates: taking more apart would hold up whoever asks."""

SHORTEST = 3
"""Words: fewer are a headline's, or a name."""

_LATEST = (
    select(Update.ref, Update.published_n, Edition.words)
    .join(Edition)
    .where(
        Update.briefing_id == bindparam("briefing_id"),
        Update.retracted_at.is_(None),
        Edition.number
        == select(func.max(Edition.number))
        .where(Edition.update_id == Update.id)
        .correlate(Update)
        .scalar_subquery(),
    )
    .order_by(Update.id.desc())
    .limit(LOOKED_AT)
)


def said_before(session: Session, slug: str, words: str) -> dict[str, int]:
    """The updates that likely say it, as the room may read them: the room's number by reference.
    Raises NotFound."""
    found = session.execute(_LATEST, {"briefing_id": briefing_at(session, slug).id}).all()
    numbers = {ref: published.get(Audience.ROOM, 0) for ref, published, _ in found}
    paragraphs = [(ref, part) for ref, _, by_language in found for part in _parts(by_language)]
    return {one.ref: numbers[one.ref] for one in said(terms(words), paragraphs)}


def _parts(words: object) -> Iterator[Terms]:
    # One row that nobody can read must not keep anybody from asking.
    for text in words.values() if isinstance(words, dict) else ():
        if isinstance(text, str):
            yield from _paragraphs(text)


@lru_cache(maxsize=4 * LOOKED_AT)
def _paragraphs(text: str) -> list[Terms]:
    return list(_apart(text))


def _apart(text: str) -> Iterator[Terms]:
    for paragraph in text.split("\n\n"):
        if len(paragraph.split()) >= SHORTEST:
            yield terms(paragraph)
