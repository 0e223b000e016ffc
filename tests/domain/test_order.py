"""Who is called next: rounds over outlets, categories by their proportion, then urgency."""

import hashlib
import hmac
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations, permutations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hub.domain.order import Called, Move, Place, Waiting, commitment, draw, order, urgency

SEED = bytes(range(32))
EVEN = {"central": 1, "local": 1, "foreign": 1}
FOUNDING = {"central": 1, "local": 2, "foreign": 1}
TWO = datetime(2026, 3, 4, 14, 0, tzinfo=UTC)


def minutes(after: int) -> datetime:
    return TWO + timedelta(minutes=after)


def waits(
    ref: str, outlet: str, category: str = "local", *, at: int = 0, files: int | None = None
) -> Waiting:
    return Waiting(ref, outlet, category, minutes(at), None if files is None else minutes(files))


def had(question: Waiting) -> Called:
    asked, files = question.asked_at, question.files_at
    return Called(question.ref, question.outlet, question.category, asked, files)


def refs(places: list[Place]) -> str:
    return " ".join(place.ref for place in places)


def line(
    waiting: list[Waiting],
    called: list[Waiting] | None = None,
    moves: list[Move] | None = None,
    *,
    proportion: dict[str, int] = EVEN,
    seed: bytes = SEED,
) -> list[Place]:
    turns = [had(question) for question in called or []]
    return order(waiting, turns, moves or [], proportion=proportion, seed=seed)


def one_each(**outlets: int) -> list[Waiting]:
    """So many outlets of each category, with one question each, asked one after the other."""
    names = [(category, n) for category, upto in outlets.items() for n in range(1, upto + 1)]
    return [waits(f"{c}{n}", f"{c}-{n}", c, at=at) for at, (c, n) in enumerate(names)]


def test_an_outlets_second_question_waits_until_everybody_had_a_first() -> None:
    eager = [waits("a1", "A", at=0), waits("a2", "A", at=1), waits("a3", "A", at=2)]
    late = [waits("b1", "B", at=30), waits("b2", "B", at=31)]
    assert refs(line([*eager, *late])) == "a1 b1 a2 b2 a3"


def test_a_turn_that_was_had_counts() -> None:
    waiting = [waits("a2", "A", at=1), waits("b1", "B", at=30)]
    assert line(waiting, [waits("a1", "A")]) == [
        Place("b1", 1, "local", turn_of_category=2, called_before=0),
        Place("a2", 2, "local", turn_of_category=1, called_before=1),
    ]


def test_a_filing_deadline_counts_as_if_asked_an_hour_before_it() -> None:
    early = waits("early", "A", at=0)
    files_soon = waits("files_soon", "B", at=20, files=45)
    files_later = waits("files_later", "C", at=10, files=90)
    assert [urgency(question) for question in (early, files_soon, files_later)] == [
        minutes(0),
        minutes(-15),
        minutes(10),
    ]
    assert refs(line([early, files_later, files_soon])) == "files_soon early files_later"


def test_of_two_equally_urgent_the_one_asked_first_stands_first() -> None:
    asked = [waits(f"q{at}", f"o{at}", at=at, files=60) for at in range(10)]
    assert {urgency(question) for question in asked} == {minutes(0)}
    assert refs(line(asked[::-1])) == "q0 q1 q2 q3 q4 q5 q6 q7 q8 q9"


def test_what_was_asked_in_the_same_instant_stands_by_lot() -> None:
    def lot(ref: str) -> bytes:
        return hmac.new(SEED, b"question " + ref.encode(), hashlib.sha256).digest()

    names = [f"q{n}" for n in range(20)]
    by_lot = " ".join(sorted(names, key=lot))
    assert by_lot != " ".join(sorted(names))
    assert refs(line([waits(name, name) for name in names])) == by_lot


def test_an_outlets_own_questions_stand_by_urgency() -> None:
    own = [
        waits("second", "A", at=5),
        waits("first", "A", at=9, files=60),
        waits("last", "A", at=7),
    ]
    assert refs(line(own)) == "first second last"


def test_the_categories_alternate_in_the_briefings_proportion() -> None:
    waiting = one_each(central=2, local=4, foreign=2)
    assert draw(SEED, 1, FOUNDING) == ("local", "central", "foreign")
    assert refs(line(waiting, proportion=FOUNDING)) == (
        "local1 central1 foreign1 local2 local3 central2 foreign2 local4"
    )


def test_a_round_begins_with_the_category_drawn_first_of_those_in_it() -> None:
    lots = {draw(SEED, number, EVEN) for number in range(1, 60)}
    assert lots == set(permutations(EVEN))
    for number in range(60):
        seed = hashlib.sha256(bytes([number])).digest()
        drawn = draw(seed, 1, EVEN)
        assert line(one_each(central=1, local=3, foreign=1), seed=seed)[0].category == drawn[0]
        present = [category for category in drawn if category != "foreign"]
        places = line(one_each(central=1, local=1), proportion=FOUNDING, seed=seed)
        assert [place.category for place in places] == present


def test_the_draw_can_be_computed_by_hand() -> None:
    for turn in range(1, 20):
        number = int(hmac.new(SEED, f"round {turn}".encode(), hashlib.sha256).hexdigest(), 16)
        hat = ["central", "foreign", "local"]
        first = hat.pop(number % 3)
        second = hat.pop(number // 3 % 2)
        assert draw(SEED, turn, FOUNDING) == (first, second, hat[0])
    assert commitment(SEED) == "630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd"


def test_a_category_without_a_weight_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'citizen' has no weight"):
        line([waits("a", "A", "citizen")])
    with pytest.raises(ValueError, match="'local' has no weight"):
        line([waits("a", "A")], proportion={"local": 0, "central": 1})


def test_a_move_puts_a_question_before_another_or_to_the_end_and_says_so() -> None:
    waiting = [waits(ref, ref, at=at) for at, ref in enumerate("ABCD")]
    moved = line(waiting, moves=[Move("D", "B"), Move("A", None)])
    assert refs(moved) == "D B C A"
    assert [place.moved for place in moved] == [True, False, False, True]
    assert moved[0].turn_of_category == 4


def test_a_move_has_lapsed_when_one_of_the_two_waits_no_more() -> None:
    waiting = [waits(ref, ref, at=at) for at, ref in enumerate("ABC")]
    gone = waits("D", "D", at=9)
    unmoved = line(waiting, [gone])
    assert line(waiting, [gone], [Move("C", "D"), Move("D", "A"), Move("B", "B")]) == unmoved


def test_a_move_that_was_undone_does_not_come_back_when_the_undoing_has_lapsed() -> None:
    waiting = {ref: waits(ref, ref, at=at) for at, ref in enumerate("ABCD")}
    moves = [Move("B", None), Move("B", "C")]
    assert refs(line([*waiting.values()], moves=moves)) == "A B C D"
    called = waiting.pop("C")
    assert refs(line([*waiting.values()], [called], moves)) == "A B D"


def test_what_was_put_before_a_moved_question_stays_when_that_is_moved_again() -> None:
    waiting = [waits(ref, ref, at=at) for at, ref in enumerate("ABCD")]
    moves = [Move("D", "A"), Move("C", "D"), Move("D", None)]
    assert refs(line(waiting, moves=moves)) == "C A B D"


PEOPLE = st.tuples(
    st.sampled_from("BCDEF"),
    st.sampled_from(sorted(EVEN)),
    st.integers(0, 9),
    st.none() | st.integers(0, 120),
)
PROPORTIONS = st.fixed_dictionaries({category: st.integers(1, 4) for category in sorted(EVEN)})
SEEDS = st.binary(min_size=32, max_size=32)


def questions(prefix: str, *, at_most: int) -> st.SearchStrategy[list[Waiting]]:
    return st.lists(PEOPLE, max_size=at_most).map(
        lambda people: [
            waits(f"{prefix}{n}", outlet, category, at=at, files=files)
            for n, (outlet, category, at, files) in enumerate(people)
        ]
    )


WAITING = questions("w", at_most=25)
CALLED = questions("c", at_most=12)
# Some name one who waits no more, or never did.
REFS = st.integers(0, 29).map(lambda n: f"w{n}")
MOVES = st.lists(st.builds(Move, REFS, st.none() | REFS), max_size=12)


@given(WAITING, CALLED, MOVES, PROPORTIONS, SEEDS)
def test_everybody_who_waits_stands_in_the_line_once_whoever_says_who_waits_first(
    waiting: list[Waiting],
    called: list[Waiting],
    moves: list[Move],
    proportion: dict[str, int],
    seed: bytes,
) -> None:
    places = line(waiting, called, moves, proportion=proportion, seed=seed)
    assert sorted(refs(places).split()) == sorted(question.ref for question in waiting)
    assert line(waiting[::-1], called, moves, proportion=proportion, seed=seed) == places


@given(WAITING, CALLED, PROPORTIONS, SEEDS)
def test_no_outlet_is_two_turns_ahead_of_one_that_still_waits(
    waiting: list[Waiting], called: list[Waiting], proportion: dict[str, int], seed: bytes
) -> None:
    outlet_of = {question.ref: question.outlet for question in waiting}
    turns = Counter(question.outlet for question in called)
    places = line(waiting, called, proportion=proportion, seed=seed)
    for at, place in enumerate(places):
        still = {outlet_of[later.ref] for later in places[at:]}
        assert turns[outlet_of[place.ref]] == min(turns[outlet] for outlet in still)
        turns[outlet_of[place.ref]] += 1
        assert turns[outlet_of[place.ref]] == place.round


@given(WAITING, CALLED, PROPORTIONS, SEEDS)
def test_the_more_urgent_stands_first_in_a_category_of_a_round_and_within_an_outlet(
    waiting: list[Waiting], called: list[Waiting], proportion: dict[str, int], seed: bytes
) -> None:
    asked = {question.ref: question for question in waiting}
    places = line(waiting, called, proportion=proportion, seed=seed)
    for first, second in combinations(places, 2):
        one, other = asked[first.ref], asked[second.ref]
        same_turn = (first.round, first.category) == (second.round, second.category)
        if same_turn or one.outlet == other.outlet:
            assert (urgency(one), one.asked_at) <= (urgency(other), other.asked_at)


@given(
    st.fixed_dictionaries({category: st.integers(0, 12) for category in sorted(EVEN)}),
    PROPORTIONS,
    SEEDS,
)
def test_within_a_round_no_category_runs_ahead_of_its_proportion(
    outlets: dict[str, int], proportion: dict[str, int], seed: bytes
) -> None:
    """Turns by weight never differ by more than half a turn each; by a whole one of the category
    that begins. So it is at any moment, for any two categories that still have somebody there.
    """
    places = line(one_each(**outlets), proportion=proportion, seed=seed)
    left, had_turns = Counter(outlets), Counter[str]()
    for place in places:
        left[place.category] -= 1
        had_turns[place.category] += 1
        still = [category for category in outlets if left[category]]
        for one, other in combinations(still, 2):
            # In whole numbers: everything times both weights, and twice.
            ahead = had_turns[one] * proportion[other] - had_turns[other] * proportion[one]
            slack = {category: 1 + (category == places[0].category) for category in (one, other)}
            bound = slack[one] * proportion[other] + slack[other] * proportion[one]
            assert 2 * abs(ahead) <= bound


@given(WAITING, CALLED, PROPORTIONS, SEEDS)
def test_calling_the_first_leaves_all_others_in_place(
    waiting: list[Waiting], called: list[Waiting], proportion: dict[str, int], seed: bytes
) -> None:
    while waiting:
        first, *rest = line(waiting, called, proportion=proportion, seed=seed)
        called = [*called, *(question for question in waiting if question.ref == first.ref)]
        waiting = [question for question in waiting if question.ref != first.ref]
        after = line(waiting, called, proportion=proportion, seed=seed)
        assert [replace(place, called_before=0) for place in after] == [
            replace(place, called_before=0) for place in rest
        ]


@given(WAITING, CALLED, MOVES, PROPORTIONS, SEEDS)
def test_calling_whose_turn_it_is_leaves_the_moved_in_place_unless_one_was_put_right_before_it(
    waiting: list[Waiting],
    called: list[Waiting],
    moves: list[Move],
    proportion: dict[str, int],
    seed: bytes,
) -> None:
    assume(waiting)
    first = line(waiting, called, proportion=proportion, seed=seed)[0].ref
    assume(all(move.before != first for move in moves))
    before = line(waiting, called, moves, proportion=proportion, seed=seed)
    called = [*called, *(question for question in waiting if question.ref == first)]
    waiting = [question for question in waiting if question.ref != first]
    after = line(waiting, called, moves, proportion=proportion, seed=seed)
    assert refs(after).split() == [ref for ref in refs(before).split() if ref != first]


@given(WAITING, MOVES, SEEDS)
def test_moves_are_made_one_after_the_other(
    waiting: list[Waiting], moves: list[Move], seed: bytes
) -> None:
    expected = refs(line(waiting, seed=seed)).split()

    def lapsed(move: Move) -> bool:
        return not {move.ref, move.before or move.ref} <= set(expected)

    for at, move in enumerate(moves):
        own = [later for later in moves[at:] if later.ref == move.ref]
        if lapsed(move) or lapsed(own[-1]) or move.ref == move.before:
            continue
        expected.remove(move.ref)
        to = len(expected) if move.before is None else expected.index(move.before)
        expected.insert(to, move.ref)
    assert refs(line(waiting, moves=moves, seed=seed)).split() == expected
