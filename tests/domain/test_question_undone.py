"""What is done to a question in one act, undone as one, and what was read of it meanwhile."""

import pytest

from hub.domain import desk
from hub.domain.audience import EventKind
from hub.domain.briefing import new_seed
from hub.domain.errors import Invalid
from hub.domain.lineup import Lineup
from hub.domain.question import Question
from hub.domain.question_state import (
    NothingToUndo,
    StaleQuestion,
)
from hub.domain.reason import UNDONE
from tests.domain.asked import (
    ANA,
    MILAN,
    NOBODY,
    NORA,
    NOW,
    OUTLET,
    VERBS,
    A,
    approved,
    asked,
    briefing,
    called,
    last,
    standing,
)


def test_calling_a_new_one_is_one_act_and_undone_as_one_in_the_order_too() -> None:
    at = briefing()
    question = asked(at)
    at.recorded.clear()
    desk.approve_and_call(
        at, question, lambda: Lineup([question], (), ()), "", alias="A", by=MILAN, now=NOW
    )
    assert (question.state, question.call_number) == (A.CALLED, 1)
    desk.undo(at, question, NOBODY, by=MILAN, now=NOW)
    assert (question.state, question.call_number, question.called_at) == (A.ASKED, None, None)
    steps = [event.facts["kind"] for event in at.recorded if event.facts]
    assert steps == ["approved", "called", "returned", "left"]
    with pytest.raises(NothingToUndo):
        desk.undo(at, question, NOBODY, by=MILAN, now=NOW)


def test_calling_a_new_one_before_its_turn_needs_a_reason() -> None:
    at = briefing()
    first, new = approved(at), asked(at, number=2)
    new.alias = "B"
    line = Lineup([first, new], (), ())
    while line.places(at)[0].ref != first.ref:
        at.seed = new_seed()
    with pytest.raises(Invalid, match="reason"):
        desk.approve_and_call(at, new, lambda: line, "", alias="B", by=MILAN, now=NOW)


def test_who_stands_behind_a_question_follows_it_through_merges_and_undoing() -> None:
    at = briefing()
    first, second, third = (asked(at, number=number) for number in (1, 2, 3))

    def behind(question: Question) -> list[str]:
        return [one["ref"] for one in question.behind or []]

    desk.merge(at, first, second, by=MILAN, now=NOW)
    assert behind(second) == [first.ref]
    assert second.behind == [{"ref": first.ref, "name": ANA.name, "outlet": OUTLET.name}]
    desk.merge(at, second, third, by=NORA, now=NOW)
    assert behind(third) == [second.ref, first.ref]
    desk.undo(at, first, NOBODY, by=MILAN, now=NOW)
    assert (behind(second), behind(third)) == ([], [second.ref])
    told = [(event.kind, event.question) for event in at.recorded[-3:]]
    joined = EventKind.JOINED
    assert told == [(EventKind.RETURNED, first), (joined, second), (joined, third)]
    desk.undo(at, second, NOBODY, by=NORA, now=NOW)
    assert behind(third) == []


def test_what_was_answered_aloud_has_its_reason_its_note_and_may_be_undone() -> None:
    at = briefing()
    question = called(at)
    desk.answer_aloud(at, question, "He said yes.", by=MILAN, now=NOW)
    assert (question.reason, question.note) == ("answered_aloud", "He said yes.")
    assert last(at) == (EventKind.ANSWERED, {"desk", "podium", "room", "public"})
    desk.undo(at, question, NOBODY, by=MILAN, now=NOW)
    assert (question.state, question.reason, question.note) == (A.CALLED, None, "")


def test_a_card_says_why_it_was_moved_and_that_a_move_was_put_back() -> None:
    at = briefing()
    one, other = approved(at), approved(at, number=2)
    line = Lineup([one, other], (), ())
    desk.move(at, one, None, line, "interpreter", by=MILAN, now=NOW)
    assert one.moved_for == "interpreter"
    desk.undo(at, one, line, by=MILAN, now=NOW)
    assert one.moved_for == UNDONE


@pytest.mark.parametrize("name", ["approve", "decline", "merge", "take", "refer"])
def test_undoing_leaves_it_as_it_was(name: str) -> None:
    at = briefing()
    question = asked(at)
    VERBS[name][0](at, question)
    with pytest.raises(NothingToUndo):
        desk.undo(at, question, NOBODY, by=NORA, now=NOW)
    desk.undo(at, question, NOBODY, by=MILAN, now=NOW)
    stands = (question.state, question.reason, question.due_at, question.department)
    assert stands == (A.ASKED, None, None, None)
    assert (question.ended_at, question.approved_at, question.merged_into_id) == (None, None, None)
    told = [event.kind for event in at.recorded if event.question is question]
    assert told[-1] == EventKind.RETURNED
    with pytest.raises(NothingToUndo):
        desk.undo(at, question, NOBODY, by=MILAN, now=NOW)


def test_a_call_that_is_undone_does_not_count() -> None:
    at = briefing()
    question = called(at)
    assert standing(question) == (A.CALLED, 1, NOW)
    desk.undo(at, question, NOBODY, by=MILAN, now=NOW)
    assert standing(question) == (A.APPROVED, None, None)
    assert at.recorded[-1].facts == {"kind": "returned", "ref": question.ref}


def test_nothing_can_be_undone_after_somebody_else_has_acted() -> None:
    at = briefing()
    question = approved(at)
    desk.decline(at, question, "private", "", by=NORA, now=NOW)
    with pytest.raises(NothingToUndo):
        desk.undo(at, question, NOBODY, by=MILAN, now=NOW)


def test_who_has_read_another_revision_is_told_what_happened() -> None:
    at = briefing()
    question = approved(at)
    question.read_as(2)
    question.read_as(None)
    with pytest.raises(StaleQuestion, match=r"approved.*Milan Horák"):
        question.read_as(1)
