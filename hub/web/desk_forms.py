"""The desk's forms: their fields, and what was meant by them."""

import re
from collections.abc import Sequence

from hub.domain.errors import N_, Invalid
from hub.domain.person import Category
from hub.domain.question_state import Shown
from hub.domain.words import whole_number
from hub.web.forms import Form

_READ = frozenset({"key", "revision"})
ACTS = {
    "approval": _READ,
    "decline": _READ | {"reason", "note"},
    "merge": _READ | {"into"},
    "call": _READ | {"reason"},
    "spoken-answer": _READ | {"note"},
    "move": _READ | {"before", "reason"},
    "upholding": _READ | {"note"},
}
"""The fields of each act on one question, in the order in which they are offered."""

UNDO = frozenset({"key"})
MESSAGE = frozenset({"key", "words"})
DECLINES = frozenset({"key", "reason", "note"})
PICKED = frozenset({"pick"})
"""Of each question that was chosen: pick-REF."""

SETTINGS = frozenset({"shown", "person_limit", "outlet_limit", *Category})

_NUMBER = re.compile(r"(?:q\s*-?\s*)?(\d{1,6})", re.ASCII | re.IGNORECASE)


def revision_of(form: Form) -> int:
    """Which revision of the question the moderator has read. Raises Invalid."""
    revision = whole_number(form.get("revision"), digits=6)
    if revision is None:
        lost = N_("The form has lost which question it is about. Look at it as it stands now.")
        raise Invalid("revision", lost)
    return revision


def number_of(form: Form) -> int:
    """The desk's number of the other question: Q-18, q18 or 18. Raises Invalid."""
    found = _NUMBER.fullmatch(form.get("into").strip())
    if found is None:
        raise Invalid("into", N_("Write the number of a question, for example Q-18."))
    return int(found[1])


def picked(form: Form) -> Sequence[str]:
    """The references of the questions that were chosen. Raises Invalid."""
    refs = [name.removeprefix("pick-") for name in form.values if name.startswith("pick-")]
    if not refs:
        raise Invalid("", N_("Choose the questions first: tick them in the lists."))
    return refs


def shown_of(form: Form) -> Shown:
    """Which waiting questions the room sees. Raises Invalid."""
    if not form.get("shown"):
        raise Invalid("shown", N_("Choose what the room and the public see."))
    return form.choice("shown", Shown, Shown.ALL)


def limit_of(form: Form, field: str) -> int:
    """A whole number; whether it fits is the desk's to say. Raises Invalid."""
    number = whole_number(form.get(field).strip(), digits=6)
    return 0 if number is None else number


def proportion_of(form: Form) -> dict[str, int]:
    """The weight of each category; 0 for what is no number, which the desk refuses."""
    return {one.value: limit_of(form, one.value) for one in Category}
