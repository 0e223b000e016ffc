"""What explains the order of those who wait to the desk, in as few letters as there are exceptions.

A frame of the desk names all who wait; from this the page says of each card why it stands there.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hub.domain.order import Place

_FIRST = 1


@dataclass(frozen=True, slots=True)
class SeenOrder:
    """`numbers` are the desk's, in the order, as its page reads them. Where it is not the plain
    case: how often an outlet was called ("24:2": that of Q-24, the first of its that waits), the
    first turn that is left of a category in a round ("1:local:3"), and who was moved."""

    numbers: str
    calls: Sequence[str]
    turns: Sequence[str]
    moved: Sequence[int]


def seen_order(places: Sequence[Place], numbers: Mapping[str, int]) -> SeenOrder:
    """The order of these places; `numbers` by reference."""
    turns: dict[tuple[int, str], int] = {}
    for place in places:
        key, turn = (place.round, place.category), place.turn_of_category
        if turn < turns.get(key, sys.maxsize):
            turns[key] = turn
    return SeenOrder(
        numbers=" ".join([str(numbers[place.ref]) for place in places]),
        calls=[
            f"{numbers[place.ref]}:{place.called_before}"
            for place in places
            if place.called_before and place.round == place.called_before + 1
        ],
        turns=[
            f"{at}:{category}:{turn}" for (at, category), turn in turns.items() if turn > _FIRST
        ],
        moved=[numbers[place.ref] for place in places if place.moved],
    )
