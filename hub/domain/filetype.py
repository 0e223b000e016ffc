"""The kinds of files that may be documents, and why a file may not be one.

What is not in the table is refused: SVG and HTML, programs, office files with macros or of the
old kind, whatever comes next year.
"""

from dataclasses import dataclass
from enum import StrEnum

from hub.domain.errors import N_


class Family(StrEnum):
    """Files that are inspected alike."""

    PDF = "pdf"
    OFFICE = "office"
    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    TEXT = "text"
    ZIP = "zip"


@dataclass(frozen=True, slots=True)
class FileType:
    """`suffixes` in lower case, the usual one first; `words` is a msgid."""

    key: str
    media: str
    suffixes: tuple[str, ...]
    words: str
    family: Family


_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."

FILE_TYPES = (
    FileType("pdf", "application/pdf", (".pdf",), N_("PDF"), Family.PDF),
    FileType(
        "docx",
        f"{_OOXML}wordprocessingml.document",
        (".docx",),
        N_("Word document"),
        Family.OFFICE,
    ),
    FileType(
        "xlsx", f"{_OOXML}spreadsheetml.sheet", (".xlsx",), N_("Excel workbook"), Family.OFFICE
    ),
    FileType(
        "pptx",
        f"{_OOXML}presentationml.presentation",
        (".pptx",),
        N_("PowerPoint slides"),
        Family.OFFICE,
    ),
    FileType("odt", f"{_ODF}text", (".odt",), N_("OpenDocument text"), Family.OFFICE),
    FileType("ods", f"{_ODF}spreadsheet", (".ods",), N_("OpenDocument sheet"), Family.OFFICE),
    FileType("odp", f"{_ODF}presentation", (".odp",), N_("OpenDocument slides"), Family.OFFICE),
    FileType("jpeg", "image/jpeg", (".jpg", ".jpeg"), N_("JPEG picture"), Family.IMAGE),
    FileType("png", "image/png", (".png",), N_("PNG picture"), Family.IMAGE),
    FileType("webp", "image/webp", (".webp",), N_("WebP picture"), Family.IMAGE),
    FileType("gif", "image/gif", (".gif",), N_("GIF picture"), Family.IMAGE),
    FileType("mp3", "audio/mpeg", (".mp3",), N_("MP3 sound"), Family.AUDIO),
    FileType("m4a", "audio/mp4", (".m4a",), N_("M4A sound"), Family.AUDIO),
    FileType("wav", "audio/wav", (".wav",), N_("WAV sound"), Family.AUDIO),
    FileType("ogg", "audio/ogg", (".ogg", ".opus", ".oga"), N_("Ogg sound"), Family.AUDIO),
    FileType("mp4", "video/mp4", (".mp4",), N_("MP4 video"), Family.VIDEO),
    FileType("webm", "video/webm", (".webm",), N_("WebM video"), Family.VIDEO),
    FileType("csv", "text/csv", (".csv",), N_("CSV table"), Family.TEXT),
    FileType("txt", "text/plain", (".txt", ".md"), N_("Plain text"), Family.TEXT),
    FileType("zip", "application/zip", (".zip",), N_("Zip archive"), Family.ZIP),
)

_BY_KEY = {one.key: one for one in FILE_TYPES}
_BY_SUFFIX = {suffix: one for one in FILE_TYPES for suffix in one.suffixes}

MACRO_SUFFIXES = frozenset(
    {".docm", ".dotm", ".xlsm", ".xltm", ".xlam", ".xlsb", ".pptm", ".potm", ".ppsm", ".ppam"}
)
OLD_SUFFIXES = frozenset({".doc", ".dot", ".xls", ".xlt", ".ppt", ".pps", ".rtf", ".wps"})


class Fault(StrEnum):
    """Why a file is not taken."""

    NOT_ALLOWED = "not_allowed"
    NOT_WHAT_IT_SAYS = "not_what_it_says"
    OLD_OFFICE = "old_office"
    MACROS = "macros"
    ENTITIES = "entities"
    REACHES_OUT = "reaches_out"
    UNPACKS_TOO_LARGE = "unpacks_too_large"
    BAD_PATHS = "bad_paths"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    VIRUS = "virus"
    TOO_SLOW = "too_slow"

    @property
    def says(self) -> str:
        """What is wrong and what to do about it; a msgid."""
        return _SAYS[self]


_SAYS = {
    Fault.NOT_ALLOWED: N_(
        "Files of this kind are not taken. Take a PDF, an office file, a picture, sound, video, "
        "CSV, plain text, or a zip of such."
    ),
    Fault.NOT_WHAT_IT_SAYS: N_(
        "What is in this file is not what its name says. Export it once more from the program "
        "that made it."
    ),
    Fault.OLD_OFFICE: N_(
        "This is an office file of the old kind. Save it as .docx, .xlsx or .pptx."
    ),
    Fault.MACROS: N_(
        "This file holds macros, or objects of other programs. Save it without them, as .docx, "
        ".xlsx or .pptx, or as PDF."
    ),
    Fault.ENTITIES: N_(
        "This office file holds definitions that could read other files. Save it anew from your "
        "office program."
    ),
    Fault.REACHES_OUT: N_(
        "This office file loads a template or pictures from elsewhere. Put them into the file, or "
        "save it as PDF."
    ),
    Fault.UNPACKS_TOO_LARGE: N_(
        "Unpacked, this file is too large to be shown safely. Split it, or make the picture "
        "smaller."
    ),
    Fault.BAD_PATHS: N_(
        "This archive would write outside its folder. Pack it anew, with plain files only."
    ),
    Fault.ENCRYPTED: N_("This file is locked with a password. Save it without one."),
    Fault.DAMAGED: N_("This file cannot be read: it is damaged. Save it anew and try again."),
    Fault.VIRUS: N_("A virus was found in this file. Have the computer it came from looked at."),
    Fault.TOO_SLOW: N_(
        "This file takes too long to look through. Make it simpler, or save it as PDF."
    ),
}


def type_of(key: str) -> FileType:
    """The type of this key. Raises KeyError."""
    return _BY_KEY[key]


def type_named(suffix: str) -> FileType | None:
    """The type of files that end so, with the dot, in any case; None: not taken."""
    return _BY_SUFFIX.get(suffix.lower())
