"""Words as they are taken in: normalised, bounded, and refused with the name of the field."""

import unicodedata

from hub.domain.errors import N_, Invalid

LANGUAGES = ("vi", "en", "fr")
"""The languages of the interface and of what is said, the first one the city's own."""

TEXT_LIMIT = 5_000
NOTICE_LIMIT = 600
NAME_LIMIT = 160

_INVISIBLE = {"Cc", "Cs", "Co", "Cn"}


def clean(field: str, text: str, *, limit: int, required: bool = True) -> str:
    """The text in NFC, line ends as \\n, trimmed. `limit` in characters. Raises Invalid."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if _has_invisible(text):
        raise Invalid(field, N_("This text has characters that cannot be shown. Take them out."))
    if required and not text:
        raise Invalid(field, N_("Write something here first."))
    if len(text) > limit:
        raise Invalid(
            field,
            N_("%(length)d characters are too many: the limit is %(limit)d. Shorten or split it."),
            length=len(text),
            limit=limit,
        )
    return text


def clean_line(field: str, text: str, *, limit: int = NAME_LIMIT, required: bool = True) -> str:
    """As clean(), on one line."""
    return " ".join(clean(field, text, limit=limit, required=required).split())


def whole_number(text: str, *, digits: int) -> int | None:
    """A whole number from 0 in plain digits, at most so many; None: it is none."""
    plain = text.isascii() and text.isdecimal() and len(text) <= digits
    return int(text) if plain else None


def fold(text: str) -> str:
    """For comparing names: no case, no marks, đ as d."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).replace("đ", "d")


def _has_invisible(text: str) -> bool:
    # Nearly every text is settled by the first look, a hundred times faster than the second.
    if text.replace("\n", " ").isprintable():
        return False
    return any(unicodedata.category(c) in _INVISIBLE and c not in "\n\t" for c in text)
