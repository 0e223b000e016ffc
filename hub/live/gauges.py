"""What a worker measures of itself, for Prometheus. docs/alarms.md says what each means."""

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    ProcessCollector,
)
from prometheus_client.core import CounterMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from hub.domain.audience import Audience
from hub.domain.errors import Refusal, Unavailable

_LAG = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_REFUSED = frozenset({429, 500, 503})
# A browser may say any number when it leaves: a series for each would fill the memory.
_CODES = frozenset({1000, 1001, 1005, 1006, 1008, 1009, 1011, 1012, 1013, 4401, 4403})
RECENT_SECONDS = 60.0
_RECENT = 4096


class Lag:
    """From the event's own time to the last browser's write: for good, and the last minute's."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._histogram = Histogram(
            "hub_delivery_lag_seconds",
            "From the event's own time to the last browser's write, a flush of a stream",
            buckets=_LAG,
            registry=registry,
        )
        self._recent: deque[tuple[float, float]] = deque(maxlen=_RECENT)
        self._worst = 0.0

    def observe(self, seconds: float) -> None:
        """One flush of a stream."""
        self._histogram.observe(seconds)
        self._recent.append((time.monotonic(), seconds))
        self._worst = max(self._worst, seconds)

    def worst(self) -> float:
        """The worst since this was asked last."""
        worst, self._worst = self._worst, 0.0
        return worst

    def quantiles(self, *wanted: float) -> tuple[float, ...] | None:
        """Of the last minute; None: nothing was delivered in it."""
        oldest = time.monotonic() - RECENT_SECONDS
        while self._recent and self._recent[0][0] < oldest:
            self._recent.popleft()
        ranked = sorted(seconds for _, seconds in self._recent)
        if not ranked:
            return None
        return tuple(ranked[max(0, math.ceil(q * len(ranked)) - 1)] for q in wanted)


class _Reads(Collector):
    def __init__(self, reads: Callable[[], int]) -> None:
        self._reads = reads

    def collect(self) -> Iterator[Metric]:
        """As Prometheus asks for it."""
        yield CounterMetricFamily(
            "hub_database_reads", "Snapshots read from the database", value=self._reads()
        )


class Gauges:
    """One set a worker, in a registry of its own."""

    def __init__(self) -> None:
        registry = self.registry = CollectorRegistry()
        # Memory, descriptors, processor time and the start; how often memory is swept.
        ProcessCollector(registry=registry)
        GCCollector(registry=registry)
        self.sockets = Gauge("hub_sockets", "Open sockets", ["audience"], registry=registry)
        self.ended = Counter(
            "hub_sockets_ended_total", "Sockets that ended, by close code", ["code"],
            registry=registry,
        )  # fmt: skip
        self.closed = Counter(
            "hub_sockets_closed_total", "Sockets closed by us", ["reason"], registry=registry
        )
        self.frames = Counter(
            "hub_frames_total", "Frames rendered", ["audience"], registry=registry
        )
        self.deliveries = Counter(
            "hub_deliveries_total", "Frames handed to sockets", registry=registry
        )
        self.lag = Lag(registry)
        self.bell = Gauge("hub_bell_healthy", "1 while the bell is heard", registry=registry)
        self.bell_away = Gauge(
            "hub_bell_away_seconds", "For how long Redis has been away, 0: it is there",
            registry=registry,
        )  # fmt: skip
        self.forged = Counter(
            "hub_forged_total", "What came by Redis and is none of ours, by channel", ["channel"],
            registry=registry,
        )  # fmt: skip
        self.log_number = Gauge(
            "hub_log_number", "Log position, summed over watched briefings", registry=registry
        )
        self.log_behind = Gauge(
            "hub_log_unread_seconds", "Since the log was last read", registry=registry
        )
        self.database_away = Gauge(
            "hub_database_away_seconds", "For how long the log cannot be read, 0: it can",
            registry=registry,
        )  # fmt: skip
        self.loop_lag = Gauge(
            "hub_loop_lag_seconds", "Delay of the event loop, last second", registry=registry
        )
        self.blocked = Counter(
            "hub_loop_blocked_total", "Times the event loop stood still over a second",
            registry=registry,
        )  # fmt: skip
        self.draining = Gauge("hub_draining", "1 while the worker stops", registry=registry)
        self.commit = Histogram(
            "hub_commit_seconds", "From asking for an act to its commit, waiting included",
            buckets=_LAG, registry=registry,
        )  # fmt: skip
        self.acts = Counter(
            "hub_acts_total", "Acts: done, refused by a rule, unavailable, failed", ["outcome"],
            registry=registry,
        )  # fmt: skip
        self.refusals = Counter(
            "hub_refusals_total", "Answers 429, 500 and 503", ["status"], registry=registry
        )
        for audience in Audience:
            self.sockets.labels(audience.value)
        for status in _REFUSED:
            self.refusals.labels(str(status))

    def count_sockets(self, counts: Mapping[Audience, int]) -> None:
        """Sets the gauge of open sockets anew."""
        for audience in Audience:
            self.sockets.labels(audience.value).set(counts.get(audience, 0))

    def count_end(self, code: int) -> None:
        """A socket has ended, whoever ended it."""
        self.ended.labels(str(code) if code in _CODES else "other").inc()

    def count_refusal(self, status: int) -> None:
        """An answer with this status, if it is one that somebody should know of."""
        if status in _REFUSED:
            self.refusals.labels(str(status)).inc()

    def count_reads(self, reads: Callable[[], int]) -> None:
        """How many snapshots were read from the database: asked when somebody looks."""
        self.registry.register(_Reads(reads))

    def count_act(self, seconds: float, error: BaseException | None) -> None:
        """An act has ended: with its commit, or with this error."""
        match error:
            case asyncio.CancelledError():
                return
            case None:
                self.commit.observe(seconds)
                outcome = "done"
            case Unavailable():
                outcome = "unavailable"
            case Refusal():
                outcome = "refused"
            case _:
                outcome = "failed"
        self.acts.labels(outcome).inc()

    def delivered(self) -> float:
        """Deliveries so far."""
        (family,) = self.deliveries.collect()
        return float(family.samples[0].value)
