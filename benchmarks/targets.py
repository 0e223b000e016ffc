"""What the hub is to reach, beside what it did. A benchmark, never a test."""

from collections.abc import Iterator
from typing import NamedTuple

from benchmarks.figures import Figures, Run

HUB, NCHAN, SOCKETIO = "hub", "nchan", "socket.io"


class Target(NamedTuple):
    """`met` None: it could not be measured here."""

    figure: str
    wanted: str
    measured: str
    met: bool | None


def targets(figures: Figures, many: int) -> Iterator[Target]:
    """Every figure that has one."""
    small, large = "flat out, 1,000", f"flat out, {many:,}"
    rate = "deliveries_per_second"
    yield _at_least(
        "as fast as it goes, 1,000 sockets: deliveries/s",
        figures.ratio(small, rate, of=HUB, to=NCHAN),
        1.8,
        NCHAN,
    )
    yield _at_least("the same", figures.ratio(small, rate, of=HUB, to=SOCKETIO), 3.5, SOCKETIO)
    yield _at_least(
        f"as fast as it goes, {many:,} sockets: deliveries/s",
        figures.ratio(large, rate, of=HUB, to=NCHAN),
        3.5,
        NCHAN,
    )
    for case in (small, large):
        sockets = case.rpartition(" ")[2]
        yield _at_most(
            f"the same, {sockets}: the last browser behind, s",
            figures.worst(case, HUB, lambda run: run["from_request_ms"]["max"] / 1000),
            2,
            "s",
        )
    cases = (small, large, "400/s, 1,000", "20/s, 1,000", f"5/s, {many:,}", "joins", "joined")
    yield _at_most("lost, repeated, out of order, in all of these", _sum(figures, cases), 0, "")
    yield _held(figures, "400/s, 1,000", 400)
    yield _at_most(
        "400/s at 1,000: p99 from the request's start",
        figures.middle("400/s, 1,000", HUB, "from_request_ms.p99"),
        150,
        "ms",
        below=True,
    )
    yield _at_most(
        "20/s at 1,000: CPU a delivery, to nchan's",
        figures.ratio("20/s, 1,000", "cpu_us_per_delivery", of=HUB, to=NCHAN),
        1,
        "x",
    )
    yield _from_commit(figures, "20/s, 1,000")
    yield _at_most(
        f"5/s at {many:,}: p99, to nchan's",
        figures.ratio(f"5/s, {many:,}", "from_request_ms.p99", of=HUB, to=NCHAN),
        1,
        "x",
    )
    yield _at_most("memory an open socket", figures.worst(large, HUB, "kb_per_socket"), 30, "KB")
    yield _at_most(
        "joins: refused",
        figures.worst("joins", HUB, lambda run: run["late"]["asked"] - run["late"]["opened"]),
        0,
        "",
    )
    yield _at_most(
        "joins: live p99 meanwhile, to its value when all are there",
        _over(
            figures.middle("joins", HUB, "late_from_request_ms.p99"),
            figures.middle("joined", HUB, "from_request_ms.p99"),
        ),
        2,
        "x",
        below=True,
    )
    yield _reads(figures)


def _over(value: float | None, other: float | None) -> float | None:
    return value / other if value is not None and other else None


def _at_least(figure: str, value: float | None, wanted: float, peer: str) -> Target:
    said = f"at least {wanted:g} x {peer}'s"
    if value is None:
        return Target(figure, said, f"no {peer} here", None)
    return Target(figure, said, f"{value:.2f} x", value >= wanted)


def _at_most(
    figure: str, value: float | None, wanted: float, unit: str, *, below: bool = False
) -> Target:
    said = f"{'below' if below else 'at most'} {wanted:g} {unit}".strip()
    if value is None:
        return Target(figure, said, "not measured", None)
    met = value < wanted if below else value <= wanted
    return Target(figure, said, f"{value:.4g} {unit}".strip(), met)


def _sum(figures: Figures, cases: tuple[str, ...]) -> float | None:
    found = [run for case in cases for run in figures.runs(case, HUB)]
    wrong = ("lost", "repeated", "out_of_order", "gaps", "behind", "gone", "refused")
    return float(sum(run[name] for run in found for name in wrong)) if found else None


def _held(figures: Figures, case: str, rate: int) -> Target:
    value = figures.middle(case, HUB, "published_per_second")
    figure, wanted = f"{rate}/s at 1,000: published and delivered", f"{rate}/s"
    if value is None:
        return Target(figure, wanted, "not measured", None)
    return Target(figure, wanted, f"{value:.0f}/s", value >= 0.98 * rate)


def _from_commit(figures: Figures, case: str) -> Target:
    figure, wanted = "20/s at 1,000: p99 from the commit", "below 15 ms"
    value = figures.middle(case, HUB, "from_commit_ms.p99")
    told = figures.middle(case, HUB, "commit_ms.count")
    request = figures.middle(case, HUB, "from_request_ms.p99")
    if value is None or request is None:
        return Target(figure, wanted, "not measured", None)
    if told and value:
        commit = figures.middle(case, HUB, "commit_ms.p50")
        return Target(figure, wanted, f"{value:.1f} ms (the commit: {commit:.1f})", value < 15)
    # The answer does not tell when it was; the request's start is earlier still.
    return Target(
        figure, wanted, f"{request:.1f} ms from the request's start", request < 15 or None
    )


def _reads(figures: Figures) -> Target:
    def value(run: Run) -> float:
        found = run["late"]["database_reads"]
        return -1.0 if found is None else float(found)

    figure, wanted = "joins: database reads a join", "0"
    found = figures.worst("joins", HUB, value)
    if found is None or found < 0:
        return Target(figure, wanted, "not counted", None)
    return Target(figure, wanted, f"{found:.3f}", found < 0.01)
