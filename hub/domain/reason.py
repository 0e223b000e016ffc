"""Why a question ends as it does, and why it is called out of turn: codes that cite an article.

The regulation's text and its versions come with the regulation; the codes and articles are data.
"""

from dataclasses import dataclass

from hub.domain.errors import N_, Invalid


@dataclass(frozen=True, slots=True)
class Reason:
    """`code` stands in the log and the API, `says` is a msgid, `article` is the regulation's."""

    code: str
    article: str
    says: str


def _table(*reasons: Reason) -> dict[str, Reason]:
    return {reason.code: reason for reason in reasons}


DECLINED = _table(
    Reason("another_matter", "12.1", N_("It is not about the matter of this briefing.")),
    Reason("answered_before", "12.2", N_("It has been answered already in this briefing.")),
    Reason("private", "12.3", N_("It touches a private person or an inquiry under way.")),
    Reason("no_question", "12.4", N_("It is not a question.")),
    Reason("offensive", "12.5", N_("It is offensive.")),
    Reason("no_time", "12.6", N_("The briefing ended before its turn.")),
)

OUT_OF_TURN = _table(
    Reason("life_safety", "14.3", N_("Life and safety")),
    Reason("follow_up", "14.4", N_("A follow-up to the question just answered")),
    Reason("interpreter", "14.5", N_("The interpreter leaves")),
)

UNDONE = "undone"
"""In the order's log: a move that was put back."""

ENDS = _table(
    Reason("withdrawn", "11.3", N_("The asker has withdrawn it.")),
    Reason("merged", "13.1", N_("It is asked together with another one.")),
    Reason("answered", "14.1", N_("It has been answered.")),
    Reason("answered_aloud", "14.2", N_("It was answered aloud, in the briefing.")),
    Reason("taken", "15.1", N_("It will be answered in writing.")),
    Reason("referred", "16.1", N_("Another body has to answer it.")),
)

REASONS = DECLINED | OUT_OF_TURN | ENDS


def declining(code: str) -> Reason:
    """The reason of this code. Raises Invalid."""
    return _known(DECLINED, code)


def out_of_turn(code: str) -> Reason:
    """The reason of this code. Raises Invalid."""
    return _known(OUT_OF_TURN, code)


def _known(table: dict[str, Reason], code: str) -> Reason:
    if code not in table:
        raise Invalid("reason", N_("Choose one of these: %(choices)s."), choices=", ".join(table))
    return table[code]
