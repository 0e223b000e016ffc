"""How many follow a briefing, here and on the other workers. Never an event, only a number."""

import json
import time
from collections.abc import Callable, Mapping

from hub.live.colleagues import FRESH_SECONDS, Colleagues

_WORKERS = 256
_BRIEFINGS = 4096
_FOLLOWERS = 10_000_000
_NAME = 64


class Presence:
    """Own counts come from `counts`; those of the others from their beats, while fresh.

    `shared` is whether the other workers can be heard at all: where they cannot, the number is
    not known and None, rather than wrong. Who has a desk open, `colleagues` know.
    """

    def __init__(self, *, shared: bool) -> None:
        self.colleagues = Colleagues(shared=shared)
        self.counts: Callable[[], Mapping[int, int]] = dict
        self._shared = shared
        self._others: dict[str, tuple[float, dict[int, int]]] = {}

    def here(self, briefing_id: int, own: int) -> int | None:
        """How many follow this briefing."""
        if not self._shared:
            return None
        oldest = time.monotonic() - FRESH_SECONDS
        return own + sum(
            counts.get(briefing_id, 0) for heard, counts in self._others.values() if heard > oldest
        )

    def report(self, worker: str) -> str:
        """What this worker tells the others."""
        return json.dumps([worker, list(self.counts().items())], separators=(",", ":"))

    def hear(self, report: bytes, *, own: str) -> bool:
        """Takes what another worker tells; False: it is no report, and dropped."""
        try:
            worker, pairs = json.loads(report)
            counts = {int(briefing_id): int(count) for briefing_id, count in pairs[:_BRIEFINGS]}
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
            return False
        if not isinstance(worker, str) or len(worker) > _NAME:
            return False
        if not all(0 <= count <= _FOLLOWERS for count in counts.values()):
            return False
        if worker == own:
            return True
        now = time.monotonic()
        self._others = {
            name: (heard, told)
            for name, (heard, told) in self._others.items()
            if now - heard < FRESH_SECONDS
        }
        if len(self._others) < _WORKERS:
            self._others[worker] = (now, counts)
        return True
