"""A zip, entry by entry and never onto the disk. Its headers are not believed: all is counted."""

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from hub.domain.filetype import MACRO_SUFFIXES, OLD_SUFFIXES, Family, Fault, type_named
from hub.inspection.bounds import ENTRIES, RATIO, UNPACKED, UNPACKED_ANYWAY
from hub.inspection.recognise import EICAR, HEAD, SMALL, is_archive, is_program
from hub.inspection.report import Refused

_CHUNK = 1 << 16
_LOCAL = struct.Struct("<4s5H3L2H")
_ENCRYPTED = 0x1
_STORED, _DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED

_RUN_BY_NAME = re.compile(
    r"[.](exe|com|bat|cmd|scr|pif|msi|msp|dll|sys|cpl|lnk|url|scf|hta|chm|reg|inf|js|jse|mjs|vbs|vbe"
    r"|wsf|wsh|ps1|psm1|sh|bash|command|app|apk|jar|class|py|desktop|html|htm|xhtml|svg|svgz|swf"
    r"|iso|img|vhd|dmg|pkg|deb|rpm|appimage|xll|application|gadget|settingcontent-ms|one|library-ms)"
)


@dataclass(slots=True)
class Meter:
    """What has come out of an archive so far, against what it is itself; bytes."""

    packed: int
    unpacked: int = field(default=0, init=False)

    def add(self, count: int) -> None:
        """Raises Refused once it is too much."""
        self.unpacked += count
        bomb = self.unpacked > max(UNPACKED_ANYWAY, RATIO * self.packed)
        if bomb or self.unpacked > UNPACKED:
            raise Refused(Fault.UNPACKS_TOO_LARGE, f"{self.unpacked} bytes and more")


@dataclass(frozen=True, slots=True)
class Archive:
    """A zip whose list of entries is in order; what they hold is seen as they are read."""

    file: BinaryIO
    entries: list[zipfile.ZipInfo]
    meter: Meter

    def chunks(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        """What is in it, some at a time. Raises Refused where its headers lie, or at too much."""
        self.file.seek(entry.header_offset)
        header = self.file.read(_LOCAL.size)
        if len(header) < _LOCAL.size or header[:4] != b"PK\x03\x04":
            raise Refused(Fault.DAMAGED, "no entry where one should be")
        *_, name_length, extra_length = _LOCAL.unpack(header)
        if _name(self.file.read(name_length), entry) != entry.orig_filename:
            raise Refused(Fault.DAMAGED, "an entry of two names")
        self.file.seek(extra_length, 1)
        count = checksum = 0
        for chunk in self._inflated(entry):
            self.meter.add(len(chunk))
            count += len(chunk)
            checksum = zlib.crc32(chunk, checksum)
            yield chunk
        if (count, checksum) != (entry.file_size, entry.CRC):
            raise Refused(Fault.DAMAGED, "an entry is not what its header says")

    def read(self, entry: zipfile.ZipInfo, *, limit: int) -> bytes:
        """All that is in it. Raises Refused as chunks(), and above `limit` bytes."""
        whole = bytearray()
        for chunk in self.chunks(entry):
            whole += chunk
            if len(whole) > limit:
                raise Refused(Fault.UNPACKS_TOO_LARGE, f"{entry.filename}: {limit} bytes and more")
        return bytes(whole)

    def _inflated(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        left = entry.compress_size
        unpacker = zlib.decompressobj(-15) if entry.compress_type == _DEFLATED else None
        while left:
            packed = self.file.read(min(left, _CHUNK))
            if not packed:
                raise Refused(Fault.DAMAGED, "cut off")
            left -= len(packed)
            if unpacker is None:
                yield packed
                continue
            while packed:
                yield unpacker.decompress(packed, _CHUNK * 4)
                packed = unpacker.unconsumed_tail
        if unpacker is not None:
            yield unpacker.flush()
            if not unpacker.eof or unpacker.unused_data:
                raise Refused(Fault.DAMAGED, "an entry that does not end where it says")


def listed(file: BinaryIO) -> Archive:
    """Reads the list of a zip's entries. Raises Refused, and zipfile.BadZipFile."""
    size = file.seek(0, 2)
    with zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
    if not entries:
        raise Refused(Fault.DAMAGED, "nothing in it")
    if len(entries) > ENTRIES:
        raise Refused(Fault.UNPACKS_TOO_LARGE, f"{len(entries)} entries")
    if sum(entry.compress_size for entry in entries) > size:
        raise Refused(Fault.UNPACKS_TOO_LARGE, "entries that share their bytes")
    for entry in entries:
        _check(entry)
    names = {entry.filename.casefold() for entry in entries}
    if len(names) < len(entries):
        raise Refused(Fault.BAD_PATHS, "two entries of one name")
    return Archive(file, entries, Meter(size))


def look_through(path: Path) -> None:
    """An archive to be handed on as it is: no programs, no archives inside. Raises Refused."""
    with path.open("rb") as file:
        archive = listed(file)
        for entry in archive.entries:
            if not entry.is_dir():
                _look_into(archive, entry)


def _look_into(archive: Archive, entry: zipfile.ZipInfo) -> None:
    suffix = PurePosixPath(entry.filename).suffix.lower()
    if suffix in MACRO_SUFFIXES:
        raise Refused(Fault.MACROS, entry.filename[:160])
    if suffix in OLD_SUFFIXES or _RUN_BY_NAME.fullmatch(suffix):
        raise Refused(Fault.NOT_ALLOWED, entry.filename[:160])
    start = bytearray()
    for chunk in archive.chunks(entry):
        if len(start) <= SMALL:
            start += chunk
    if len(start) <= SMALL and EICAR in start:
        raise Refused(Fault.VIRUS, "EICAR")
    head = bytes(start[:HEAD])
    kind = type_named(suffix)
    nested = is_archive(head) and (kind is None or kind.family != Family.OFFICE)
    if nested or is_program(head):
        raise Refused(Fault.NOT_ALLOWED, entry.filename[:160])


def _check(entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename
    mode = entry.external_attr >> 16
    parts = PurePosixPath(name.replace("\\", "/")).parts
    outside = not parts or name.startswith("/") or ".." in parts or name[1:2] == ":"
    if outside or "\\" in name or any(character < " " for character in name):
        raise Refused(Fault.BAD_PATHS, repr(name)[:160])
    if mode and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or not stat.S_IFMT(mode)):
        raise Refused(Fault.BAD_PATHS, f"not a plain file: {name!r}"[:160])
    if entry.flag_bits & _ENCRYPTED:
        raise Refused(Fault.ENCRYPTED)
    if entry.compress_type not in {_STORED, _DEFLATED}:
        raise Refused(Fault.DAMAGED, f"packed in way {entry.compress_type}")


def _name(raw: bytes, entry: zipfile.ZipInfo) -> str:
    return raw.decode("utf-8" if entry.flag_bits & 0x800 else "cp437", errors="replace")
