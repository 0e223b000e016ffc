"""What an audience may see of an update: the one door between the record and every template.

Templates, frames, the API and feeds get these values and never a mapped class, so what is not
copied here cannot leave, by any route.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from hub.domain.audience import Audience
from hub.domain.briefing import Briefing, BriefingState
from hub.domain.update import Edition, Terms, Update, UpdateKind
from hub.live.seen_change import SeenChange, number_for
from hub.live.seen_documents import SeenDocument, seen_documents

UNSHOWN = {
    "vi": "Không thể hiển thị nội dung này.",
    "en": "This update cannot be shown.",
    "fr": "Cette information ne peut pas être affichée.",
}
"""Stands for words that are not as any hub writes them."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SeenSpeaker:
    """Whose words these are, as this audience may know it."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class SeenAsked:
    """The question that an update answers."""

    ref: str
    words: str
    language: str


@dataclass(frozen=True, slots=True)
class SeenUpdate:
    """An update. `words` is Markdown by language, empty once it is retracted."""

    ref: str
    kind: UpdateKind
    n: int
    at: datetime
    language: str
    words: dict[str, str]
    terms: Terms
    attribution: str | None
    speaker: SeenSpeaker | None
    pinned: bool
    edition: int
    corrected: SeenChange | None
    retracted: SeenChange | None
    notice: str | None
    # The question that it answers.
    asked: SeenAsked | None = None
    # What it carries; nothing once it is retracted.
    attached: Sequence[SeenDocument] = ()


@dataclass(frozen=True, slots=True)
class SeenCorrection:
    """A correction: the words before and after by language, empty once it is retracted."""

    number: int
    n: int
    at: datetime
    since: datetime
    before: dict[str, str]
    after: dict[str, str]
    note: str
    update: SeenUpdate


@dataclass(frozen=True, slots=True)
class SeenBriefing:
    """A briefing. `zone` is IANA; `speakers` is empty for all but the podium."""

    slug: str
    title: str
    titles: dict[str, str]
    place: str
    zone: str
    language: str
    languages: list[str]
    public: bool
    state: BriefingState
    scheduled_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None
    speakers: list[SeenSpeaker]


def seen_briefing(briefing: Briefing, audience: Audience) -> SeenBriefing:
    """The briefing as this audience may see it."""
    return SeenBriefing(
        slug=briefing.slug,
        title=briefing.title,
        titles={briefing.language: briefing.title, **briefing.titles},
        place=briefing.place,
        zone=briefing.zone,
        language=briefing.language,
        languages=briefing.tongues,
        public=briefing.public,
        state=briefing.state,
        scheduled_at=briefing.scheduled_at,
        opened_at=briefing.opened_at,
        closed_at=briefing.closed_at,
        # Somebody on this list may be there to speak on background.
        speakers=(
            [SeenSpeaker(speaker.name, speaker.title) for speaker in briefing.speakers]
            if audience == Audience.PODIUM
            else []
        ),
    )


def seen_update(update: Update, audience: Audience) -> SeenUpdate:
    """The update as this audience may see it, as things stand now."""
    latest = update.editions[-1]
    return SeenUpdate(
        ref=update.ref,
        kind=update.kind,
        n=number_for(update.published_n, audience),
        at=update.published_at,
        language=update.language,
        words={} if update.retracted else _words(update, latest),
        terms=update.terms,
        attribution=update.attribution,
        speaker=_speaker(update, audience),
        pinned=update.pinned_at is not None and not update.retracted,
        edition=latest.number,
        corrected=_change(latest.n, latest.at, audience) if update.corrected else None,
        retracted=_change(update.retracted_n, update.retracted_at, audience),
        notice=update.notice,
        asked=(
            SeenAsked(update.answers.ref, update.answers.words, update.answers.language)
            if update.answers is not None
            else None
        ),
        attached=[] if update.retracted else seen_documents(update.attachments, audience),
    )


def seen_correction(update: Update, number: int, audience: Audience) -> SeenCorrection:
    """The correction that made edition `number`, from 2."""
    before, edition = update.editions[number - 2 : number]
    was, now = _words(update, before), _words(update, edition)
    changed = (
        [] if update.retracted else [code for code, text in now.items() if text != was.get(code)]
    )
    return SeenCorrection(
        number=edition.number,
        n=number_for(edition.n, audience),
        at=edition.at,
        since=before.at,
        before={code: was.get(code, "") for code in changed},
        after={code: now[code] for code in changed},
        note="" if update.retracted else edition.note,
        update=seen_update(update, audience),
    )


def _words(update: Update, edition: Edition) -> dict[str, str]:
    """The words of an edition. One row that nobody can read must not take the others along."""
    words: object = edition.words
    if (
        isinstance(words, dict)
        and words
        and all(isinstance(text, str) for pair in words.items() for text in pair)
    ):
        return dict(words)
    log.error("update.cannot_be_shown", ref=update.ref, edition=edition.number)
    return dict(UNSHOWN)


def _speaker(update: Update, audience: Audience) -> SeenSpeaker | None:
    if update.speaker is None:
        return None
    if update.terms == Terms.BACKGROUND and audience != Audience.PODIUM:
        return None
    return SeenSpeaker(update.speaker.name, update.speaker.title)


def _change(numbers: dict[str, int], at: datetime | None, audience: Audience) -> SeenChange | None:
    return SeenChange(number_for(numbers, audience), at) if at is not None else None
