"""A question: which verb leads where, what is refused, and to whom it is open."""

from typing import Any

import pytest

from hub.domain import asking, desk
from hub.domain.asking import Ask
from hub.domain.audience import Audience, EventKind
from hub.domain.briefing import BriefingState, even
from hub.domain.errors import BriefingClosed, Invalid, WrongState
from hub.domain.lineup import Lineup
from hub.domain.order import Move
from hub.domain.question_state import (
    NotWaiting,
    Shown,
    sees_question,
)
from tests.domain.asked import (
    ANA,
    DESK,
    MILAN,
    NORA,
    NOW,
    PODIUM,
    VERBS,
    A,
    approved,
    asked,
    briefing,
    last,
)

# --- To whom it is open -------------------------------------------------------------------------

NOBODY_ELSE = {DESK}
STAGE = {DESK, PODIUM}
ALL = set(Audience)


@pytest.mark.parametrize(
    ("state", "open_to"),
    [
        (A.ASKED, [NOBODY_ELSE, NOBODY_ELSE, NOBODY_ELSE]),
        (A.APPROVED, [ALL, STAGE, STAGE]),
        (A.CALLED, [ALL, ALL, STAGE]),
        (A.ANSWERED, [ALL, ALL, ALL]),
        (A.TAKEN, [ALL, ALL, ALL]),
        (A.REFERRED, [ALL, ALL, ALL]),
        (A.DECLINED, [NOBODY_ELSE, NOBODY_ELSE, NOBODY_ELSE]),
        (A.MERGED, [NOBODY_ELSE, NOBODY_ELSE, NOBODY_ELSE]),
        (A.WITHDRAWN, [NOBODY_ELSE, NOBODY_ELSE, NOBODY_ELSE]),
    ],
)
def test_to_whom_a_question_is_open(state: A, open_to: list[set[Audience]]) -> None:
    assert [set(sees_question(state, shown)) for shown in Shown] == open_to


def test_who_was_shown_a_question_is_told_when_it_goes_and_nobody_else() -> None:
    at = briefing()
    desk.decline(at, asked(at), "no_question", "", by=MILAN, now=NOW)
    assert last(at) == (EventKind.DECLINED, {"desk"})
    desk.decline(at, approved(at, number=2), "no_question", "", by=MILAN, now=NOW)
    assert last(at) == (EventKind.DECLINED, {"desk", "podium", "room", "public"})
    hidden = briefing(shown=Shown.CALLED)
    question = approved(hidden)
    assert last(hidden) == (EventKind.APPROVED, {"desk", "podium"})
    asking.withdraw(hidden, question, by=ANA, now=NOW)
    assert last(hidden) == (EventKind.WITHDRAWN, {"desk", "podium"})


# --- States and verbs ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", VERBS)
@pytest.mark.parametrize("state", A)
def test_every_verb_from_every_state(name: str, state: A) -> None:
    verb, may_stand, becomes = VERBS[name]
    at = briefing()
    question = asked(at)
    question.state = state
    before = len(at.recorded)
    if state in may_stand:
        verb(at, question)
        assert question.state == becomes
        # Approving and calling are two changes, though one act.
        assert question.revision == (3 if name == "call a new one" else 2)
        return
    with pytest.raises(NotWaiting, match=state.value):
        verb(at, question)
    assert question.state == state
    # The other question of a merge may have been asked meanwhile; nothing of this one is told.
    assert all(event.question is not question for event in at.recorded[before:])


def test_every_end_has_a_reason() -> None:
    for name, code in {"withdraw": "withdrawn", "decline": "private", "merge": "merged",
                       "take": "taken", "refer": "referred"}.items():  # fmt: skip
        at = briefing()
        question = asked(at)
        VERBS[name][0](at, question)
        assert (question.reason, question.ended_at) == (code, NOW)


def test_declining_needs_a_reason_of_the_regulation() -> None:
    at = briefing()
    with pytest.raises(Invalid, match="reason"):
        desk.decline(at, asked(at), "because", "", by=MILAN, now=NOW)


def test_an_appeal_is_heard_once() -> None:
    at = briefing()
    question = asked(at)
    desk.decline(at, question, "private", "", by=MILAN, now=NOW)
    with pytest.raises(NotWaiting):
        desk.approve(at, question, alias="A", by=MILAN, now=NOW)
    asking.appeal(at, question, "It is about a budget.", by=ANA, now=NOW)
    desk.uphold(at, question, "Read article 12.", by=NORA, now=NOW)
    with pytest.raises(WrongState):
        asking.appeal(at, question, "Again.", by=ANA, now=NOW)
    with pytest.raises(WrongState):
        desk.uphold(at, question, "Again.", by=NORA, now=NOW)
    with pytest.raises(WrongState):
        desk.approve(at, question, alias="A", by=MILAN, now=NOW)


def test_an_appeal_may_bring_it_back() -> None:
    at = briefing()
    question = asked(at)
    desk.decline(at, question, "private", "", by=MILAN, now=NOW)
    asking.appeal(at, question, "It is about a budget.", by=ANA, now=NOW)
    desk.approve(at, question, alias="A", by=NORA, now=NOW)
    assert (question.state, question.reason, question.ended_at) == (A.APPROVED, None, None)


def test_what_was_approved_and_is_edited_must_be_approved_anew() -> None:
    at = briefing()
    question = approved(at)
    VERBS["edit"][0](at, question)
    assert (question.state, question.approved_at) == (A.ASKED, None)
    assert at.recorded[-1].facts == {"kind": "left", "ref": question.ref}


# --- The order -----------------------------------------------------------------------------------


def test_calling_out_of_turn_needs_a_reason_and_the_log_has_it() -> None:
    at = briefing()
    line = [approved(at, number=number) for number in (1, 2)]
    lineup = Lineup(line, (), ())
    first, second = [place.ref for place in lineup.places(at)]
    other = next(one for one in line if one.ref == second)
    with pytest.raises(Invalid, match="reason"):
        desk.call(at, other, lineup, "", by=MILAN, now=NOW)
    desk.call(at, other, lineup, "life_safety", by=MILAN, now=NOW)
    assert at.recorded[-1].facts == {
        "kind": "called",
        "ref": second,
        "order": [first, second],
        "reason": "life_safety",
    }


def test_a_move_and_its_undoing_are_in_the_log() -> None:
    at = briefing()
    line = [approved(at, number=number) for number in (1, 2, 3)]
    lineup = Lineup(line, (), ())
    refs = [place.ref for place in lineup.places(at)]
    third = next(one for one in line if one.ref == refs[2])
    desk.move(at, third, refs[0], lineup, "interpreter", by=MILAN, now=NOW)
    moves = [Move(refs[2], refs[0])]
    assert [place.ref for place in Lineup(line, (), moves).places(at)] == [refs[2], *refs[:2]]
    desk.undo(at, third, Lineup(line, (), moves), by=MILAN, now=NOW)
    facts = at.recorded[-1].facts
    assert facts is not None
    assert facts == {"kind": "moved", "ref": refs[2], "before": None, "reason": "undone"}
    moves.append(Move(facts["ref"], facts["before"]))
    assert [place.ref for place in Lineup(line, (), moves).places(at)] == refs


def test_a_move_needs_a_reason_and_a_place_among_those_who_wait() -> None:
    at = briefing()
    line = [approved(at, number=number) for number in (1, 2)]
    lineup = Lineup(line, (), ())
    waits = line[0]
    for before, reason in ((line[1].ref, "because"), ("nowhere", "interpreter")):
        with pytest.raises(Invalid):
            desk.move(at, waits, before, lineup, reason, by=MILAN, now=NOW)
    with pytest.raises(Invalid, match="before"):
        desk.move(at, asked(at, number=3), None, lineup, "interpreter", by=MILAN, now=NOW)


# --- Limits, and the close -----------------------------------------------------------------------


@pytest.mark.parametrize(("own", "of_outlet"), [(3, 3), (1, 6)])
def test_nobody_asks_beyond_the_limits(own: int, of_outlet: int) -> None:
    at = briefing()
    with pytest.raises(WrongState, match=str(max(own, of_outlet))):
        asking.ask(
            at, Ask(words="When?", language="en", zone="UTC"), number=1, waiting=own,
            of_outlet=of_outlet, twins={}, said={}, by=ANA, now=NOW,
        )  # fmt: skip
    assert at.recorded == []


def test_nobody_asks_after_the_close() -> None:
    with pytest.raises(BriefingClosed):
        asked(briefing(state=BriefingState.CLOSED))


@pytest.mark.parametrize("words", ["", "  ", "x" * 601, "a\x00b"])
def test_a_question_has_words_and_not_too_many(words: str) -> None:
    with pytest.raises(Invalid, match="words"):
        asked(briefing(), words)


def test_no_briefing_is_closed_over_open_questions() -> None:
    at = briefing()
    with pytest.raises(desk.QuestionsOpen, match="2"):
        desk.close(at, undisposed=2, by=MILAN, now=NOW)
    assert at.recorded == []
    desk.close(at, undisposed=0, by=MILAN, now=NOW)
    assert at.state == BriefingState.CLOSED


def test_the_proportion_stays_once_the_briefing_has_begun() -> None:
    at = briefing()
    changed = {"central": 2, "local": 1, "foreign": 1}
    same: dict[str, Any] = {
        "shown": Shown.NONE,
        "person_limit": 2,
        "outlet_limit": 4,
        "by": MILAN,
        "now": NOW,
    }
    with pytest.raises(Invalid, match="proportion"):
        desk.settle(at, proportion=changed, **same)
    desk.settle(at, proportion=even(), **same)
    assert (at.shown, at.person_limit, at.outlet_limit) == (Shown.NONE, 2, 4)
    ahead = briefing(state=BriefingState.SCHEDULED)
    desk.settle(ahead, proportion=changed, **same)
    assert ahead.proportion == changed
