"""When what arrived, kept so small that keeping it does not slow the reading down."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

TICK_NS = 200_000
"""Arrivals are told apart to a fifth of a millisecond."""


class Arrivals:
    """Of all sockets together. Times are CLOCK_MONOTONIC, in ns."""

    def __init__(self) -> None:
        self._counts: dict[tuple[int, int, int], int] = {}

    def note(self, first: int, last: int) -> None:
        """Events first..last have come to one more socket, now."""
        # A thousand sockets have the same events in the same instant: one entry.
        key = (first, last, time.monotonic_ns() // TICK_NS)
        self._counts[key] = self._counts.get(key, 0) + 1

    def between(self, began: int, ended: int) -> int:
        """Deliveries in this time."""
        return sum(
            (last - first + 1) * times
            for (first, last, tick), times in self._counts.items()
            if began <= tick * TICK_NS < ended
        )

    def since(self, moments: Mapping[int, int]) -> "Spread":
        """From the moments of events to their arrivals; of what has no moment, nothing."""
        counts: Counter[int] = Counter()
        for n, tick, times in self._each():
            if (moment := moments.get(n)) is not None:
                late = max(0, (tick * TICK_NS + TICK_NS // 2 - moment) // TICK_NS)
                counts[late] += times
        return Spread.of({(late + 0.5) * TICK_NS / 1e6: times for late, times in counts.items()})

    def _each(self) -> Iterator[tuple[int, int, int]]:
        for (first, last, tick), times in self._counts.items():
            for n in range(first, last + 1):
                yield n, tick, times


@dataclass(frozen=True, slots=True)
class Spread:
    """How so many times are spread. Milliseconds."""

    count: int = 0
    p50: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    max: float = 0.0

    @classmethod
    def of(cls, times: Mapping[float, int]) -> "Spread":
        """Of milliseconds and how often each of them was."""
        total = sum(times.values())
        if not total:
            return cls()
        ordered = sorted(times.items())
        found = []
        for part in (0.5, 0.95, 0.99):
            passed = 0
            for value, often in ordered:
                passed += often
                if passed >= total * part:
                    found.append(value)
                    break
        return cls(total, *(round(value, 3) for value in (*found, ordered[-1][0])))
