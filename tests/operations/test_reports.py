"""What workers tell of themselves, and what a stranger on their channel achieves: nothing."""

import json
import time
from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

import hub.live.reports
from hub.live.reports import REPORT_LIMIT, WORKERS, Report, Reports, Sample, Worker
from hub.web.plots import HEIGHT, WIDTH, away, plots

TOLD: dict[str, Any] = {
    "worker": "0a1b2c3d4e5f",
    "name": "press-1:5120",
    "version": "0.1.0",
    "started": 1_790_000_000.5,
    "public": 1200,
    "room": 37,
    "podium": 3,
    "deliveries": 812.5,
    "lag50": 0.004,
    "lag99": None,
    "loop_lag": 0.001,
    "unread": 1.5,
    "bell": True,
    "memory": 118_000_000,
    "troubles": {"behind": 1_790_000_100.0},
}


def told(**other: Any) -> bytes:
    return json.dumps(TOLD | other).encode()


FORGED = [
    b"", b"x", b"[]", b"{}", b"7", b"null", b"[" * 4000, b"\xff\xfe",
    told(name="<script>alert(1)</script>"), told(name=""), told(name="a b"), told(name="x" * 65),
    told(worker=7), told(public=-1), told(public=1.5), told(public="12"), told(room=10**12),
    told(started=float("nan")), told(loop_lag=float("inf")), told(unread=-0.1),
    told(lag50="soon"), told(bell=1), told(troubles=[]), told(troubles={"<b>": 1.0}),
    told(troubles={f"t{n}": 1.0 for n in range(9)}), told(troubles={"bell": "now"}),
    told(padding="x" * REPORT_LIMIT),
]  # fmt: skip


@pytest.mark.parametrize("forged", FORGED, ids=lambda forged: repr(forged[-40:]))
def test_what_is_no_report_is_dropped_and_said_to_be(forged: bytes) -> None:
    reports = Reports()
    assert not reports.hear(forged)
    assert list(reports.workers()) == []


def test_a_report_is_understood_by_another_worker_also_by_an_older_one() -> None:
    reports = Reports()
    report = Report.model_validate_json(told())
    assert reports.hear(report.model_dump_json().encode())
    assert reports.hear(told(worker="f" * 12, name="press-2:1", of_a_later_version=[1, 2]))
    first, second = reports.workers()
    assert first.report == report
    assert (second.report.name, second.report.sockets) == ("press-2:1", 1240)


def test_nobody_speaks_in_a_workers_own_name_and_it_stands_first() -> None:
    reports = Reports()
    reports.hear(told(worker="f" * 12, name="a:1"))
    reports.take(Report.model_validate_json(told()), own=True)
    assert reports.hear(told(public=0))
    assert [(w.own, w.report.public) for w in reports.workers()] == [(True, 1200), (False, 1200)]


def test_a_crowd_of_forged_workers_fills_no_memory_and_drives_nobody_out() -> None:
    reports = Reports()
    reports.hear(told(worker="true"))
    for at in range(WORKERS + 50):
        reports.hear(told(worker=f"forged{at}"))
    reports.take(Report.model_validate_json(told()), own=True)
    names = [worker.report.worker for worker in reports.workers()]
    assert len(names) == WORKERS + 1
    assert {"true", TOLD["worker"]} <= set(names)


def test_who_stopped_in_order_is_forgotten_soon_and_who_fell_silent_is_told_of_for_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reports = Reports()
    reports.hear(told(worker="stopped", troubles={"draining": 1.0}))
    reports.hear(told(worker="killed"))
    assert [worker.silent for worker in reports.workers()] == [False, False]
    monkeypatch.setattr(hub.live.reports, "SILENT_SECONDS", 0.0)
    (killed,) = reports.workers()
    assert (killed.report.worker, killed.silent) == ("killed", True)
    monkeypatch.setattr(hub.live.reports, "GONE_SECONDS", 0.0)
    assert list(reports.workers()) == []


def test_the_plots_show_all_together_or_the_worst_and_break_where_nothing_was_told() -> None:
    now = 1_790_000_004.0  # a whole number of points
    # Five reports six seconds apart, and between two of them twelve more without any.
    moments = [now - 42, now - 36, now - 18, now - 12, now - 6]
    workers = [
        drawn_from(
            Sample(at, 1240, 812.5, 0.05, 0.001, 1.5, bell=at != moments[1]) for at in moments
        ),
        drawn_from(Sample(at, 800, 100.0, 0.4, 0.001, 1.0, bell=True) for at in moments),
    ]
    drawn = plots(workers, now=now)
    sockets = drawn["sockets"]
    assert (sockets.now, sockets.most, sockets.top) == (2040, 2040, 5000)
    y = f"{HEIGHT * (1 - 2040 / 5000):g}"
    assert sockets.whole == f"M143 {y}h0L144 {y}M147 {y}h0L148 {y}L149 {y}"
    assert len(sockets.each) == 2
    assert (drawn["lag"].now, drawn["lag"].top) == (0.4, 0.5)
    assert (drawn["deliveries"].now, drawn["unread"].now) == (912.5, 1.5)
    heard, gone = away(workers, now=now)
    assert (heard, gone) == ("M143 0h1M147 0h1M148 0h1M149 0h1", "M144 0h1")


def drawn_from(samples: Iterable[Sample]) -> Worker:
    report = Report.model_validate_json(told())
    return Worker(
        report,
        own=False,
        heard=time.monotonic(),
        heard_at=datetime.now(UTC),
        samples=deque(samples),
    )


def test_of_nothing_nothing_is_drawn() -> None:
    drawn = plots([], now=1_790_000_000.0)
    assert {(plot.whole, plot.now, plot.most, len(plot.each)) for plot in drawn.values()} == {
        ("", None, None, 0)
    }
    assert away([], now=1_790_000_000.0) == ("", "")
    assert WIDTH == 150
