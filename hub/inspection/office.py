"""An office file: a zip of XML. Looked through part by part, written anew without its authors."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from hub.domain.filetype import MACRO_SUFFIXES, Fault, FileType
from hub.inspection.archive import Archive, listed
from hub.inspection.bare import bare_jpeg
from hub.inspection.bounds import MB
from hub.inspection.recognise import EICAR, is_program
from hub.inspection.report import Refused
from hub.inspection.words import clean_words
from hub.inspection.xml import Part, read_xml

_TYPES = "[Content_Types].xml"
_MAIN = {
    "docx": "wordprocessingml.document.main+xml",
    "xlsx": "spreadsheetml.sheet.main+xml",
    "pptx": "presentationml.presentation.main+xml",
}
_MACROS = re.compile(
    r"vba|macrosheet|(^|/)activex/|(^|/)customui/|^basic/|^scripts/|^dialogs/", re.IGNORECASE
)
_XML_SUFFIXES = {".xml", ".rels", ".vml", ".rdf", ".psmdcp"}
_PART = 128 * MB
_WORDS = re.compile(
    r"word/(document|footnotes|endnotes|header\d*|footer\d*)\.xml"
    r"|xl/(sharedStrings|worksheets/[^/]+)\.xml|ppt/(slides|notesSlides)/[^/]+\.xml|content\.xml"
)
_TEMPLATE = re.compile(rb"<w:attachedTemplate\b[^<>]*/>")
_TEMPLATE_LINK = re.compile(rb"<Relationship\b[^<>]*/attachedTemplate\"[^<>]*/>")

_SCHEMAS = "http://schemas.openxmlformats.org"
_COMMON = f"{_SCHEMAS}/package/2006/metadata/core-properties"
_OFFICE_URN = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
# Who and with what: the part as it is where nobody says.
_BLANK = {
    (_COMMON, "coreProperties"): f'<p:coreProperties xmlns:p="{_COMMON}"/>',
    **{
        (space, "Properties"): f'<Properties xmlns="{space}"/>'
        for space in (
            f"{_SCHEMAS}/officeDocument/2006/extended-properties",
            f"{_SCHEMAS}/officeDocument/2006/custom-properties",
        )
    },
    (_OFFICE_URN, "document-meta"): (
        f'<o:document-meta xmlns:o="{_OFFICE_URN}" o:version="1.2"><o:meta/></o:document-meta>'
    ),
}


def clean_office(path: Path, kind: FileType, clean: Path) -> str:
    """Writes the harmless copy; answers its words. Raises Refused, zipfile.BadZipFile."""
    with path.open("rb") as file, zipfile.ZipFile(clean, "w", zipfile.ZIP_DEFLATED) as written:
        archive = listed(file)
        _check_names(archive, kind)
        words: list[str] = []
        for entry in _mimetype_first(archive):
            if not entry.is_dir():
                content, part = _read(archive, entry, kind)
                if part and _WORDS.fullmatch(entry.filename):
                    words.append("".join(part.words))
                anew = zipfile.ZipInfo(entry.filename)
                # OpenDocument's mark must be found at a fixed place, unpacked.
                stored = entry.filename == "mimetype"
                anew.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
                written.writestr(anew, content)
    return clean_words("\n".join(words))


def _check_names(archive: Archive, kind: FileType) -> None:
    names = [entry.filename for entry in archive.entries]
    if macro := next((name for name in names if _MACROS.search(name)), None):
        raise Refused(Fault.MACROS, macro[:160])
    if (_TYPES if kind.key in _MAIN else "mimetype") not in names:
        raise Refused(Fault.NOT_WHAT_IT_SAYS, f"no {kind.key}")


def _read(archive: Archive, entry: zipfile.ZipInfo, kind: FileType) -> tuple[bytes, Part | None]:
    """A part as it goes into the copy, and what it said if it is XML."""
    name = entry.filename
    content = archive.read(entry, limit=_PART)
    if EICAR in content[:MB]:
        raise Refused(Fault.VIRUS, "EICAR")
    if name == "mimetype" and kind.key not in _MAIN and content.strip() != kind.media.encode():
        raise Refused(Fault.NOT_WHAT_IT_SAYS, repr(content[:80]))
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in _XML_SUFFIXES and not _begins_as_xml(content):
        # Objects of other programs run when they are pressed, files within files their macros.
        if is_program(content) or suffix in MACRO_SUFFIXES or b"vbaProject" in content:
            raise Refused(Fault.MACROS, name[:160])
        return bare_jpeg(content), None
    if name == "word/settings.xml":
        content = _TEMPLATE.sub(b"", content)
    elif name == "word/_rels/settings.xml.rels":
        content = _TEMPLATE_LINK.sub(b"", content)
    part = read_xml([content], name=name[:120])
    _check(part, name, kind)
    blank = _BLANK.get(part.root)
    return (content if blank is None else blank.encode()), part


def _check(part: Part, name: str, kind: FileType) -> None:
    if part.encrypted:
        raise Refused(Fault.ENCRYPTED)
    if part.loads:
        raise Refused(Fault.REACHES_OUT, part.loads[0][:160])
    if name == _TYPES and kind.key in _MAIN:
        types = " ".join(part.content_types)
        if "macroenabled" in types.lower() or "vbaproject" in types.lower():
            raise Refused(Fault.MACROS, _TYPES)
        if _MAIN[kind.key] not in types:
            raise Refused(Fault.NOT_WHAT_IT_SAYS, f"no {kind.key}")


def _begins_as_xml(content: bytes) -> bool:
    start = content[:64]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        start = start.decode("utf-16", errors="replace").encode()
    return start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"<?xml", b"<!DOCTYPE"))


def _mimetype_first(archive: Archive) -> Iterator[zipfile.ZipInfo]:
    yield from sorted(archive.entries, key=lambda entry: entry.filename != "mimetype")
