"""What the API takes: closed schemas, so that a misspelt field is refused and never ignored.

The limits are those of the domain; what only a briefing can know (its speakers, its languages,
its state) the domain refuses by itself.
"""

import re
from datetime import UTC, datetime
from typing import Annotated, Self
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    model_validator,
)

from hub.domain.draft import Draft
from hub.domain.update import Terms, UpdateKind
from hub.domain.words import (
    LANGUAGES,
    NAME_LIMIT,
    NOTICE_LIMIT,
    TEXT_LIMIT,
    whole_number,
)
from hub.store import agenda

# A number of an event: far beyond any briefing, within every JSON reader's integers.
LAST_NUMBER = 2**53 - 1
PAGE = 100
PAGE_LIMIT = 200
_EDITIONS = 1_000_000
_SPEAKERS = 100
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)")


def _language(code: str) -> str:
    if code not in LANGUAGES:
        raise ValueError(f"One of {', '.join(LANGUAGES)}")
    return code


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("An IANA time zone, for example Asia/Ho_Chi_Minh")
    return name


def _moment(value: object) -> object:
    # Without this a number would pass as seconds since 1970, with quotes or without.
    if not isinstance(value, str) or not _RFC3339.fullmatch(value):
        raise ValueError("A time with its offset, for example 2026-10-15T13:30:00+07:00")
    return value


def _whole(value: object) -> object:
    """A query has only text: plain digits become a number, all else is left to be refused."""
    number = whole_number(value, digits=16) if isinstance(value, str) else None
    return value if number is None else number


Language = Annotated[
    str, AfterValidator(_language), WithJsonSchema({"type": "string", "enum": list(LANGUAGES)})
]
Zone = Annotated[str, AfterValidator(_zone), Field(examples=["Asia/Ho_Chi_Minh"])]
Moment = Annotated[
    AwareDatetime,
    Field(ge=datetime(2000, 1, 1, tzinfo=UTC), le=datetime(2200, 1, 1, tzinfo=UTC), strict=False),
    BeforeValidator(_moment),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Text = Annotated[str, Field(min_length=1, max_length=TEXT_LIMIT, pattern=r"\S")]
Notice = Annotated[str, Field(min_length=1, max_length=NOTICE_LIMIT, pattern=r"\S")]
Name = Annotated[str, Field(min_length=1, max_length=NAME_LIMIT, pattern=r"\S")]
Line = Annotated[str, Field(max_length=NAME_LIMIT)]
Ref = Annotated[str, Field(min_length=1, max_length=40, pattern="^[A-Za-z0-9]+$")]
Texts = Annotated[dict[Language, Text], Field(max_length=len(LANGUAGES))]


class Closed(BaseModel):
    """What is sent to the hub: these fields, of these types, and no others."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Nothing(Closed):
    """No fields at all; an empty body will do."""


class NewUpdate(Closed):
    """An update to publish. What is left out is the briefing's own default."""

    text: Text = Field(description="The words, in Markdown.")
    kind: UpdateKind = UpdateKind.STATEMENT
    speaker: Name | None = Field(
        None,
        description="A name of the briefing's list of speakers; left out: the first of the list, "
        "and nobody for a note.",
    )
    terms: Terms = Field(Terms.RECORD, description="The terms of use.")
    attribution: Line = Field(
        "", description="On background: how to attribute it, for example “a city engineer”."
    )
    language: Language | None = Field(
        None, description="The language of the words; left out: the briefing's."
    )
    translations: Texts = Field(
        default_factory=dict, description="The same words in the briefing's other languages."
    )
    pinned: bool = Field(False, description="Whether to put it among the key points.")
    answers: Ref | None = Field(
        None, description="The reference of the called or taken question that it answers."
    )
    attached: list[Ref] = Field(
        default_factory=list,
        max_length=20,
        description="The references of documents that go with it; drafts are dropped by it.",
    )

    @model_validator(mode="after")
    def _no_second_text(self) -> Self:
        if self.language in self.translations:
            raise ValueError(f"The text itself is in {self.language}: take out that translation")
        return self

    def draft(self) -> Draft:
        """As the domain takes it."""
        return Draft(
            words={"": self.text, **self.translations},
            kind=self.kind,
            speaker=self.speaker,
            terms=self.terms,
            attribution=self.attribution,
            language=self.language or "",
            pinned=self.pinned,
            answers=self.answers or "",
            attached=tuple(self.attached),
        )


class Correction(Closed):
    """The corrected words, whole. A translation left out keeps its words."""

    text: Text = Field(description="The words as they should be, in Markdown.")
    note: Annotated[str, Field(max_length=NOTICE_LIMIT)] = Field(
        "", description="What was wrong, for the reader."
    )
    translations: Texts = Field(default_factory=dict)
    edition: Annotated[int, Field(ge=1, le=_EDITIONS)] | None = Field(
        None,
        description="The edition that you read. Where another stands meanwhile: 409.",
    )


class Retraction(Closed):
    """A retraction."""

    notice: Notice = Field(description="Stands in place of the words, everywhere and for good.")


class NewSpeaker(Closed):
    """Somebody who speaks in the briefing."""

    name: Name
    function: Line = ""
    department: Line = ""


class NewBriefing(Closed):
    """A briefing to put on the agenda."""

    slug: str = Field(
        description="Its name in the address.",
        # The agenda itself refuses it, with better words.
        json_schema_extra={"pattern": f"^{agenda.SLUG.pattern}$", "maxLength": agenda.SLUG_LIMIT},
    )
    title: Name
    place: Line = ""
    zone: Zone = Field("UTC", description="Its IANA time zone.")
    language: Language | None = Field(
        None, description="The language it is held in; left out: the press centre's."
    )
    languages: Annotated[list[Language], Field(max_length=len(LANGUAGES))] = Field(
        default_factory=list, description="The languages its updates may come in."
    )
    titles: Annotated[dict[Language, Name], Field(max_length=len(LANGUAGES))] = Field(
        default_factory=dict, description="The title in its other languages."
    )
    speakers: Annotated[list[NewSpeaker], Field(max_length=_SPEAKERS)] = Field(
        default_factory=list, description="The first one speaks where no other is named."
    )
    scheduled_at: Moment | None = Field(
        None, description="With its offset (RFC 3339); left out: now."
    )
    public: bool = Field(True, description="Whether everybody may read it without signing in.")

    def planned(self, *, language: str, now: datetime) -> agenda.NewBriefing:
        """As the agenda takes it, with the press centre's defaults."""
        return agenda.NewBriefing(
            slug=self.slug,
            title=self.title,
            scheduled_at=self.scheduled_at or now,
            place=self.place,
            zone=self.zone,
            language=self.language or language,
            languages=list(dict.fromkeys(self.languages)),
            titles=self.titles,
            speakers=[(one.name, one.function, one.department) for one in self.speakers],
            public=self.public,
        )


class Cursor(Closed):
    """Where to read on."""

    after: Annotated[int, Field(ge=0, le=LAST_NUMBER), BeforeValidator(_whole)] = Field(
        0, description="The number of the last event that you have."
    )
    limit: Annotated[int, Field(ge=1, le=PAGE_LIMIT), BeforeValidator(_whole)] = Field(
        PAGE, description="How many events at most."
    )
