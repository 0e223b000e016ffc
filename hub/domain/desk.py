"""The desk of one briefing: the acts on questions, each with its line in the log.

What the order's log tells stands in the events' `facts`: see hub.domain.order_log.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm.attributes import set_committed_value

from hub.domain.audience import EventKind
from hub.domain.base import new_ref
from hub.domain.briefing import Briefing, BriefingState, new_seed
from hub.domain.errors import N_, Invalid, WrongState
from hub.domain.lineup import Lineup, record, recorded_act, told
from hub.domain.message import MESSAGE_LIMIT, Message
from hub.domain.person import Category, Person
from hub.domain.question import Question
from hub.domain.question_state import QuestionState, Shown, sees_question
from hub.domain.reason import UNDONE, out_of_turn
from hub.domain.update import Update
from hub.domain.words import clean_line

WEIGHT_LIMIT = 9


class QuestionsOpen(WrongState):
    says = N_(
        "Questions still open: %(count)d. Say of each what becomes of it: an answer in writing, "
        "or a reason why not."
    )


def approve(
    briefing: Briefing, question: Question, *, alias: str, by: Person, now: datetime
) -> None:
    """Lets it wait for its turn. Raises NotWaiting."""
    if not briefing.seed:
        # Put on the agenda by a version that knew nothing of questions.
        briefing.seed = new_seed()
    question.approve(alias=alias, by=by, now=now)
    record(
        briefing, question, EventKind.APPROVED, by=by, now=now,
        facts={"kind": "approved", **told(question)},
    )  # fmt: skip


def decline(
    briefing: Briefing, question: Question, reason: str, note: str, *, by: Person, now: datetime
) -> None:
    """Ends it with a reason. Raises NotWaiting, Invalid."""
    recorded_act(
        briefing, question, EventKind.DECLINED,
        lambda: question.decline(reason, note, by=by, now=now), by=by, now=now,
    )  # fmt: skip


def uphold(briefing: Briefing, question: Question, note: str, *, by: Person, now: datetime) -> None:
    """After an appeal it stays declined. Raises NotWaiting, Invalid."""
    question.uphold(note, by=by, now=now)
    briefing.record(EventKind.UPHELD, by=by, now=now, question=question)


def merge(
    briefing: Briefing, question: Question, other: Question, *, by: Person, now: datetime
) -> None:
    """Asks it together with another. Raises NotWaiting, Invalid."""
    recorded_act(
        briefing, question, EventKind.MERGED,
        lambda: question.merge_into(other, by=by, now=now), by=by, now=now,
    )  # fmt: skip
    # Whoever looks at the other one sees who stands behind it now.
    briefing.record(EventKind.JOINED, by=by, now=now, question=other)


def call(
    briefing: Briefing,
    question: Question,
    lineup: Lineup,
    reason: str,
    *,
    by: Person,
    now: datetime,
) -> None:
    """Gives it the floor. Out of turn only with a reason. Raises NotWaiting, Invalid."""
    refs = [place.ref for place in lineup.places(briefing)]
    given = None
    if question.ref in refs and refs[0] != question.ref:
        if not reason:
            raise Invalid("reason", N_("Another question is first. Say why this one is called."))
        given = out_of_turn(reason).code
    turn = max((one.call_number or 0 for one in lineup.called), default=0) + 1
    recorded_act(
        briefing, question, EventKind.CALLED, lambda: question.call(turn=turn, by=by, now=now),
        by=by, now=now,
        facts={"kind": "called", "ref": question.ref, "order": refs, "reason": given},
    )  # fmt: skip


def approve_and_call(
    briefing: Briefing,
    question: Question,
    lineup: Callable[[], Lineup],
    reason: str,
    *,
    alias: str,
    by: Person,
    now: datetime,
) -> None:
    """Gives a new one the floor; `lineup`: as it stands once this one is approved. It is one act,
    and undone as one. Raises NotWaiting, Invalid."""
    was = question.snapshot()
    approve(briefing, question, alias=alias, by=by, now=now)
    call(briefing, question, lineup(), reason, by=by, now=now)
    question.before = was


def move(
    briefing: Briefing,
    question: Question,
    before: str | None,
    lineup: Lineup,
    reason: str,
    *,
    by: Person,
    now: datetime,
) -> None:
    """Puts it before another one that waits (None: at the end), for a reason. Raises Invalid."""
    refs = [place.ref for place in lineup.places(briefing)]
    if question.ref not in refs or before == question.ref:
        raise Invalid("before", N_("Only a question that waits can be moved, before another one."))
    if before is not None and before not in refs:
        raise Invalid("before", N_("That question does not wait any more. Choose another place."))
    code = out_of_turn(reason).code
    following = refs[refs.index(question.ref) + 1 :]
    kept = {"moved_before": following[0] if following else None}
    question.moved(kept, code, by=by, now=now)
    _record_move(briefing, question, before, code, by=by, now=now)


def take(
    briefing: Briefing,
    question: Question,
    department: str,
    due_at: datetime,
    *,
    by: Person,
    now: datetime,
) -> None:
    """Promises an answer in writing. Raises NotWaiting, Invalid."""
    recorded_act(
        briefing, question, EventKind.TAKEN,
        lambda: question.take(department, due_at, by=by, now=now), by=by, now=now,
    )  # fmt: skip


def refer(briefing: Briefing, question: Question, body: str, *, by: Person, now: datetime) -> None:
    """Names the body that has to answer. Raises NotWaiting, Invalid."""
    recorded_act(
        briefing, question, EventKind.REFERRED,
        lambda: question.refer(body, by=by, now=now), by=by, now=now,
    )  # fmt: skip


def answer(
    briefing: Briefing, question: Question, update: Update, *, by: Person, now: datetime
) -> None:
    """The update, just published, answers it. Raises NotWaiting."""
    before = question.state
    question.answer_with(update, by=by, now=now)
    seen = sees_question(before, briefing.shown) | sees_question(question.state, briefing.shown)
    briefing.record(
        EventKind.ANSWERED, by=by, now=now, question=question, update=update, among=seen
    )


def answer_aloud(
    briefing: Briefing, question: Question, note: str, *, by: Person, now: datetime
) -> None:
    """It was answered by word of mouth, and no update says so. Raises NotWaiting, Invalid."""
    recorded_act(
        briefing, question, EventKind.ANSWERED,
        lambda: question.answer_aloud(note, by=by, now=now), by=by, now=now,
    )  # fmt: skip


def undo(
    briefing: Briefing, question: Question, lineup: Lineup, *, by: Person, now: datetime
) -> None:
    """Takes back the last act of this moderator on it. Raises NothingToUndo."""
    if question.before is not None and "moved_before" in question.before:
        following = question.before["moved_before"]
        question.undo(by=by, now=now)
        question.moved_for = UNDONE
        refs = {one.ref for one in lineup.waiting}
        before = following if following in refs else None
        _record_move(briefing, question, before, UNDONE, by=by, now=now)
        return
    was, into = question.state, question.merged_into
    question.undo(by=by, now=now)
    steps = _steps_back(was, question.state)
    for kind in steps[:-1]:
        record(
            briefing, question, EventKind.RETURNED, by=by, now=now, before=was,
            facts={"kind": kind, "ref": question.ref},
        )  # fmt: skip
    facts = {"kind": steps[-1], "ref": question.ref} if steps else None
    record(briefing, question, EventKind.RETURNED, by=by, now=now, before=was, facts=facts)
    while was == QuestionState.MERGED and into is not None:
        into.stand_alone(question)
        briefing.record(EventKind.JOINED, by=by, now=now, question=into)
        into = into.merged_into


def hold(briefing: Briefing, question: Question, *, by: Person, now: datetime) -> None:
    """Shows colleagues that somebody is at it."""
    question.hold(by=by, now=now)
    briefing.record(EventKind.HELD, by=by, now=now, question=question)


def release(briefing: Briefing, question: Question, *, by: Person, now: datetime) -> None:
    """Shows colleagues that nobody is at it."""
    if question.held_by_id == by.id:
        question.release()
        briefing.record(EventKind.HELD, by=by, now=now, question=question)


def message(briefing: Briefing, words: str, *, by: Person, now: datetime) -> Message:
    """Sends a few words to the podium. Raises Invalid."""
    sent = Message(
        briefing_id=briefing.id,
        ref=new_ref(),
        words=clean_line("words", words, limit=MESSAGE_LIMIT),
        by_id=by.id,
        at=now,
    )
    set_committed_value(sent, "by", by)
    set_committed_value(sent, "acknowledged_by", None)
    briefing.record(EventKind.MESSAGED, by=by, now=now, message=sent)
    return sent


def acknowledge(briefing: Briefing, sent: Message, *, by: Person, now: datetime) -> None:
    """The podium has read it. Raises AlreadyAcknowledged."""
    sent.acknowledge(by=by, now=now)
    briefing.record(EventKind.ACKNOWLEDGED, by=by, now=now, message=sent)


def settle(
    briefing: Briefing,
    *,
    shown: Shown,
    person_limit: int,
    outlet_limit: int,
    proportion: dict[str, int],
    by: Person,
    now: datetime,
) -> None:
    """Changes the desk's settings. Raises Invalid."""
    for field, limit in (("person_limit", person_limit), ("outlet_limit", outlet_limit)):
        if not 1 <= limit <= 99:
            raise Invalid(field, N_("Name a number from 1 to %(most)d."), most=99)
    if set(proportion) != {one.value for one in Category} or not all(
        1 <= weight <= WEIGHT_LIMIT for weight in proportion.values()
    ):
        raise Invalid("proportion", N_("Name a number from 1 to %(most)d."), most=WEIGHT_LIMIT)
    if proportion != briefing.proportion and briefing.state != BriefingState.SCHEDULED:
        # Anybody may recompute the order by the proportion that was published.
        raise Invalid("proportion", N_("Once the briefing has begun the proportion stays."))
    briefing.shown, briefing.proportion = shown, proportion
    briefing.person_limit, briefing.outlet_limit = person_limit, outlet_limit
    briefing.record(EventKind.SETTINGS, by=by, now=now)


def close(briefing: Briefing, *, undisposed: int, by: Person, now: datetime) -> None:
    """Ends the briefing for good. Raises QuestionsOpen, BriefingNotOpen, BriefingClosed."""
    if undisposed:
        raise QuestionsOpen(count=undisposed)
    briefing.close(by=by, now=now)


def _steps_back(was: QuestionState, now: QuestionState) -> list[str]:
    """What the order's log tells of an undo."""
    if now == QuestionState.APPROVED:
        return ["returned"]
    if was == QuestionState.CALLED and now != QuestionState.CALLED:
        # Approved and called in one act: first the call no longer counts.
        return ["returned", "left"]
    return ["left"] if was == QuestionState.APPROVED else []


def _record_move(
    briefing: Briefing, question: Question, before: str | None, reason: str, *, by: Person,
    now: datetime,
) -> None:  # fmt: skip
    record(
        briefing, question, EventKind.MOVED, by=by, now=now, before=question.state,
        facts={"kind": "moved", "ref": question.ref, "before": before, "reason": reason},
    )  # fmt: skip
