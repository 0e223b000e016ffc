"""The order in which approved questions are called: rule 1, a pure function of public facts.

    round     An outlet's first question stands in round 1, its second in round 2, and so on;
              those already called count. Nobody has a second turn before everybody had a first.
    category  Within a round the n-th turn of a category, those already called included, stands
              at the time (n - 1/2) / weight. Smaller times come first.
    draw      Each round the categories are drawn from a hat. The first one drawn that has anybody
              in the round has its first turn at time 0; equal times stand in the order drawn.
    urgency   Within a round and a category, and among an outlet's own, the most urgent comes
              first: the earlier of when it was asked and an hour before its filing deadline. Then
              the one asked first, then the lower HMAC-SHA256(seed, "question <ref>").
    moves     Overrides, one after the other: out of the line, back in right before another. A
              move lapses when either of the two waits no more, and when a later one of its
              question has lapsed: what was undone must not come back.

Whoever is first stands before all others of the outlet, and of the category in the round; once
called, still before them. So calling the first leaves everybody else where they stand.
docs/order.md has all this with an example.
"""

import hashlib
import hmac
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

FILING = timedelta(hours=1)
"""What a journalist needs to write it up before the filing deadline."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the order knows of a question. `outlet` is its pseudonym in this briefing."""

    ref: str
    outlet: str
    category: str
    asked_at: datetime
    files_at: datetime | None = None


class Waiting(Facts):
    """An approved question that has not been called."""

    __slots__ = ()


class Called(Facts):
    """A question that had its turn."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Move:
    """An override: `ref` right before `before`, or to the end."""

    ref: str
    before: str | None = None


# Not frozen: each act makes hundreds of them, and that would be a tenth of its price.
@dataclass(slots=True)
class Place:
    """Where a question stands, and why."""

    ref: str
    round: int
    """From 1."""
    category: str
    turn_of_category: int
    """From 1: its category's how many-th turn in this round, those called included."""
    called_before: int
    """How often its outlet has been called."""
    moved: bool = False
    """A move that has not lapsed brought it here."""


def order(
    waiting: Iterable[Waiting],
    called: Iterable[Called],
    moves: Sequence[Move] = (),
    *,
    proportion: Mapping[str, int],
    seed: bytes,
) -> list[Place]:
    """Who is called next, and after them. `called` and `moves` as they happened, refs unique.

    Raises ValueError for a category that the proportion gives no weight.
    """
    calls = Counter[str]()
    turns = Counter[tuple[int, str]]()
    for had in called:
        calls[had.outlet] += 1
        turns[calls[had.outlet], had.category] += 1

    places = []
    rounds = calls.copy()
    for question in _by_urgency(waiting, seed):
        outlet, category = question.outlet, question.category
        if proportion.get(category, 0) < 1:
            raise ValueError(f"proportion: {category!r} has no weight. Give it 1 or more.")
        rounds[outlet] += 1
        in_round = rounds[outlet]
        turns[in_round, category] += 1
        turn = turns[in_round, category]
        places.append(Place(question.ref, in_round, category, turn, calls[outlet]))

    return _moved(_alternated(places, set(turns), proportion, seed), moves)


def urgency(question: Facts) -> datetime:
    """When it counts as asked: a filing deadline as if an hour before it, if that is earlier."""
    if question.files_at is None:
        return question.asked_at
    return min(question.asked_at, question.files_at - FILING)


def commitment(seed: bytes) -> str:
    """What is published before the first call, so that the seed cannot be chosen afterwards."""
    return hashlib.sha256(seed).hexdigest()


def draw(seed: bytes, in_round: int, categories: Iterable[str]) -> tuple[str, ...]:
    """The categories as they come out of the hat for this round, each order equally likely.

    HMAC-SHA256(seed, "round <number>") as a number draws from the alphabetical list: the remainder
    by how many are left says which, from 0; the quotient draws the next.
    """
    # Meant for all of the briefing's categories, absent ones too: were only those present in the
    # hat, a newcomer's category would draw the others anew.
    number = int.from_bytes(hmac.digest(seed, f"round {in_round}".encode(), "sha256"))
    hat = sorted(categories)
    drawn = []
    while hat:
        number, slip = divmod(number, len(hat))
        drawn.append(hat.pop(slip))
    return tuple(drawn)


def _by_urgency(waiting: Iterable[Waiting], seed: bytes) -> list[Waiting]:
    line = sorted(waiting, key=_since)
    # Lots are dear to draw, and hardly ever are two asked in the same instant.
    if any(one.asked_at == other.asked_at for one, other in pairwise(line)):
        line.sort(key=lambda question: (*_since(question), _lot(question, seed)))
    return line


def _since(question: Facts) -> tuple[datetime, datetime]:
    return urgency(question), question.asked_at


def _lot(question: Facts, seed: bytes) -> bytes:
    return hmac.digest(seed, f"question {question.ref}".encode(), "sha256")


def _alternated(
    places: list[Place],
    present: set[tuple[int, str]],
    proportion: Mapping[str, int],
    seed: bytes,
) -> list[Place]:
    """The rounds one after the other, the categories in each by their proportion."""
    ranks: dict[tuple[int, str], int] = {}
    for at in {place.round for place in places}:
        drawn = (one for one in draw(seed, at, proportion) if (at, one) in present)
        ranks |= {(at, one): rank for rank, one in enumerate(drawn)}
    # Whole numbers, because equal times must be equal: 1.5 / 3 and 0.5 / 1.
    common = math.lcm(*proportion.values())

    def key(place: Place) -> tuple[int, int, int]:
        at, category, turn = place.round, place.category, place.turn_of_category
        rank = ranks[at, category]
        begins = rank == 0 and turn == 1
        return at, 0 if begins else (2 * turn - 1) * common // proportion[category], rank

    return sorted(places, key=key)


def _moved(places: list[Place], moves: Sequence[Move]) -> list[Place]:
    """The line after the moves that have not lapsed."""
    if not moves:
        return places
    found = {place.ref: place for place in places}
    # A ring of neighbours, closed by None: a move costs the same however long the line is.
    line = [None, *found, None]
    following, preceding = dict(pairwise(line)), dict(pairwise(reversed(line)))
    latest = {move.ref: move.before for move in moves}
    for move in moves:
        ref, before = move.ref, move.before
        if before == ref or not {ref, before, latest[ref]} <= following.keys():
            continue
        left, right = preceding[ref], following[ref]
        following[left], preceding[right] = right, left
        left = preceding[before]
        following[left], preceding[ref] = ref, left
        following[ref], preceding[before] = before, ref
        found[ref] = replace(found[ref], moved=True)
    result = []
    at = following[None]
    while at is not None:
        result.append(found[at])
        at = following[at]
    return result
