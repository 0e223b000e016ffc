"""What the API gives: the public's view of a briefing, from hub.live.seen, field by field."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field, JsonValue

from hub.domain.audience import SEES, Audience, EventKind
from hub.domain.briefing import Briefing, BriefingState
from hub.domain.event import Event
from hub.domain.update import Terms, Update, UpdateKind
from hub.integrations.shown_documents import DocumentShown, Handled, document_shown
from hub.integrations.shown_questions import (
    Acted,
    Address,
    Asked,
    Number,
    QuestionShown,
    Sent,
    question_shown,
)
from hub.live.seen import (
    SeenCorrection,
    SeenUpdate,
    seen_briefing,
    seen_correction,
    seen_update,
)
from hub.live.seen_change import SeenChange
from hub.live.seen_documents import seen_document
from hub.live.seen_questions import seen_question

PUBLIC = Audience.PUBLIC

LEFT = "left"
"""What the public is told of a question that it saw and that waits no more: not why."""

_LEAVING = {EventKind.EDITED, EventKind.WITHDRAWN, EventKind.DECLINED, EventKind.MERGED}

KINDS: list[JsonValue] = [
    *(kind.value for kind, seen in SEES.items() if PUBLIC in seen and kind not in _LEAVING),
    LEFT,
]

Words = Annotated[dict[str, str], Field(description="Markdown by language.")]


class Published(BaseModel):
    """An update, a correction or a retraction as it stands in the public's numbering."""

    ref: str = Field(description="The update's reference.")
    n: Number = Field(description="The number of the event, as the public counts.")
    url: Address


class BriefingAdded(BaseModel):
    """A briefing on the agenda."""

    slug: str
    url: Address


# Something new, and where it is.
Made = Published | BriefingAdded | Asked | Acted | Sent | Handled


class SpeakerShown(BaseModel):
    """Whose words these are."""

    name: str
    title: str = Field(description="Function and department.")


class ChangeShown(BaseModel):
    """When something happened, and the event's number."""

    n: Number
    at: AwareDatetime


class UpdateShown(BaseModel):
    """An update as things stand now: once it is retracted, no words but the notice."""

    ref: str
    n: Number
    kind: UpdateKind
    at: AwareDatetime
    url: Address
    language: str
    text: str | None = Field(description="Markdown in its own language; null once retracted.")
    texts: Words
    terms: Terms
    attribution: str | None = Field(description="On background: how to attribute it.")
    speaker: SpeakerShown | None = Field(description="Null on background, and for a note.")
    pinned: bool
    edition: Number
    corrected: ChangeShown | None
    retracted: ChangeShown | None
    notice: str | None
    answers: str | None = Field(description="The reference of the question it answers.")
    attached: list[DocumentShown] = Field(description="The documents it carries.")


class CorrectionShown(BaseModel):
    """A correction: the words before and after, in the languages that changed."""

    number: Number = Field(description="The edition it made.")
    n: Number
    at: AwareDatetime
    before: Words
    after: Words
    note: str


class UpdateWithCorrections(UpdateShown):
    """An update and every correction of it, oldest first."""

    corrections: list[CorrectionShown]


class EventShown(BaseModel):
    """One line of the log. What it is about is shown as it stands now."""

    n: Number
    kind: str = Field(json_schema_extra={"enum": KINDS})
    at: AwareDatetime
    update: UpdateShown | None
    correction: CorrectionShown | None
    question: QuestionShown | None = Field(
        description="Null also where it is not for everybody any more."
    )
    document: DocumentShown | None = Field(description="Without files once it is withdrawn.")
    ref: str | None = Field(
        description="The reference of the question or the document, whatever became of it."
    )


class Events(BaseModel):
    """A passage of the log, oldest first, without a gap."""

    events: list[EventShown]
    head: Number = Field(description="The last number there is.")
    epoch: str = Field(description="Another epoch than before: begin again with after=0.")
    more: bool = Field(description="Whether there is more: ask with the last n as after.")


class BriefingShown(BaseModel):
    """A briefing on the agenda."""

    slug: str
    title: str
    titles: dict[str, str]
    place: str
    state: BriefingState
    zone: str
    language: str
    languages: list[str]
    public: bool
    scheduled_at: AwareDatetime
    opened_at: AwareDatetime | None
    closed_at: AwareDatetime | None
    url: Address
    live: Address = Field(description="The address of its socket; see the live protocol.")


class BriefingNow(BriefingShown):
    """A briefing and how far its log has got."""

    head: Number
    epoch: str


class Agenda(BaseModel):
    """Live now, next (soonest first), past (newest first)."""

    live: list[BriefingShown]
    coming: list[BriefingShown]
    past: list[BriefingShown]


class FieldProblem(BaseModel):
    """A field that cannot be taken, and what to do about it."""

    field: str
    remedy: str


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    field: str | None = Field(None, description="422: the first field that cannot be taken.")
    errors: list[FieldProblem] = Field(default_factory=list, description="422: all of them.")
    notice: str | None = Field(None, description="410: what stands in place of the words.")
    retracted_at: datetime | None = Field(None, description="410: since when.")
    request_id: str | None = Field(None, description="500: give us this number.")


def briefing_shown(briefing: Briefing, base: str) -> BriefingShown:
    """A briefing; `base` is the public address of the hub."""
    seen = seen_briefing(briefing, PUBLIC)
    url = f"{base}/briefings/{seen.slug}"
    return BriefingShown(
        slug=seen.slug,
        title=seen.title,
        titles=seen.titles,
        place=seen.place,
        state=seen.state,
        zone=seen.zone,
        language=seen.language,
        languages=seen.languages,
        public=seen.public,
        scheduled_at=seen.scheduled_at,
        opened_at=seen.opened_at,
        closed_at=seen.closed_at,
        url=url,
        # http becomes ws, and https wss.
        live=url.replace("http", "ws", 1) + "/live",
    )


def event_shown(event: Event, briefing: Briefing, base: str) -> EventShown:
    """A line of the public's log."""
    # What only a later version knows may not be for everybody.
    known = event.kind in SEES
    update, question = (event.update, event.question) if known else (None, None)
    edition, slug = event.edition, briefing.slug
    seen = seen_question(question, briefing, PUBLIC) if question else None
    return EventShown(
        n=event.n(PUBLIC) or 0,
        kind=LEFT if event.kind in _LEAVING else event.kind,
        at=event.at,
        question=question_shown(seen, f"{base}/briefings/{slug}") if seen else None,
        document=_document(event, briefing, base) if known else None,
        ref=question.ref if question else event.document.ref if event.document else None,
        update=update_shown(seen_update(update, PUBLIC), slug, base) if update else None,
        correction=(
            correction_shown(seen_correction(update, edition, PUBLIC))
            if update and edition
            else None
        ),
    )


def _document(event: Event, briefing: Briefing, base: str) -> DocumentShown | None:
    if event.document is None:
        return None
    seen = seen_document(event.document, PUBLIC)
    return document_shown(seen, f"{base}/briefings/{briefing.slug}", base)


def update_shown(seen: SeenUpdate, slug: str, base: str) -> UpdateShown:
    """An update as the public sees it."""
    return UpdateShown(
        ref=seen.ref,
        n=seen.n,
        kind=seen.kind,
        at=seen.at,
        url=update_url(base, slug, seen.ref),
        language=seen.language,
        text=seen.words.get(seen.language),
        texts=seen.words,
        terms=seen.terms,
        attribution=seen.attribution,
        speaker=(
            SpeakerShown(name=seen.speaker.name, title=seen.speaker.title) if seen.speaker else None
        ),
        pinned=seen.pinned,
        edition=seen.edition,
        corrected=_change(seen.corrected),
        retracted=_change(seen.retracted),
        notice=seen.notice,
        answers=seen.asked.ref if seen.asked else None,
        attached=[document_shown(one, f"{base}/briefings/{slug}", base) for one in seen.attached],
    )


def update_with_corrections(update: Update, slug: str, base: str) -> UpdateWithCorrections:
    """An update with what was corrected in it."""
    shown = update_shown(seen_update(update, PUBLIC), slug, base)
    corrections = [
        correction_shown(seen_correction(update, edition.number, PUBLIC))
        for edition in update.editions[1:]
    ]
    return UpdateWithCorrections(**dict(shown), corrections=corrections)


def correction_shown(seen: SeenCorrection) -> CorrectionShown:
    """A correction as the public sees it."""
    return CorrectionShown(
        number=seen.number,
        n=seen.n,
        at=seen.at,
        before=seen.before,
        after=seen.after,
        note=seen.note,
    )


def update_url(base: str, slug: str, ref: str) -> str:
    """The permalink of an update."""
    return f"{base}/briefings/{slug}/updates/{ref}"


def _change(seen: SeenChange | None) -> ChangeShown | None:
    return ChangeShown(n=seen.n, at=seen.at) if seen else None
