"""What the API gives of documents, from hub.live.seen_documents, field by field."""

from collections.abc import Sequence

from pydantic import AwareDatetime, BaseModel, Field

from hub.domain.document import DocumentState
from hub.domain.version import CheckState
from hub.integrations.shown_questions import Address, Number
from hub.live.seen_documents import SeenDocument, SeenStaged, SeenVersion


class VersionShown(BaseModel):
    """A file that was dropped."""

    number: Number
    at: AwareDatetime
    url: Address = Field(description="Of the file itself.")
    name: str
    type: str = Field(description="pdf, docx, png, ...")
    size: Number = Field(description="In bytes.")
    sha256: str = Field(description="The checksum of these bytes, in hexadecimal.")
    pages: int | None
    width: int | None = Field(description="Of a picture, in pixels.")
    height: int | None
    preview: Address | None
    note: str = Field(description="What was new in it.")


class DocumentShown(BaseModel):
    """A document as things stand now: once it is withdrawn, no file but the reason."""

    ref: str
    state: DocumentState
    n: Number = Field(description="The number of the event that dropped it; 0 before.")
    at: AwareDatetime | None
    url: Address
    language: str
    titles: dict[str, str]
    descriptions: dict[str, str]
    public: bool = Field(description="Whether it is for everybody; else for the press.")
    versions: list[VersionShown] = Field(description="Newest first.")
    withdrawn_at: AwareDatetime | None
    reason: str | None = Field(description="Why it was withdrawn.")


class Documents(BaseModel):
    """The documents of a briefing, in the podium's order."""

    documents: list[DocumentShown]


class StagedShown(BaseModel):
    """The version that is not dropped yet."""

    number: Number
    name: str
    type: str
    size: Number
    pages: int | None
    check: CheckState
    fault: str | None = Field(description="Why it did not pass.")
    held_up_at: AwareDatetime | None = Field(description="Since when the scanner does not answer.")


class PodiumDocument(DocumentShown):
    """A document as the podium sees it."""

    staged: StagedShown | None


class PodiumDocuments(BaseModel):
    """The documents of a briefing, drafts too."""

    documents: list[PodiumDocument]


class Handled(BaseModel):
    """A document after an act on it."""

    ref: str
    state: DocumentState
    version: Number = Field(description="Its newest version.")
    url: Address


def document_shown(seen: SeenDocument, briefing_url: str, base: str) -> DocumentShown:
    """A document; `base` is the public address of the hub."""
    return DocumentShown(
        ref=seen.ref,
        state=seen.state,
        n=seen.n,
        at=seen.at,
        url=document_url(briefing_url, seen.ref),
        language=seen.language,
        titles=seen.titles,
        descriptions=seen.descriptions,
        public=seen.public,
        versions=[_version(version, base) for version in seen.versions],
        withdrawn_at=seen.withdrawn.at if seen.withdrawn else None,
        reason=seen.reason,
    )


def documents_shown(seen: Sequence[SeenDocument], briefing_url: str, base: str) -> Documents:
    """All of them."""
    return Documents(documents=[document_shown(one, briefing_url, base) for one in seen])


def staging_shown(seen: Sequence[SeenDocument], briefing_url: str, base: str) -> PodiumDocuments:
    """All of them as the podium sees them."""
    return PodiumDocuments(
        documents=[
            PodiumDocument(
                **dict(document_shown(one, briefing_url, base)),
                staged=_staged(one.staged) if one.staged else None,
            )
            for one in seen
        ]
    )


def document_url(briefing_url: str, ref: str) -> str:
    """The permalink of a document."""
    return f"{briefing_url}/documents/{ref}"


def _version(seen: SeenVersion, base: str) -> VersionShown:
    url = f"{base}/files/{seen.address}"
    return VersionShown(
        number=seen.number,
        at=seen.at,
        url=url,
        name=seen.name,
        type=seen.type,
        size=seen.size,
        sha256=seen.sha256,
        pages=seen.pages,
        width=seen.width,
        height=seen.height,
        preview=f"{url}/preview" if seen.preview else None,
        note=seen.note,
    )


def _staged(seen: SeenStaged) -> StagedShown:
    return StagedShown(
        number=seen.number,
        name=seen.name,
        type=seen.type,
        size=seen.size,
        pages=seen.pages,
        check=seen.check,
        fault=seen.fault,
        held_up_at=seen.held_up_at,
    )
