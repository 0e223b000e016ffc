"""The checker finds what is broken, and nothing in what is right."""

import pytest

from tests.fire.history import RIGHT, Got, Loaded, Step, Verdict, judge

RECORD = [(1, None), (2, "act-a"), (3, "act-b"), (4, "act-c")]
TOLD = [Got(n, act) for n, act in RECORD]
FIRST = Loaded(0, anew=True)


def verdict(
    *steps: Step,
    record: list[tuple[int, str | None]] = RECORD,
    acknowledged: dict[str, int] | None = None,
) -> Verdict:
    return judge(
        acknowledged={"act-a": 2, "act-b": 3} if acknowledged is None else acknowledged,
        attempted={"act-a", "act-b", "act-c", "act-never-answered"},
        record=record,
        readers={"ana": steps} if steps else {},
    )


@pytest.mark.parametrize(
    "steps",
    [
        [FIRST, *TOLD],
        [Loaded(2, anew=True), *TOLD[2:]],
        [FIRST, *TOLD[:1], Loaded(3, anew=False), *TOLD[3:]],
        [FIRST, *TOLD[:1], Loaded(4, anew=False)],
        # Another history went before: a database was put back.
        [FIRST, Got(1, None), Got(2, "act-of-old"), Loaded(1, anew=True), *TOLD[1:]],
    ],
)
def test_each_once_and_in_order_is_right(steps: list[Step]) -> None:
    assert verdict(*steps) == RIGHT


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ([FIRST, *TOLD[:2], TOLD[3]], Verdict(lost=("ana: 3",))),
        ([FIRST, *TOLD[:3]], Verdict(lost=("ana: 4",))),
        ([FIRST], Verdict(lost=("ana: 1", "ana: 2", "ana: 3", "ana: 4"))),
        ([FIRST, *TOLD[:2], *TOLD[1:]], Verdict(duplicated=("ana: 2",))),
        ([Loaded(2, anew=True), *TOLD[1:]], Verdict(duplicated=("ana: 2",))),
        (
            [FIRST, TOLD[0], TOLD[2], TOLD[1], TOLD[3]],
            Verdict(out_of_order=("ana: 2 after 3",)),
        ),
        ([FIRST, *TOLD, Got(5, "act-x")], Verdict(unexpected=("ana: 5 is not in the record",))),
        (
            [FIRST, *TOLD[:3], Got(4, "act-b")],
            Verdict(unexpected=("ana: 4 says act-b where the record says act-c",)),
        ),
        (
            [FIRST, *TOLD[:3], Got(4, None)],
            Verdict(unexpected=("ana: 4 says None where the record says act-c",)),
        ),
        (
            [FIRST, *TOLD, Loaded(2, anew=False)],
            Verdict(unexpected=("ana: a page of 2 after 4",)),
        ),
    ],
)
def test_a_broken_history_is_named(steps: list[Step], found: Verdict) -> None:
    assert verdict(*steps) == found


@pytest.mark.parametrize(
    ("record", "found"),
    [
        ([*RECORD[:3], (5, "act-c")], Verdict(lost=("record: number 4",))),
        (
            [*RECORD, (5, "act-a")],
            Verdict(
                duplicated=("record: act-a",),
                unexpected=("record: act-a was acknowledged as 2 and stands as 5",),
            ),
        ),
        (
            [(1, None), (2, None), *RECORD[2:]],
            Verdict(lost=("record: act-a was acknowledged as 2",)),
        ),
        ([*RECORD, (4, None)], Verdict(duplicated=("record: number 4",))),
        (
            [(1, None), (3, "act-b"), (2, "act-a")],
            Verdict(out_of_order=("record: the numbers do not rise",)),
        ),
        (
            [*RECORD, (5, "act-forged")],
            Verdict(unexpected=("record: act-forged was never published",)),
        ),
        ([*RECORD, (5, "act-never-answered")], RIGHT),
    ],
)
def test_a_broken_record_is_named(record: list[tuple[int, str | None]], found: Verdict) -> None:
    assert verdict(record=record) == found
