"""The published log: anybody computes the order again from it, and finds what was changed."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.order import Called, Move, Waiting, commitment, order
from hub.domain.order_log import (
    ApprovedStep,
    CalledStep,
    LeftStep,
    MovedStep,
    OrderLog,
    ReturnedStep,
    Step,
    replay,
    verify,
)

SEED = bytes(range(32))
OTHER = bytes(range(3, 35))
FOUNDING = {"central": 1, "local": 2, "foreign": 1}
TWO = datetime(2026, 3, 4, 14, 0, tzinfo=UTC)
GUIDE = Path(__file__).parents[2] / "docs" / "order.md"


class Desk:
    """A desk that calls by the rule, overrides it with a reason, and keeps the log."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.approved: dict[str, tuple[str, str, str, datetime, datetime | None]] = {}
        self.waiting: list[str] = []
        self.called: list[str] = []
        self.gone: list[str] = []
        self.moves: list[Move] = []

    @property
    def order(self) -> list[str]:
        waiting = [Waiting(*self.approved[ref]) for ref in self.waiting]
        called = [Called(*self.approved[ref]) for ref in self.called]
        places = order(waiting, called, self.moves, proportion=FOUNDING, seed=SEED)
        return [place.ref for place in places]

    def log(self, *, seed: bytes | None = SEED) -> OrderLog:
        return OrderLog(
            briefing="storm-9",
            proportion=FOUNDING,
            commitment=commitment(SEED),
            seed=seed.hex() if seed else None,
            steps=tuple(self.steps),
        )

    def approves(
        self, outlet: str = "B", category: str = "local", *, at: int = 0, files: int | None = None
    ) -> str:
        ref = f"q{len(self.approved) + 1}"
        asked_at = TWO + timedelta(seconds=at)
        files_at = None if files is None else TWO + timedelta(seconds=files)
        self.approved[ref] = (ref, outlet, category, asked_at, files_at)
        self.waiting.append(ref)
        self.steps.append(
            ApprovedStep(
                ref=ref, outlet=outlet, category=category, asked_at=asked_at, files_at=files_at
            )
        )
        return ref

    def approves_again(self, ref: str, *, at: int) -> None:
        _, outlet, category, _, files_at = self.approved[ref]
        asked_at = TWO + timedelta(seconds=at)
        self.approved[ref] = (ref, outlet, category, asked_at, files_at)
        self.gone.remove(ref)
        self.waiting.append(ref)
        self.steps.append(
            ApprovedStep(
                ref=ref, outlet=outlet, category=category, asked_at=asked_at, files_at=files_at
            )
        )

    def calls(self, ref: str, *, reason: str | None = None) -> None:
        self.steps.append(CalledStep(ref=ref, order=tuple(self.order), reason=reason))
        self.waiting.remove(ref)
        self.called.append(ref)

    def moves_before(self, ref: str, before: str | None) -> None:
        self.steps.append(MovedStep(ref=ref, before=before, reason="art-7.2"))
        self.moves.append(Move(ref, before))

    def drops(self, ref: str) -> None:
        self.steps.append(LeftStep(ref=ref))
        self.waiting.remove(ref)
        self.gone.append(ref)

    def undoes(self, ref: str) -> None:
        self.steps.append(ReturnedStep(ref=ref))
        (self.called if ref in self.called else self.gone).remove(ref)
        self.waiting.append(ref)


@st.composite
def sessions(draw: st.DrawFn) -> Desk:
    """A briefing in which anything happens that a desk may do."""
    desk = Desk()
    for act in draw(st.lists(st.sampled_from("aaacccmlrn"), max_size=30)):
        left = [*desk.called, *desk.gone]
        if act == "a":
            outlet = draw(st.sampled_from("BCDE"))
            category = draw(st.sampled_from(sorted(FOUNDING)))
            files = draw(st.none() | st.integers(0, 7200))
            desk.approves(outlet, category, at=draw(st.integers(0, 5)), files=files)
        elif act == "r" and left:
            desk.undoes(draw(st.sampled_from(left)))
        elif act == "n" and desk.gone:
            desk.approves_again(draw(st.sampled_from(desk.gone)), at=draw(st.integers(0, 5)))
        elif act == "l" and desk.waiting:
            desk.drops(draw(st.sampled_from(desk.waiting)))
        elif act == "m" and desk.waiting:
            before = draw(st.none() | st.sampled_from(desk.waiting))
            desk.moves_before(draw(st.sampled_from(desk.waiting)), before)
        elif act == "c" and desk.waiting:
            first = desk.order[0]
            ref = draw(st.just(first) | st.sampled_from(desk.waiting))
            desk.calls(ref, reason=None if ref == first else "art-7.1")
    return desk


@pytest.fixture
def desk() -> Desk:
    """Three wait; q1 was called in its turn, q3 before it."""
    desk = Desk()
    for at, outlet in enumerate("BCDEF"):
        desk.approves(outlet, at=at)
    desk.calls("q1")
    desk.calls("q3", reason="art-7.1")
    return desk


def altered(log: OrderLog, step: int, **fields: Any) -> OrderLog:
    """The document with a step's fields changed by somebody's hand."""
    document = json.loads(log.text())
    document["steps"][step] |= fields
    return OrderLog.parse(json.dumps(document))


def found(log: OrderLog) -> list[tuple[str, int | None]]:
    return [(finding.kind, finding.step) for finding in verify(log)]


def test_an_honest_log_has_no_findings(desk: Desk) -> None:
    assert verify(desk.log()) == []
    assert [[place.ref for place in places] for _, places in replay(desk.log())][-2:] == [
        ["q1", "q2", "q3", "q4", "q5"],
        ["q2", "q3", "q4", "q5"],
    ]


def test_a_forged_seed_is_found_and_the_orders_are_not_held_against_it() -> None:
    desk = Desk()
    for outlet, category in zip("BCD", FOUNDING, strict=True):
        desk.approves(outlet, category)
    desk.calls(desk.order[0])
    forged = desk.log(seed=OTHER)
    assert found(forged) == [("seed", None)]
    forged = forged.model_copy(update={"commitment": commitment(OTHER)})
    assert found(forged) == [("order", 3), ("reason", 3)]


def test_while_the_seed_is_secret_it_is_said_that_not_everything_was_checked(desk: Desk) -> None:
    sealed = desk.log(seed=None)
    assert found(sealed) == [("sealed", None)]
    with pytest.raises(ValueError, match=r"seed: still secret\. Ask again"):
        list(replay(sealed))


def test_what_needs_no_seed_is_found_while_it_is_secret(desk: Desk) -> None:
    sealed = desk.log(seed=None)
    assert found(altered(sealed, 6, reason=None)) == [("sealed", None), ("reason", 6)]
    assert found(altered(sealed, 6, order=["q3", "q2"])) == [("sealed", None), ("order", 6)]
    assert found(altered(sealed, 6, ref="q1")) == [("sealed", None), ("step", 6)]


def test_an_order_changed_afterwards_is_found(desk: Desk) -> None:
    swapped = altered(desk.log(), 5, order=["q1", "q2", "q4", "q3", "q5"])
    assert [finding.says for finding in verify(swapped)] == [
        "The order has q4 where the rule has q3."
    ]
    assert found(altered(desk.log(), 5, order=["q1", "q2"])) == [("order", 5)]
    assert found(altered(desk.log(), 5, order=["q1", "q2", "q3", "q4", "q4"])) == [("order", 5)]


def test_a_question_called_before_its_turn_needs_a_reason_even_if_the_order_was_changed_too(
    desk: Desk,
) -> None:
    assert found(altered(desk.log(), 6, reason=None)) == [("reason", 6)]
    covered = altered(desk.log(), 6, reason=None, order=["q3", "q2", "q4", "q5"])
    assert found(covered) == [("order", 6), ("reason", 6)]


def test_a_move_needs_a_reason(desk: Desk) -> None:
    desk.moves_before("q5", "q2")
    assert verify(desk.log()) == []
    assert found(altered(desk.log(), 7, reason=None)) == [("reason", 7)]


def test_an_earlier_time_than_the_true_one_is_found_at_the_calls_after_it(desk: Desk) -> None:
    assert found(altered(desk.log(), 4, asked_at="2026-03-04T13:59:00Z")) == [
        ("order", 5),
        ("reason", 5),
        ("order", 6),
    ]


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (CalledStep(ref="q9", order=("q2",), reason="x"), "q9 does not wait."),
        (CalledStep(ref="q1", order=("q2",), reason="x"), "q1 does not wait."),
        (LeftStep(ref="q1"), "q1 does not wait."),
        (MovedStep(ref="q1", before="q2", reason="x"), "q1 does not wait."),
        (MovedStep(ref="q2", before="q1", reason="x"), "q1 does not wait."),
        (ReturnedStep(ref="q2"), "q2 had not gone: it cannot return."),
        (ReturnedStep(ref="q9"), "q9 had not gone: it cannot return."),
        (
            ApprovedStep(ref="q1", outlet="B", category="local", asked_at=TWO),
            "q1 was approved before.",
        ),
        (
            ApprovedStep(ref="q2", outlet="B", category="local", asked_at=TWO),
            "q2 was approved before.",
        ),
    ],
)
def test_a_step_that_cannot_be_is_found_and_changes_nothing(
    desk: Desk, step: Step, says: str
) -> None:
    desk.steps.append(step)
    desk.calls("q2")
    assert [(finding.kind, finding.says) for finding in verify(desk.log())] == [("step", says)]


def test_an_undo_puts_a_question_back_where_it_was(desk: Desk) -> None:
    desk.moves_before("q5", "q2")
    before = desk.order
    desk.calls("q5")
    desk.undoes("q5")
    desk.drops("q2")
    desk.undoes("q2")
    assert desk.order == before == ["q5", "q2", "q4"]
    desk.calls("q5")
    assert verify(desk.log()) == []


def test_what_left_may_be_approved_again_and_stands_by_its_new_times(desk: Desk) -> None:
    desk.drops("q2")
    desk.approves_again("q2", at=60)
    desk.calls("q4")
    assert verify(desk.log()) == []
    assert desk.order == ["q5", "q2"]


@given(sessions())
def test_a_published_log_gives_the_same_orders_again(desk: Desk) -> None:
    log = OrderLog.parse(desk.log().text())
    assert log == desk.log()
    assert verify(log) == []
    for step, places in replay(log):
        if isinstance(step, CalledStep):
            assert [place.ref for place in places] == list(step.order)


@given(sessions(), st.data())
def test_whatever_happened_an_order_with_two_exchanged_is_found(
    desk: Desk, data: st.DataObject
) -> None:
    desk.approves("B")
    desk.approves("C")
    desk.calls(desk.order[0])
    calls = [
        (at, step)
        for at, step in enumerate(desk.steps)
        if isinstance(step, CalledStep) and len(step.order) > 1
    ]
    at, step = data.draw(st.sampled_from(calls))
    i = data.draw(st.integers(0, len(step.order) - 2))
    changed = list(step.order)
    changed[i], changed[i + 1] = changed[i + 1], changed[i]
    assert found(altered(desk.log(), at, order=changed)) == [("order", at)]


@given(sessions())
def test_whatever_happened_each_omitted_reason_is_found(desk: Desk) -> None:
    desk.moves_before(desk.approves(), None)
    given_for = [at for at, step in enumerate(desk.steps) if getattr(step, "reason", None)]
    document = json.loads(desk.log().text())
    for at in given_for:
        del document["steps"][at]["reason"]
    assert found(OrderLog.parse(json.dumps(document))) == [("reason", at) for at in given_for]


@given(sessions())
def test_whatever_happened_a_forged_seed_is_the_one_finding(desk: Desk) -> None:
    assert found(desk.log(seed=OTHER)) == [("seed", None)]


def test_times_are_published_in_utc_with_z(desk: Desk) -> None:
    document = json.loads(desk.log().text())
    assert document["steps"][1] == {
        "kind": "approved",
        "ref": "q2",
        "outlet": "C",
        "category": "local",
        "asked_at": "2026-03-04T14:00:01Z",
        "files_at": None,
    }


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"asker": "Ana"}, "steps.0.approved.asker: Extra .* Take it out: pseudonyms and codes"),
        ({"asked_at": "14:00"}, "steps.0.approved.asked_at: Input should be a valid datetime"),
        ({"asked_at": "2026-03-04T14:00:00+07:00"}, "asked_at: must be UTC: write it with Z"),
        ({"asked_at": "2026-03-04T14:00:00"}, "asked_at: .* timezone"),
        ({"files_at": "0001-01-01T00:00:00Z"}, "files_at: Input should be greater than"),
        ({"outlet": "The Daily Gazette"}, "outlet: String should match pattern"),
        ({"category": "citizen"}, r"steps\.0\.category is not in the proportion; add its weight"),
        ({"kind": "approve"}, "steps.0: Input tag 'approve' .* 'approved', 'called'"),
    ],
)
def test_a_step_of_another_form_is_refused_by_field_and_remedy(
    desk: Desk, fields: dict[str, str], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        altered(desk.log(), 0, **fields)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"rule": 2}, "rule: Input should be 1"),
        ({"seed": "0f"}, "seed: String should match pattern"),
        ({"commitment": None}, "commitment: Input should be a valid string"),
        ({"proportion": {"local": 0}}, "proportion.local: Input should be greater than 0"),
        ({"proportion": {}}, "proportion: Dictionary should have at least 1 item"),
    ],
)
def test_a_document_of_another_form_is_refused_by_field_and_remedy(
    desk: Desk, fields: dict[str, Any], says: str
) -> None:
    document = json.loads(desk.log().text()) | fields
    with pytest.raises(ValueError, match=says):
        OrderLog.parse(json.dumps(document))


def test_a_document_with_something_missing_is_refused_by_field_and_remedy(desk: Desk) -> None:
    document = json.loads(desk.log().text())
    del document["commitment"]
    with pytest.raises(ValueError, match=r"^commitment: Field required\. Add it\.$"):
        OrderLog.parse(json.dumps(document))


def test_what_is_not_json_is_refused() -> None:
    with pytest.raises(ValueError, match=r"the document: Invalid JSON.*Take it as it was publish"):
        OrderLog.parse("{")


def test_the_guides_example_verifies() -> None:
    example = re.search(r"```json\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert example
    assert verify(OrderLog.parse(example[1])) == []
