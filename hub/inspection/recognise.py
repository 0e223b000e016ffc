"""What a file is, by its first bytes and by its name: both must say the same."""

from collections.abc import Callable
from pathlib import Path, PurePath

from hub.domain.filetype import (
    MACRO_SUFFIXES,
    OLD_SUFFIXES,
    Family,
    Fault,
    FileType,
    type_named,
)
from hub.inspection.report import Refused

HEAD = 4096
SMALL = 1 << 20

# The test virus, in two halves: else scanners take this file for one.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

_MP4_BRANDS = {b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1"} | {
    b"M4V ", b"MSNV", b"dash", b"3gp4", b"3gp5", b"3gp6",
}  # fmt: skip
_M4A_BRANDS = {b"M4A ", b"M4B ", b"mp42", b"isom", b"iso2", b"dash"}

_PROGRAMS = (
    b"MZ", b"\x7fELF", b"#!", b"dex\n", b"!<arch>", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa",
    b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"\x00asm", b"L\x00\x00\x00\x01\x14\x02\x00",
)  # fmt: skip
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"MSCF")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP = (b"<!doctype", b"<html", b"<script", b"<svg", b"<?xml", b"<body", b"<iframe", b"<img")


def recognise(path: Path, name: str) -> FileType:
    """Raises Refused. A zip in office clothes is looked at closer by those who open it."""
    with path.open("rb") as file:
        head = file.read(HEAD)
        small = head + file.read(SMALL + 1)
    if len(small) <= SMALL and EICAR in small:
        raise Refused(Fault.VIRUS, "EICAR")
    suffixes = [suffix.lower() for suffix in PurePath(name).suffixes]
    kind = type_named(suffixes[-1]) if suffixes else None
    if kind is None:
        raise Refused(_unknown(suffixes, head))
    if not looks_like(kind, head):
        raise Refused(_fault_of(kind, head, small), f"not {kind.key}: {head[:16]!r}")
    return kind


def looks_like(kind: FileType, head: bytes) -> bool:
    """Whether a file of this type may begin so."""
    if kind.family == Family.TEXT:
        return not is_binary_or_markup(head)
    return _BEGINNINGS.get(kind.key, _is_zip)(head)


def is_program(head: bytes) -> bool:
    """Whether a machine would run it, or an old office program its macros."""
    return head.startswith((*_PROGRAMS, _OLE))


def is_archive(head: bytes) -> bool:
    """Whether there are files in it."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06", *_ARCHIVES)) or head[257:262] == b"ustar"


def is_binary_or_markup(head: bytes) -> bool:
    """Whether text may not begin so."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return b"\0" in head or start.startswith(_MARKUP) or is_program(head) or is_archive(head)


def _unknown(suffixes: list[str], head: bytes) -> Fault:
    last = suffixes[-1] if suffixes else ""
    if last in MACRO_SUFFIXES:
        return Fault.MACROS
    if last in OLD_SUFFIXES:
        return Fault.OLD_OFFICE
    # "report.pdf.exe" pretends; so does a PDF without a name of its own.
    if any(type_named(suffix) for suffix in suffixes) or head.startswith(b"%PDF-"):
        return Fault.NOT_WHAT_IT_SAYS
    return Fault.NOT_ALLOWED


def _fault_of(kind: FileType, head: bytes, whole: bytes) -> Fault:
    if not head.strip():
        return Fault.DAMAGED
    if kind.family == Family.OFFICE and head.startswith(_OLE):
        # Office programs lock a file by putting it into one of the old kind.
        locked = "EncryptedPackage".encode("utf-16-le") in whole
        return Fault.ENCRYPTED if locked else Fault.OLD_OFFICE
    return Fault.NOT_WHAT_IT_SAYS


def _is_pdf(head: bytes) -> bool:
    # Behind a mark or a line end only: others put a page of HTML there.
    return head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n\t ").startswith(b"%PDF-")


def _is_zip(head: bytes) -> bool:
    return head.startswith(b"PK\x03\x04")


def _is_webm(head: bytes) -> bool:
    return head.startswith(b"\x1a\x45\xdf\xa3") and b"\x42\x82\x84webm" in head[:128]


def _is_mp3(head: bytes) -> bool:
    """A tag, or else sync, layer III, a bit rate and a sample rate that exist."""
    return head.startswith(b"ID3") or (
        len(head) > 3
        and head[0] == 0xFF
        and head[1] & 0xE6 == 0xE2
        and head[2] & 0xF0 not in {0x00, 0xF0}
        and head[2] & 0x0C != 0x0C
    )


_BEGINNINGS: dict[str, Callable[[bytes], bool]] = {
    "pdf": _is_pdf,
    "jpeg": lambda head: head.startswith(b"\xff\xd8\xff"),
    "png": lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"),
    "gif": lambda head: head.startswith((b"GIF87a", b"GIF89a")),
    "webp": lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP",
    "wav": lambda head: head[:4] == b"RIFF" and head[8:12] == b"WAVE",
    "ogg": lambda head: head.startswith(b"OggS"),
    "mp3": _is_mp3,
    "m4a": lambda head: head[4:8] == b"ftyp" and head[8:12] in _M4A_BRANDS,
    "mp4": lambda head: head[4:8] == b"ftyp" and head[8:12] in _MP4_BRANDS,
    "webm": _is_webm,
}
