"""The words of a file, as they go into the search; and files that are nothing but words."""

import codecs
import unicodedata
from pathlib import Path

from hub.domain.filetype import Fault
from hub.inspection.report import TEXT_LIMIT, Refused

_CHUNK = 1 << 20
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def clean_words(text: str, *, limit: int = TEXT_LIMIT) -> str:
    """In NFC, without what cannot be seen, at most `limit` characters."""
    text = text[: 2 * limit].replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    if not text.replace("\n", " ").isprintable():
        text = "".join(_seen(character) for character in text)
    return unicodedata.normalize("NFC", text).strip()[:limit].rstrip()


def plain_words(path: Path) -> str:
    """The words of a text or CSV file. Raises Refused where there is anything but text in it."""
    with path.open("rb") as file:
        head = file.read(4)
        encoding = next((name for mark, name in _MARKS if head.startswith(mark)), "utf-8")
    try:
        return clean_words(_decoded(path, encoding))
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise Refused(Fault.DAMAGED, str(error)[:200]) from None
    # Of before UTF-8. The bytes stay as they are; the words are for the search alone.
    try:
        return clean_words(_decoded(path, "windows-1258"))
    except UnicodeDecodeError:
        return clean_words(_decoded(path, "windows-1252", errors="replace"))


def _decoded(path: Path, encoding: str, *, errors: str = "strict") -> str:
    """Reads and decodes all of it, keeps what the search takes."""
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    kept: list[str] = []
    room = 2 * TEXT_LIMIT
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            text = decoder.decode(chunk)
            if "\0" in text:
                raise Refused(Fault.NOT_WHAT_IT_SAYS, "NUL in a text")
            kept.append(text[:room])
            room -= len(kept[-1])
    decoder.decode(b"", final=True)
    return "".join(kept)


def _seen(character: str) -> str:
    if character in "\n\t" or unicodedata.category(character) not in _UNSEEN:
        return character
    # Joiners belong to the scripts that need them.
    return character if character in "\u200c\u200d" else ""
