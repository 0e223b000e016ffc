"""Which moderators have a desk open, here and on the other workers. Never an event; only their
keys go between workers, and names only to a desk."""

import json
import time
from collections.abc import Callable, Collection, Mapping

FRESH_SECONDS = 4.0
_WORKERS = 256
_BRIEFINGS = 4096
_MODERATORS = 256
_NAME = 64
_KEYS = 2**31
_NAMES = 4096

Desks = Mapping[int, Collection[int]]
"""By a briefing's key, the keys of the people at its desk."""


class Colleagues:
    """Own desks come from `own`, those of the others from what they tell, while fresh.

    `shared` is whether the others can be heard at all: where they cannot, nobody is named.
    """

    def __init__(self, *, shared: bool) -> None:
        self.own: Callable[[], Mapping[int, Mapping[int, str]]] = dict
        self._shared = shared
        self._others: dict[str, tuple[float, Desks]] = {}
        self._names: dict[int, str] = {}
        self._told = False

    def at(self, briefing_id: int) -> list[str] | None:
        """The names of those at this desk; None: that cannot be known."""
        if not self._shared:
            return None
        found = dict(self.own().get(briefing_id, {}))
        for desks in self._fresh():
            for person in desks.get(briefing_id, ()):
                if name := self._names.get(person):
                    found.setdefault(person, name)
        return sorted(found.values())

    def report(self, worker: str) -> str | None:
        """What this worker tells the others; None: there is nothing new in that nobody is here."""
        desks = [(briefing_id, list(people)) for briefing_id, people in self.own().items()]
        told, self._told = self._told, bool(desks)
        return json.dumps([worker, desks], separators=(",", ":")) if desks or told else None

    def hear(self, report: bytes, *, own: str) -> bool:
        """Takes what another worker tells; False: it is no report, and dropped."""
        try:
            worker, pairs = json.loads(report)
            desks = {
                int(briefing_id): frozenset(int(person) for person in people[:_MODERATORS])
                for briefing_id, people in pairs[:_BRIEFINGS]
            }
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
            return False
        if not isinstance(worker, str) or len(worker) > _NAME:
            return False
        if not all(0 < person < _KEYS for people in desks.values() for person in people):
            return False
        if worker != own and (worker in self._others or len(self._others) < _WORKERS):
            self._others[worker] = (time.monotonic(), desks)
        return True

    def strangers(self) -> set[int]:
        """Whom others have told of and whose names are not known here."""
        told = {person for desks in self._fresh() for people in desks.values() for person in people}
        return told - self._names.keys()

    def introduce(self, strangers: Collection[int], names: Mapping[int, str]) -> None:
        """Learns the names of strangers; who has none is nobody, and not asked about again."""
        if len(self._names) > _NAMES:
            self._names.clear()
        self._names |= {person: names.get(person, "") for person in strangers}

    def _fresh(self) -> list[Desks]:
        oldest = time.monotonic() - FRESH_SECONDS
        self._others = {worker: told for worker, told in self._others.items() if told[0] > oldest}
        return [desks for _, desks in self._others.values()]
