"""The flood's checker: it tells what is lost, what came twice, and what came late."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.flood.arrivals import Arrivals, Spread
from hub.flood.hearing import Garbled
from hub.flood.tally import Tally


def told(numbers: list[int], *, head: int, begin: int = 0) -> tuple[int, int, int]:
    """Lost, repeated, out of order."""
    tally = Tally()
    tally.begin(begin)
    for n in numbers:
        tally.take(n, n)
    return tally.lost(head), tally.repeated, tally.out_of_order


@pytest.mark.parametrize(
    ("numbers", "found"),
    [
        ([1, 2, 3, 4, 5], (0, 0, 0)),
        ([1, 2, 4, 5], (1, 0, 0)),
        ([1, 2, 3, 4], (1, 0, 0)),
        ([], (5, 0, 0)),
        ([1, 2, 2, 3, 4, 5], (0, 1, 0)),
        ([1, 2, 3, 4, 5, 1], (0, 1, 0)),
        ([1, 3, 2, 4, 5], (0, 0, 1)),
        ([5, 4, 3, 2, 1], (0, 0, 4)),
        ([1, 3, 2, 2, 5], (1, 1, 1)),
    ],
)
def test_each_fault_is_told_apart(numbers: list[int], found: tuple[int, int, int]) -> None:
    assert told(numbers, head=5) == found


@given(st.lists(st.integers(1, 12), max_size=30), st.integers(0, 3))
def test_the_tally_counts_as_one_would_by_hand(numbers: list[int], begin: int) -> None:
    numbers = [n + begin for n in numbers]
    lost, repeated, out_of_order = told(numbers, head=begin + 12, begin=begin)
    late = sum(
        n not in numbers[:at] and n < max(numbers[:at]) for at, n in list(enumerate(numbers))[1:]
    )
    assert lost == 12 - len(set(numbers))
    assert repeated == len(numbers) - len(set(numbers))
    assert out_of_order == late


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 5)), max_size=12))
def test_a_run_counts_as_its_numbers_one_by_one(runs: list[tuple[int, int]]) -> None:
    together, apart = Tally(), Tally()
    for first, more in runs:
        together.take(first, first + more)
        for n in range(first, first + more + 1):
            apart.take(n, n)
    assert {name: getattr(together, name) for name in Tally.__slots__} == {
        name: getattr(apart, name) for name in Tally.__slots__
    }


def test_a_leap_beyond_all_reason_is_no_briefing() -> None:
    with pytest.raises(Garbled):
        Tally().take(10**12, 10**12)


def test_arrivals_are_timed_from_their_own_moments() -> None:
    arrivals = Arrivals()
    for _ in range(3):
        arrivals.note(1, 2)
    later = arrivals.since({1: 0, 2: 0, 3: 0})
    assert later.count == 6
    assert arrivals.since({2: 0}).count == 3
    assert arrivals.between(0, 2**63) == 6
    assert arrivals.since({}) == Spread()


def test_a_spread_names_the_time_within_which_so_many_were() -> None:
    assert Spread.of({1.0: 50, 2.0: 45, 3.0: 4, 9.0: 1}) == Spread(100, 1.0, 2.0, 3.0, 9.0)
    assert Spread.of({4.0: 1}) == Spread(1, 4.0, 4.0, 4.0, 4.0)
