"""How often the hub asked its database meanwhile, by its own counter in /metrics."""

import contextlib
import re
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping

COUNTER = re.compile(r"^hub_database_reads_total(?:\{[^}]*\})? ([0-9.e+]+)$", re.MULTILINE)
EVERY_SECONDS = 0.25


class Reads:
    """The counter over time. Without one, nothing is told."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._seen: list[tuple[float, float]] = []

    def look(self) -> bool:
        """Takes the counter down; False where there is none."""
        with contextlib.suppress(OSError):
            said = urllib.request.urlopen(f"{self._url}/metrics", timeout=5).read().decode()
            found = COUNTER.findall(said)
            if found:
                self._seen.append((time.monotonic(), sum(map(float, found))))
            return bool(found)
        return True

    def during(self, late: Mapping[str, float]) -> float | None:
        """Reads a second while sockets joined, less those of the quiet time before, a join."""
        if not self._seen:
            return None
        quiet = self._rate(late["quiet_from"], late["quiet_to"])
        joining = self._rate(late["from"], late["to"])
        joins = late["opened"] / max(late["seconds"], 1e-9)
        return round(max(0.0, joining - quiet) / max(joins, 1e-9), 4)

    def _rate(self, begin: float, end: float) -> float:
        inside = [seen for seen in self._seen if begin <= seen[0] <= end]
        if len(inside) < 2:
            return 0.0
        (first, before), (last, after) = inside[0], inside[-1]
        return (after - before) / (last - first)


@contextlib.contextmanager
def counting_reads(url: str) -> Iterator[Reads]:
    """Looks now and then until the block ends; `url` empty: not at a hub."""
    reads, over = Reads(url), threading.Event()

    def watch() -> None:
        while reads.look() and not over.wait(EVERY_SECONDS):
            pass

    if not url:
        yield reads
        return
    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield reads
    finally:
        over.set()
        thread.join()
