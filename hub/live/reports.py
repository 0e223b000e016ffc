"""What every worker tells of itself, kept for a quarter of an hour: rows and plots for operators.

A report comes over Redis, where anybody who can reach it may write: it is taken strictly, shown
to administrators alone, and nothing is done because of it.
"""

import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, NamedTuple

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

EVERY_SECONDS = 2.0
KEPT_SECONDS = 900.0
# Three reports that did not come.
SILENT_SECONDS = 3 * EVERY_SECONDS + 1
# One that is gone for good is told of for so long; one that stopped in order is not.
GONE_SECONDS = 300.0
WORKERS = 64
REPORT_LIMIT = 4096


class Trouble(StrEnum):
    """What can be wrong with a worker. The values go over the wire: docs/protocol.md."""

    BELL = "bell"
    DATABASE = "database"
    WRITING = "writing"
    BEHIND = "behind"
    DRAINING = "draining"


Count = Annotated[int, Field(ge=0, le=10_000_000)]
Seconds = Annotated[float, Field(ge=0, le=1e7, allow_inf_nan=False)]
Moment = Annotated[float, Field(ge=0, le=1e11, allow_inf_nan=False)]
Word = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z.:_+-]{1,64}$")]


class Report(BaseModel):
    """One worker's vital signs. `name` is host:process, `worker` one process's own for good.

    `deliveries` are a second's, `unread` since the log was read, `loop_lag` the worst since the
    last report, `lag50` and `lag99` of a minute, None without deliveries. `bell`: None where
    there is none between the workers. `memory` in bytes.
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    worker: Word
    name: Word
    version: Word
    started: Moment
    public: Count
    room: Count
    podium: Count
    deliveries: Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]
    lag50: Seconds | None
    lag99: Seconds | None
    loop_lag: Seconds
    unread: Seconds
    bell: bool | None
    memory: Annotated[int, Field(ge=0, le=2**50)]
    troubles: Annotated[dict[Word, Moment], Field(max_length=8)]

    @property
    def started_at(self) -> datetime:
        """By the worker's own clock."""
        return datetime.fromtimestamp(self.started, UTC)

    @property
    def sockets(self) -> int:
        """Of all audiences."""
        return self.public + self.room + self.podium


class Sample(NamedTuple):
    """A moment in a worker's plots. `at`: seconds of the epoch, by our clock."""

    at: float
    sockets: int
    deliveries: float
    lag: float | None
    loop_lag: float
    unread: float
    bell: bool | None


@dataclass(slots=True)
class Worker:
    """One that was heard. `heard` is monotonic, `heard_at` for people."""

    report: Report
    own: bool
    heard: float
    heard_at: datetime
    samples: deque[Sample] = field(
        default_factory=lambda: deque(maxlen=int(KEPT_SECONDS / EVERY_SECONDS))
    )

    @property
    def silent(self) -> bool:
        """Whether nothing has come of it for too long."""
        return time.monotonic() - self.heard > SILENT_SECONDS


class Reports(Collector):
    """Of every worker that was heard lately, this one included; a collector for Prometheus, so
    that whichever worker is asked on a shared port tells of all."""

    def __init__(self) -> None:
        self._workers: dict[str, Worker] = {}
        self.newest: Report | None = None

    def take(self, report: Report, *, own: bool = False) -> None:
        """Keeps it, as the worker's newest."""
        if own:
            self.newest = report
        self._forget()
        worker = self._workers.get(report.worker)
        heard, at = time.monotonic(), datetime.now(UTC)
        if worker is None:
            if len(self._workers) >= WORKERS and not own:
                return
            worker = self._workers[report.worker] = Worker(report, own, heard, at)
        worker.report, worker.heard, worker.heard_at = report, heard, at
        worker.samples.append(
            Sample(
                at.timestamp(),
                report.sockets,
                report.deliveries,
                report.lag99,
                report.loop_lag,
                report.unread,
                report.bell,
            )
        )

    def hear(self, told: bytes) -> bool:
        """Takes what came from another worker; False: it is no report, and dropped."""
        if len(told) > REPORT_LIMIT:
            return False
        try:
            report = Report.model_validate_json(told)
        except ValidationError:
            return False
        known = self._workers.get(report.worker)
        # Our own comes back to us, and nobody speaks in our name.
        if known is None or not known.own:
            self.take(report)
        return True

    def workers(self) -> Sequence[Worker]:
        """This one first, then by name."""
        self._forget()
        return sorted(
            self._workers.values(), key=lambda worker: (not worker.own, worker.report.name)
        )

    def collect(self) -> Iterator[Metric]:
        """The newest figures of every worker that is heard."""
        heard = [worker for worker in self.workers() if not worker.silent]
        for name, what, read in _FIGURES:
            family = GaugeMetricFamily(f"hub_worker_{name}", what, labels=["worker"])
            for worker in heard:
                value = read(worker.report)
                if value is not None:
                    family.add_metric([worker.report.name], float(value))
            yield family
        sockets = GaugeMetricFamily(
            "hub_worker_sockets", "Open sockets", labels=["worker", "audience"]
        )
        for worker in heard:
            for audience in ("public", "room", "podium"):
                sockets.add_metric([worker.report.name, audience], getattr(worker.report, audience))
        yield sockets

    def _forget(self) -> None:
        now = time.monotonic()
        for name, worker in list(self._workers.items()):
            stopped = Trouble.DRAINING in worker.report.troubles
            patience = SILENT_SECONDS if stopped else GONE_SECONDS
            if now - worker.heard > patience and not worker.own:
                del self._workers[name]


_FIGURES = (
    ("up", "1 for every worker that is heard", lambda report: 1.0),
    ("started_timestamp_seconds", "When it was started", lambda report: report.started),
    ("deliveries_per_second", "Frames handed to sockets", lambda report: report.deliveries),
    ("delivery_lag_p99_seconds", "The last minute's", lambda report: report.lag99),
    ("loop_lag_seconds", "The worst of the last report", lambda report: report.loop_lag),
    ("log_unread_seconds", "Since it last read the log", lambda report: report.unread),
    ("bell_healthy", "1 while it hears the bell", lambda report: report.bell),
    ("memory_bytes", "Resident memory", lambda report: report.memory),
    ("draining", "1 while it stops", lambda report: Trouble.DRAINING in report.troubles),
)
