"""The figures as Markdown."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from benchmarks.figures import Figures, Key
from benchmarks.plan import ALL, TWO
from benchmarks.targets import targets

Column = tuple[str, Callable[[str, str], str]]
MET = {True: "yes", False: "**no**", None: "-"}


def tables(told: dict[str, Any]) -> str:
    """The whole page."""
    figures = Figures(told["runs"])
    cases = list(dict.fromkeys(run["case"] for run in told["runs"]))
    many = max(
        (
            int(case.rpartition(" ")[2].replace(",", ""))
            for case in cases
            if case.startswith("flat out")
        ),
        default=8_000,
    )
    return "\n".join([*_head(told), *_targets(figures, many), *_tables(figures, cases, many), ""])


def _head(told: dict[str, Any]) -> Iterator[str]:
    machine, disk = told["machine"], told["disk_commit_ms"]
    yield "# The hub beside its peers"
    yield ""
    yield (
        f"{machine['date']}, {machine['processor']}, {machine['memory']}, {machine['system']};"
        f" commit {machine['commit']}; `{told['command'].strip()}`. The server on core 0, the"
        " generator on core 1; each server fresh, in turns, the first one another each round;"
        " the median of the rounds. Ratios are taken round by round."
    )
    yield ""
    for name, version in told["versions"].items():
        yield f"- {name}: {version}"
    for name, missing in told["missing"].items():
        yield f"- {name}: left out, {missing} is not installed"
    failed = [run for run in told["runs"] if "failed" in run]
    for run in failed:
        yield f"- FAILED: {run['case']}, {run['peer']}: {run['failed'].splitlines()[0]}"
    yield (
        f"- one durable commit of 1 KB on this disk by itself: p50 {disk['p50']:.2f} ms,"
        f" p99 {disk['p99']:.2f} ms. Only the hub keeps what it is told."
    )
    yield ""


def _targets(figures: Figures, many: int) -> Iterator[str]:
    yield from [
        "## What was to be reached",
        "",
        "| figure | wanted | measured | met |",
        "|---|---|---|---|",
    ]
    for target in targets(figures, many):
        yield f"| {target.figure} | {target.wanted} | {target.measured} | {MET[target.met]} |"
    yield ""


def _tables(figures: Figures, cases: Sequence[str], many: int) -> Iterator[str]:
    show = _Shown(figures)
    fast: list[Column] = [
        ("deliveries/s", show("deliveries_per_second", "{:,.0f}")),
        ("hub : this", show.ratio("deliveries_per_second")),
        ("publishes/s", show("published_per_second", "{:,.0f}")),
        ("us CPU a delivery", show("cpu_us_per_delivery", "{:.2f}")),
        ("lost", show("lost", "{:,.0f}")),
        ("p50 ms", show("from_request_ms.p50", "{:,.1f}")),
        ("p99 ms", show("from_request_ms.p99", "{:,.1f}")),
        ("last browser s", show("from_request_ms.max", "{:.2f}", scale=1000)),
        ("KB a socket", show("kb_per_socket", "{:.1f}")),
        ("bytes a delivery", show("bytes_per_delivery", "{:,.0f}")),
    ]
    paced: list[Column] = [
        ("published/s", show("published_per_second", "{:,.1f}")),
        ("us CPU a delivery", show("cpu_us_per_delivery", "{:.2f}")),
        ("hub : this", show.ratio("cpu_us_per_delivery")),
        ("lost", show("lost", "{:,.0f}")),
        ("p50 ms", show("from_request_ms.p50", "{:,.1f}")),
        ("p99 ms", show("from_request_ms.p99", "{:,.1f}")),
        ("p99 from commit", show("from_commit_ms.p99", "{:,.1f}", unless="from_commit_ms.count")),
        ("p99 from answer", show("from_answer_ms.p99", "{:,.1f}")),
        ("commit p50 ms", show("commit_ms.p50", "{:,.1f}", unless="commit_ms.count")),
        ("answer p50 ms", show("request_ms.p50", "{:,.1f}")),
    ]
    joins: list[Column] = [
        ("joined", show("late.opened", "{:,.0f}")),
        ("in s", show("late.seconds", "{:.1f}")),
        ("refused", show("refused", "{:,.0f}")),
        ("join p50 ms", show("late_join_ms.p50", "{:,.1f}")),
        ("join p99 ms", show("late_join_ms.p99", "{:,.1f}")),
        ("live p99 before", show("from_request_ms.p99", "{:,.1f}")),
        ("live p99 meanwhile", show("late_from_request_ms.p99", "{:,.1f}")),
        ("gaps", show("gaps", "{:,.0f}")),
        ("behind in the end", show("behind", "{:,.0f}")),
    ]
    small, large = "flat out, 1,000", f"flat out, {many:,}"
    yield from _table("As fast as it goes, 1,000 sockets, 1 KB of text", ALL, small, fast, cases)
    yield from _table(f"As fast as it goes, {many:,} sockets", ALL, large, fast, cases)
    yield from _table("20 a second, 1,000 sockets", ALL, "20/s, 1,000", paced, cases)
    yield from _table(
        "400 a second, 1,000 sockets, 8 publishers", ALL, "400/s, 1,000", paced, cases
    )
    yield from _table(f"5 a second, {many:,} sockets", ALL, f"5/s, {many:,}", paced, cases)
    yield from _table(
        "Joins at 500 a second, beside 1,000 sockets at 5 a second", TWO, "joins", joins, cases
    )
    yield from _table("The same, when all are there", TWO, "joined", paced, cases)
    yield from _curve(
        "Cost against the number of sockets, 20 a second", "crowd", "sockets", show, cases
    )
    yield from _curve(
        "Cost against the size of the text, 1,000 sockets, 20 a second",
        "size",
        "bytes",
        show,
        cases,
    )


class _Shown:
    """Makes the functions that fill a column."""

    def __init__(self, figures: Figures) -> None:
        self.figures = figures

    def __call__(
        self, key: Key, form: str, *, scale: float = 1, unless: Key | None = None
    ) -> Callable[[str, str], str]:
        """`unless`: where that is 0, there is nothing to show."""

        def show(case: str, peer: str) -> str:
            value = self.figures.middle(case, peer, key)
            if value is None or (unless and not self.figures.middle(case, peer, unless)):
                return "-"
            return form.format(value / scale)

        return show

    def ratio(self, key: Key) -> Callable[[str, str], str]:
        """The hub's to this one's."""

        def show(case: str, peer: str) -> str:
            value = self.figures.ratio(case, key, of="hub", to=peer)
            return "-" if value is None or peer == "hub" else f"{value:.2f}"

        return show


def _table(
    title: str, peers: Sequence[str], case: str, columns: Sequence[Column], cases: Sequence[str]
) -> Iterator[str]:
    if case not in cases:
        return
    yield from [f"## {title}", "", "| server | " + " | ".join(name for name, _ in columns) + " |"]
    yield "|---|" + "--:|" * len(columns)
    for peer in peers:
        cells = [show(case, peer) for _, show in columns]
        if any(cell != "-" for cell in cells):
            yield f"| {peer} | " + " | ".join(cells) + " |"
    yield ""


def _curve(title: str, kind: str, unit: str, show: _Shown, cases: Sequence[str]) -> Iterator[str]:
    found = [case for case in cases if case.startswith(f"{kind} ")]
    if not found:
        return
    cost = show("cpu_us_per_delivery", "{:.2f}")
    ratio = show.ratio("cpu_us_per_delivery")
    late = show("from_request_ms.p99", "{:,.1f}")
    yield from [f"## {title}", ""]
    yield f"| {unit} | us CPU a delivery, hub | nchan | hub : nchan | p99 ms, hub | nchan |"
    yield "|--:|--:|--:|--:|--:|--:|"
    for case in found:
        at = int(case.rpartition(" ")[2])
        cells = [
            cost(case, "hub"),
            cost(case, "nchan"),
            ratio(case, "nchan"),
            late(case, "hub"),
            late(case, "nchan"),
        ]
        yield f"| {at:,} | " + " | ".join(cells) + " |"
    yield ""
