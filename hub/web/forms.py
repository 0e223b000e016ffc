"""Forms as they come in: a closed set of fields, whole UTF-8, and kept for another try."""

import re
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

from hub.domain.draft import Draft
from hub.domain.errors import N_, Invalid, KeyReused, Refusal
from hub.domain.update import Terms, UpdateKind
from hub.domain.words import LANGUAGES, whole_number

Choice = TypeVar("Choice", bound=StrEnum)

_TEXTS = frozenset({"text", *(f"text-{code}" for code in LANGUAGES)})
DRAFT = _TEXTS | {
    "key", "kind", "speaker", "terms", "attribution", "language", "pinned", "answers", "attached",
}  # fmt: skip
CORRECTION = _TEXTS | {"key", "edition", "note"}
RETRACTION = frozenset({"key", "notice"})
SPEAKER = frozenset({"name", "function", "department"})
TAKEN = frozenset({"key", "revision", "since", "department", "hours", "due"})
REFERRAL = frozenset({"key", "revision", "body"})
CLOSING = frozenset({"key", "since", "rest"})
CLOSING_EACH = frozenset({"what", "department", "hours", "due", "note"})
"""Of each question: what-REF, department-REF, ..."""

# References that may come several times; between two of them stands a space.
_SEVERAL = frozenset({"attached"})
# What is wrong with these is said at the form: nobody sees the fields themselves.
_HIDDEN = frozenset({"key", "edition", "revision", "since"})
_MOST_FIELDS = 64
_MOST_FIELDS_OF_EACH = 5_000
_OF_ONE = re.compile(r"([a-z]+)-([a-z0-9]{1,32})", re.ASCII)
_DAMAGED = "\N{REPLACEMENT CHARACTER}"


@dataclass(slots=True)
class Form:
    """What was typed, by field, and what was refused of it; the field "" is the form itself."""

    fields: frozenset[str]
    values: dict[str, str] = field(default_factory=dict)
    refusals: dict[str, Refusal] = field(default_factory=dict)

    @classmethod
    def empty(cls, fields: Collection[str], **values: str) -> "Form":
        """A form to be filled in, with a key if it takes one."""
        form = cls(frozenset(fields), dict(values))
        form._renew_key()
        return form

    def get(self, name: str, default: str = "") -> str:
        """What was typed there."""
        return self.values.get(name, default)

    def check(self) -> None:
        """Raises the first refusal of the reading."""
        for refusal in self.refusals.values():
            raise refusal

    def key(self) -> str:
        """The idempotency key. Raises Invalid: without it a second press would be a second act."""
        if not self.get("key"):
            raise Invalid("key", N_("The form came without its key. Press the button once more."))
        return self.get("key")

    def asked(self) -> dict[str, str]:
        """What the key stands for: all that was typed, without the key itself."""
        return {name: value for name, value in self.values.items() if name != "key"}

    def choice(self, name: str, kind: type[Choice], default: Choice) -> Choice:
        """One of these words. Raises Invalid for another."""
        try:
            return kind(self.get(name) or default)
        except ValueError:
            raise Invalid(
                name, N_("Choose one of these: %(choices)s."), choices=", ".join(kind)
            ) from None

    def refuse(self, refusal: Refusal) -> None:
        """Puts a refusal beside its field, or at the form."""
        if isinstance(refusal, KeyReused):
            refusal = SentBefore()
        about = refusal.field if isinstance(refusal, Invalid) else ""
        if about in ("key", "Idempotency-Key"):
            self._renew_key()
        place = about if about in self.fields - _HIDDEN else ""
        self.refusals.setdefault(place, refusal)

    def _renew_key(self) -> None:
        if "key" in self.fields:
            self.values["key"] = secrets.token_urlsafe(16)


class SentBefore(Invalid):
    """An earlier try arrived although nobody was told so, and now the words are others."""

    def __init__(self) -> None:
        super().__init__(
            "key",
            N_(
                "An earlier try of this form has been done already: look at what is published. "
                "To send this as well, press the button once more."
            ),
        )


async def read_form(
    request: Request, fields: Collection[str], *, each: Collection[str] = ()
) -> Form:
    """The form that was sent; `each`: fields that come once a question, with its reference.

    What is wrong with its bytes is in `refusals` and not raised.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await request.body()
    if body and kind != "application/x-www-form-urlencoded":
        raise HTTPException(400)
    try:
        most = _MOST_FIELDS_OF_EACH if each else _MOST_FIELDS
        sent = parse_qsl(body.decode(errors="replace"), keep_blank_values=True, max_num_fields=most)
    except ValueError as error:
        raise HTTPException(400) from error
    form = Form(frozenset(fields) | {name for name, _ in sent if _is_of_one(name, each)})
    fill(form, sent)
    return form


def fill(form: Form, sent: Iterable[tuple[str, str]]) -> None:
    """Takes what was sent into the form; what is wrong with it is in `refusals`."""
    for name, value in sent:
        _take(form, name, value)


def _is_of_one(name: str, each: Collection[str]) -> bool:
    found = _OF_ONE.fullmatch(name)
    return found is not None and found[1] in each


def _take(form: Form, name: str, value: str) -> None:
    if name not in form.fields:
        unknown = N_("Something came with the form that does not belong to it. Send it again.")
        form.refuse(Invalid("", unknown))
        return
    if name in _SEVERAL and name in form.values:
        value = f"{form.values[name]} {value}"
    elif name in form.values:
        form.refuse(Invalid(name, N_("This came twice. Choose one and send it again.")))
    form.values[name] = value
    if _DAMAGED in value:
        damaged = N_("Some letters were damaged on the way and stand as � now. Write them again.")
        form.refuse(Invalid(name, damaged))


def draft_of(form: Form) -> Draft:
    """What is to be published. Raises Invalid."""
    kind = form.choice("kind", UpdateKind, UpdateKind.STATEMENT)
    return Draft(
        words=words_of(form),
        kind=kind,
        # The list has no empty line, and a note is nobody's words.
        speaker=None if kind == UpdateKind.NOTE else form.get("speaker") or None,
        terms=form.choice("terms", Terms, Terms.RECORD),
        attribution=form.get("attribution"),
        language=form.get("language"),
        pinned="pinned" in form.values,
        answers=form.get("answers"),
        attached=tuple(form.get("attached").split()),
    )


def words_of(form: Form) -> dict[str, str]:
    """The words by language, those in their own language under ""."""
    translations = {code: form.get(f"text-{code}") for code in LANGUAGES}
    return {"": form.get("text")} | {
        code: text for code, text in translations.items() if text.strip()
    }


def edition_of(form: Form) -> int:
    """Which edition the corrector has read. Raises Invalid."""
    edition = whole_number(form.get("edition"), digits=6)
    if edition is None:
        lost = N_("The form has lost which words it corrects. Read them as they stand now.")
        raise Invalid("edition", lost)
    return edition
