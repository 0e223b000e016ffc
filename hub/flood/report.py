"""What a flood has found, in words and as JSON."""

import dataclasses
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from hub.flood.arrivals import Spread
from hub.flood.cost import Cost
from hub.flood.crowd import Crowd
from hub.flood.publisher import Account

# Above this share of a core the flood itself may be what is slow.
_BUSY = 0.9


@dataclass(frozen=True, slots=True)
class Report:
    """Milliseconds, microseconds and kilobytes as the names say; None: not to be known here."""

    sockets: int
    join_seconds: float
    join_ms: Spread
    refused: dict[str, int]
    published: int
    seconds: float
    published_per_second: float
    again: dict[str, int]
    stopped: str
    request_ms: Spread
    commit_ms: Spread | None
    delivered: int
    expected: int
    deliveries_per_second: float
    lost: int
    repeated: int
    out_of_order: int
    garbled: dict[str, int]
    from_request_ms: Spread
    from_commit_ms: Spread | None
    from_answer_ms: Spread
    last_browser_lag_ms: float
    closed: dict[str, int]
    returned: int
    reloads: int
    cpu_us_per_delivery: float | None
    rss_kb_per_socket: float | None
    pss_kb_per_socket: float | None
    server_processes: int | None
    own_cpu: float

    @property
    def whole(self) -> bool:
        """Everything was published, and everybody has it once and in order."""
        wrong = self.lost or self.repeated or self.out_of_order or self.garbled
        return not (wrong or self.stopped)

    def as_json(self) -> str:
        """With the percentiles by name."""
        return json.dumps(dataclasses.asdict(self), indent=1)

    def lines(self) -> Iterator[str]:
        """For people."""
        refused = _counted(self.refused, none="none refused", some="refused: ")
        yield f"joined      {self.sockets:,} sockets in {self.join_seconds:.1f} s, {refused}"
        yield f"            {_spread(self.join_ms)}"
        again = _counted(self.again, none="", some="; asked again after ")
        yield (
            f"published   {self.published:,} in {self.seconds:.1f} s"
            f" ({self.published_per_second:,.1f}/s){again}"
        )
        yield f"            {_spread(self.request_ms)}, request to answer"
        if self.commit_ms is not None:
            yield f"            {_spread(self.commit_ms)}, request to commit"
        if self.stopped:
            yield f"            stopped before its time: {self.stopped}"
        yield (
            f"delivered   {self.delivered:,} of {self.expected:,}"
            f" ({self.deliveries_per_second:,.0f}/s while publishing)"
        )
        yield (
            f"            lost {self.lost:,}, repeated {self.repeated:,},"
            f" out of order {self.out_of_order:,}"
            f"{_counted(self.garbled, none='', some='; not understood: ')}"
        )
        yield f"lag         {_spread(self.from_request_ms)}, from the publishing request's start"
        if self.from_commit_ms is not None:
            yield f"            {_spread(self.from_commit_ms)}, from the commit"
        else:
            yield f"            {_spread(self.from_answer_ms)}, from the publisher's answer"
        yield f"            the last browser was at most {self.last_browser_lag_ms:,.1f} ms behind"
        if self.closed or self.reloads:
            closed = _counted(self.closed, none="none", some="")
            yield (
                f"closed      {closed}; {self.returned:,} came back, {self.reloads:,} loaded anew"
            )
        if self.cpu_us_per_delivery is not None:
            pss = f", PSS {self.pss_kb_per_socket:.1f} KB" if self.pss_kb_per_socket else ""
            yield (
                f"the hub     {self.cpu_us_per_delivery:.2f} us of CPU a delivery,"
                f" RSS {self.rss_kb_per_socket:.1f} KB{pss} a socket"
                f" ({self.server_processes} processes)"
            )
        limit = ": the flood may be the limit, not the hub" if self.own_cpu > _BUSY else ""
        yield f"this flood  {self.own_cpu:.0%} of a core{limit}"


def report(
    crowd: Crowd,
    account: Account,
    *,
    shift: int,
    last: int,
    costs: tuple[Cost | None, Cost | None, Cost | None],
    own: float,
) -> Report:
    """Counts everything. `shift`: the audience's numbers less the API's; `last`: the newest."""
    arrivals, tallies = crowd.arrivals, crowd.tallies
    asked = {number + shift: moment for number, moment, _, _ in account.acts}
    answered = {number + shift: moment for number, _, moment, _ in account.acts}
    committed = {number + shift: moment for number, *_, moment in account.acts if moment}
    seconds = (account.ended - account.began) / 1e9
    received = sum(tally.received for tally in tallies)
    repeated = sum(tally.repeated for tally in tallies)
    lost = sum(tally.lost(last) for tally in tallies)
    from_request = arrivals.since(asked)
    before, joined, after = costs
    cpu = after.cpu - joined.cpu if after and joined else None
    pss = None
    if before and joined and before.pss is not None and joined.pss is not None:
        pss = (joined.pss - before.pss) / 1024 / len(tallies)
    return Report(
        sockets=len(tallies),
        join_seconds=round(crowd.join_seconds, 3),
        join_ms=crowd.joins,
        refused=_named(crowd.refused),
        published=len(account.acts),
        seconds=round(seconds, 3),
        published_per_second=round(len(account.acts) / seconds, 2),
        again=_named(account.again),
        stopped=account.stopped,
        request_ms=_spread_of(asked, answered),
        commit_ms=_spread_of(asked, committed) if committed else None,
        delivered=received - repeated,
        expected=received - repeated + lost,
        deliveries_per_second=round(arrivals.between(account.began, account.ended) / seconds, 1),
        lost=lost,
        repeated=repeated,
        out_of_order=sum(tally.out_of_order for tally in tallies),
        garbled=dict(crowd.garbled),
        from_request_ms=from_request,
        from_commit_ms=arrivals.since(committed) if committed else None,
        from_answer_ms=arrivals.since(answered),
        last_browser_lag_ms=from_request.max,
        closed=_named(crowd.closed),
        returned=crowd.returns,
        reloads=crowd.reloads,
        cpu_us_per_delivery=round(cpu * 1e6 / received, 3)
        if cpu is not None and received
        else None,
        rss_kb_per_socket=(
            round((joined.rss - before.rss) / 1024 / len(tallies), 2) if before and joined else None
        ),
        pss_kb_per_socket=None if pss is None else round(pss, 2),
        server_processes=joined.processes if joined else None,
        own_cpu=round(own, 3),
    )


def _spread_of(begun: dict[int, int], ended: dict[int, int]) -> Spread:
    taken = Counter(round((ended[n] - begun[n]) / 1e6, 2) for n in ended)
    return Spread.of(taken)


def _spread(spread: Spread) -> str:
    return (
        f"p50 {spread.p50:.1f}  p95 {spread.p95:.1f}  p99 {spread.p99:.1f}  max {spread.max:.1f} ms"
    )


def _counted(counts: dict[str, int], *, none: str, some: str) -> str:
    if not counts:
        return none
    return some + ", ".join(f"{what} {times:,} times" for what, times in counts.items())


def _named(counts: Counter[int]) -> dict[str, int]:
    return {str(code) if code else "no answer": times for code, times in sorted(counts.items())}
