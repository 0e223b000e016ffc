"""Handing a document in: the file arrives, is described, put in its place, and checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath

from hub.domain.audience import EventKind
from hub.domain.base import new_ref
from hub.domain.briefing import Briefing
from hub.domain.document import (
    DOCUMENTS_LIMIT,
    AlreadyWithdrawn,
    Document,
    DocumentState,
    sees_document,
)
from hub.domain.errors import N_, Invalid, WrongState
from hub.domain.person import Person
from hub.domain.version import CheckState, Version
from hub.domain.words import NAME_LIMIT, NOTICE_LIMIT, clean, clean_line

_NOT_IN_NAMES = str.maketrans(dict.fromkeys('\\/:*?"<>|', "-"))


class TooManyDocuments(WrongState):
    says = N_("A briefing has room for %(limit)d documents. Discard drafts, or hand in a zip.")


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that has arrived: `kept` names its bytes on the shelf, `size` counts them."""

    name: str
    kept: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What is said of a document. The key "" stands for its own language."""

    language: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    descriptions: Mapping[str, str] = field(default_factory=dict)
    public: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the check found of a file that has passed. Pixels and bytes."""

    type: str
    given: str
    size: int
    pages: int | None = None
    width: int | None = None
    height: int | None = None
    preview: bool = False
    sizes: Mapping[str, int] = field(default_factory=dict)
    text: str = ""


def hand_in(
    briefing: Briefing,
    file: File,
    sheet: Sheet,
    *,
    position: int,
    count: int,
    by: Person,
    now: datetime,
) -> Document:
    """A new document, a draft until it is dropped; `count` of them are there already.

    Without a title it is called as its file. Raises TooManyDocuments, Invalid.
    """
    if count >= DOCUMENTS_LIMIT:
        raise TooManyDocuments(limit=DOCUMENTS_LIMIT)
    document = Document(
        ref=new_ref(),
        briefing_id=briefing.id,
        state=DocumentState.DRAFT,
        position=position,
        by_id=by.id,
        withdrawn_n={},
    )
    version = Version(number=1, tries=0)
    _arrive(version, file, by=by, now=now)
    document.versions = [version]
    _describe(briefing, document, sheet)
    briefing.record(EventKind.STAGED, by=by, now=now, document=document)
    return document


def hand_in_again(
    briefing: Briefing, document: Document, file: File, *, by: Person, now: datetime
) -> Version:
    """A newer version; one that was not dropped gives way to it. Raises AlreadyWithdrawn."""
    if document.state == DocumentState.WITHDRAWN:
        raise AlreadyWithdrawn
    version = document.staged
    if version is None:
        version = Version(number=document.versions[-1].number + 1, tries=0)
        document.versions.append(version)
    _arrive(version, file, by=by, now=now)
    briefing.record(EventKind.STAGED, by=by, now=now, document=document)
    return version


def describe(
    briefing: Briefing, document: Document, sheet: Sheet, *, by: Person, now: datetime
) -> None:
    """Says something else of a draft. Raises AlreadyDropped, AlreadyWithdrawn, Invalid."""
    document.refuse_dropped()
    _describe(briefing, document, sheet)
    briefing.record(EventKind.STAGED, by=by, now=now, document=document)


def put_before(
    briefing: Briefing,
    document: Document,
    other: Document | None,
    among: Sequence[Document],
    *,
    by: Person,
    now: datetime,
) -> None:
    """Puts it before another one of the list, or at its end; who has it has it there as well."""
    order = [one for one in among if one is not document]
    order.insert(order.index(other) if other is not None else len(order), document)
    for position, one in enumerate(order):
        one.position = position
    kind = EventKind.ARRANGED if document.out else EventKind.STAGED
    briefing.record(kind, by=by, now=now, document=document, among=sees_document(document))


def passed(version: Version, found: Found, *, now: datetime) -> None:
    """The check found nothing wrong."""
    version.check = CheckState.PASSED
    version.type, version.given, version.size = found.type, found.given, found.size
    version.pages, version.width, version.height = found.pages, found.width, found.height
    version.preview, version.sizes, version.text = found.preview, dict(found.sizes), found.text
    _settled(version, now)


def refused(version: Version, fault: str, *, now: datetime) -> None:
    """The check found this wrong (hub.domain.filetype.Fault): it will never be given out."""
    version.check = CheckState.REFUSED
    version.fault = fault
    _settled(version, now)


def held_up(version: Version, *, until: datetime, now: datetime) -> None:
    """The scanner does not answer: it waits, to be tried again then."""
    version.leased_until = until
    if version.held_up_at is None:
        version.held_up_at = now
        version.document.stage(by=None, now=now)


def clean_name(name: str) -> str:
    """A file's name as it may stand in a list and in a header. Raises Invalid."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return clean_line("name", last, limit=NAME_LIMIT).translate(_NOT_IN_NAMES).strip(". ") or "-"


def _settled(version: Version, now: datetime) -> None:
    version.leased_until = version.held_up_at = None
    version.document.stage(by=None, now=now)


def _arrive(version: Version, file: File, *, by: Person, now: datetime) -> None:
    version.name = clean_name(file.name)
    version.by_id, version.arrived_at = by.id, now
    version.kept, version.kept_size = file.kept, file.size
    version.check = CheckState.WAITING
    version.fault = version.leased_until = version.held_up_at = None
    # Whoever checks the file before it is too late now.
    version.tries += 1
    version.type, version.given, version.size = "", None, 0
    version.pages = version.width = version.height = None
    version.preview, version.sizes, version.text = False, {}, ""
    version.note, version.n = "", {}


def _describe(briefing: Briefing, document: Document, sheet: Sheet) -> None:
    language = sheet.language or document.language or briefing.language
    if language not in briefing.tongues:
        raise Invalid(
            "language",
            N_("This briefing is held in %(languages)s. Choose one of them."),
            languages=", ".join(briefing.tongues),
        )
    titles = _by_language("title", sheet.titles, briefing, language, NAME_LIMIT)
    if language not in titles:
        titles[language] = PurePosixPath(document.versions[-1].name).stem[:NAME_LIMIT]
    document.language = language
    document.titles = titles
    document.descriptions = _by_language(
        "description", sheet.descriptions, briefing, language, NOTICE_LIMIT
    )
    document.public = sheet.public and briefing.public


def _by_language(
    field: str, words: Mapping[str, str], briefing: Briefing, own: str, limit: int
) -> dict[str, str]:
    cleaned: dict[str, str] = {}
    for code, text in words.items():
        language = code or own
        if language not in briefing.tongues:
            raise Invalid(
                field,
                N_("This briefing is held in %(languages)s. Choose one of them."),
                languages=", ".join(briefing.tongues),
            )
        name = field if language == own else f"{field}-{language}"
        if said := clean(name, text, limit=limit, required=False):
            cleaned[language] = said if field == "description" else " ".join(said.split())
    return cleaned
