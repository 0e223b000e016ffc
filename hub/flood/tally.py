"""Whether a reader has every event once and in order."""

from hub.flood.hearing import Garbled

# A hub that leaps further is not describing a briefing.
_LEAP = 1_000_000


class Tally:
    """Of one reader. `cursor`: the newest number it has; `missing`: older ones it has not."""

    __slots__ = ("cursor", "missing", "out_of_order", "received", "repeated")

    def __init__(self) -> None:
        self.cursor = 0
        self.missing: set[int] = set()
        self.received = 0
        self.repeated = 0
        self.out_of_order = 0

    def begin(self, head: int) -> None:
        """It has a page that holds everything up to the head, whatever it lacked."""
        self.cursor = head
        self.missing.clear()

    def take(self, first: int, last: int) -> None:
        """Events first..last have come, in this order. Raises Garbled."""
        self.received += last - first + 1
        if first == self.cursor + 1:
            self.cursor = last
            return
        if first - self.cursor > _LEAP:
            raise Garbled(f"event {first} after {self.cursor}")
        for n in range(first, last + 1):
            if n > self.cursor:
                self.missing.update(range(self.cursor + 1, n))
                self.cursor = n
            elif n in self.missing:
                self.missing.remove(n)
                self.out_of_order += 1
            else:
                self.repeated += 1

    def lost(self, head: int) -> int:
        """How many of the events up to the head it has not."""
        missing = sum(n <= head for n in self.missing)
        return missing + max(0, head - self.cursor)
