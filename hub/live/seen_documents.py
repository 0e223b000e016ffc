"""What an audience may see of a document: the one door, as hub.live.seen is for updates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.domain.audience import Audience
from hub.domain.document import Document, DocumentState, sees_document
from hub.domain.version import CheckState, Version
from hub.live.seen_change import SeenChange, number_for


@dataclass(frozen=True, slots=True)
class SeenVersion:
    """A file that was dropped. `sha256` of the bytes that are given out, in hexadecimal; `size`
    of them; `type` is a key of hub.domain.filetype; `sizes` are widths with their heights."""

    number: int
    n: int
    at: datetime
    address: str
    name: str
    type: str
    size: int
    sha256: str
    pages: int | None
    width: int | None
    height: int | None
    preview: bool
    sizes: Sequence[tuple[int, int]]
    note: str


@dataclass(frozen=True, slots=True)
class SeenStaged:
    """The version that is not dropped yet: for the podium alone."""

    number: int
    name: str
    type: str
    size: int
    pages: int | None
    preview: bool
    is_picture: bool
    check: CheckState
    fault: str | None
    held_up_at: datetime | None


@dataclass(frozen=True, slots=True)
class SeenDocument:
    """A document. `titles` and `descriptions` by language; `versions` newest first, empty once it
    is withdrawn; `n` and `at` of its first drop, 0 and None before."""

    ref: str
    state: DocumentState
    n: int
    at: datetime | None
    language: str
    titles: dict[str, str]
    descriptions: dict[str, str]
    public: bool
    versions: Sequence[SeenVersion]
    withdrawn: SeenChange | None
    reason: str | None
    # How many versions were dropped, also when it is withdrawn.
    count: int
    staged: SeenStaged | None = None

    @property
    def version(self) -> SeenVersion | None:
        """The newest file."""
        return self.versions[0] if self.versions else None


def seen_documents(documents: Sequence[Document], audience: Audience) -> list[SeenDocument]:
    """Those of them that are open to this audience, in the podium's order."""
    return [
        seen_document(document, audience)
        for document in documents
        if audience in sees_document(document)
    ]


def seen_document(document: Document, audience: Audience) -> SeenDocument:
    """The document as this audience may see it. ValueError: it may not be seen there at all."""
    if audience not in sees_document(document):
        raise ValueError(f"document {document.ref} is not open to {audience}")
    out, gone = document.out, document.state == DocumentState.WITHDRAWN
    at_podium = audience == Audience.PODIUM
    return SeenDocument(
        ref=document.ref,
        state=document.state,
        n=number_for(out[0].n, audience) if out else 0,
        at=out[0].dropped_at if out else None,
        language=document.language,
        titles=dict(document.titles),
        # What was withdrawn is named and no more.
        descriptions={} if gone else dict(document.descriptions),
        public=document.public,
        versions=[] if gone else [_version(one, audience) for one in reversed(out)],
        withdrawn=(
            SeenChange(number_for(document.withdrawn_n, audience), document.withdrawn_at)
            if document.withdrawn_at is not None
            else None
        ),
        reason=document.reason,
        count=len(out),
        staged=_staged(document.staged) if at_podium and document.staged and not gone else None,
    )


def _version(version: Version, audience: Audience) -> SeenVersion:
    if version.dropped_at is None or version.address is None or version.given is None:
        raise ValueError(f"version {version.number} was not dropped")
    return SeenVersion(
        number=version.number,
        n=number_for(version.n, audience),
        at=version.dropped_at,
        address=version.address,
        name=version.name,
        type=version.type,
        size=version.size,
        sha256=version.given,
        pages=version.pages,
        width=version.width,
        height=version.height,
        preview=version.preview,
        sizes=sorted((int(width), height) for width, height in version.sizes.items()),
        note=version.note,
    )


def _staged(version: Version) -> SeenStaged:
    return SeenStaged(
        number=version.number,
        name=version.name,
        type=version.type,
        size=version.size or version.kept_size,
        pages=version.pages,
        preview=version.preview,
        is_picture=version.is_picture,
        check=version.check,
        fault=version.fault,
        held_up_at=version.held_up_at,
    )
