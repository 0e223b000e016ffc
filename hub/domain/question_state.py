"""Where a question stands, to whom it is open there, and what is refused because of it."""

from enum import StrEnum

from hub.domain.audience import Audience
from hub.domain.errors import N_, Term, WrongState


class QuestionState(StrEnum):
    """Where a question stands."""

    ASKED = "asked"
    APPROVED = "approved"
    CALLED = "called"
    ANSWERED = "answered"
    TAKEN = "taken"
    REFERRED = "referred"
    DECLINED = "declined"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


class Shown(StrEnum):
    """Which waiting questions the room and the public see."""

    ALL = "all"
    CALLED = "called"
    NONE = "none"


ASKED, APPROVED, CALLED = QuestionState.ASKED, QuestionState.APPROVED, QuestionState.CALLED
OPEN = frozenset({ASKED, APPROVED, CALLED})
"""Without a disposition: no briefing is closed over these."""

WORDS = {
    QuestionState.ASKED: Term(N_("asked")),
    QuestionState.APPROVED: Term(N_("approved")),
    QuestionState.CALLED: Term(N_("called")),
    QuestionState.ANSWERED: Term(N_("answered")),
    QuestionState.TAKEN: Term(N_("taken")),
    QuestionState.REFERRED: Term(N_("referred")),
    QuestionState.DECLINED: Term(N_("declined")),
    QuestionState.MERGED: Term(N_("merged")),
    QuestionState.WITHDRAWN: Term(N_("withdrawn")),
}
"""Each state in a refusal's sentence."""

WAITING = frozenset({ASKED, APPROVED})
_FOR_THE_PODIUM = frozenset(
    {APPROVED, CALLED, QuestionState.ANSWERED, QuestionState.TAKEN, QuestionState.REFERRED}
)
_FOR_EVERYBODY = {
    Shown.ALL: _FOR_THE_PODIUM,
    Shown.CALLED: _FOR_THE_PODIUM - {APPROVED},
    Shown.NONE: _FOR_THE_PODIUM - {APPROVED, CALLED},
}


class NotWaiting(WrongState):
    says = N_("This question stands at “%(state)s” now: that cannot be done any more.")


class StaleQuestion(WrongState):
    says = N_(
        "Meanwhile this question has become “%(state)s”, by %(by)s. Look at it as it stands now."
    )


class NothingToUndo(WrongState):
    says = N_("There is nothing of yours to undo here: somebody has acted since.")


class AppealedBefore(WrongState):
    says = N_("An appeal against this has been made already.")


def sees_question(state: QuestionState, shown: Shown) -> frozenset[Audience]:
    """To whom a question in this state is open, beside its asker."""
    seen = {Audience.DESK}
    if state in _FOR_THE_PODIUM:
        seen.add(Audience.PODIUM)
    if state in _FOR_EVERYBODY[shown]:
        seen |= {Audience.ROOM, Audience.PUBLIC}
    return frozenset(seen)
