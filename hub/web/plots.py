"""The last quarter of an hour as lines: paths for small SVG plots, and their figures."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from hub.live.reports import KEPT_SECONDS, Sample, Worker

WIDTH, HEIGHT = 150, 100
"""A point every six seconds."""

# More lines than these are no plot: then only the whole is drawn.
LINES = 8

_STEP = KEPT_SECONDS / WIDTH
_Points = Mapping[int, float]
_Moments = Mapping[int, Sequence[Sample]]


@dataclass(frozen=True, slots=True)
class Plot:
    """`whole` and `each` are SVG paths in WIDTH by HEIGHT; `top` is what stands at the upper edge.

    `now` is the newest value, `most` the highest; None: there is none.
    """

    whole: str
    each: Sequence[str]
    top: float
    now: float | None
    most: float | None


@dataclass(frozen=True, slots=True)
class _Series:
    read: Callable[[Sample], float | None]
    # How samples of one point, and the workers of one moment, become one value.
    within: Callable[[Iterable[float]], float]
    across: Callable[[Iterable[float]], float]
    # The upper edge is never lower: noise must not look like a mountain.
    least: float


_SERIES = {
    "sockets": _Series(lambda sample: sample.sockets, fmean, sum, 10),
    "deliveries": _Series(lambda sample: sample.deliveries, fmean, sum, 10),
    "lag": _Series(lambda sample: sample.lag, max, max, 0.1),
    "loop_lag": _Series(lambda sample: sample.loop_lag, max, max, 0.1),
    "unread": _Series(lambda sample: sample.unread, max, max, 5),
}


def plots(workers: Sequence[Worker], *, now: float) -> dict[str, Plot]:
    """One a series. `now`: seconds of the epoch."""
    told = [_moments(worker, now) for worker in workers]
    return {name: _plot(series, workers, told) for name, series in _SERIES.items()}


def away(workers: Sequence[Worker], *, now: float) -> tuple[str, str]:
    """Where the bell was heard by all, and where it was away for any: two paths along one line."""
    heard = _Series(lambda sample: sample.bell, min, min, 1)
    points = _whole(heard, [_points(heard, _moments(worker, now)) for worker in workers])
    return tuple(
        "".join(f"M{x} 0h1" for x, value in sorted(points.items()) if value == wanted)
        for wanted in (1.0, 0.0)
    )  # type: ignore[return-value]


def _plot(series: _Series, workers: Sequence[Worker], told: Sequence[_Moments]) -> Plot:
    each = [_points(series, moments) for moments in told]
    whole = _whole(series, each)
    most = max(whole.values(), default=None)
    top = _round(max(most or 0.0, series.least))
    shown = each if 1 < len(each) <= LINES else []
    newest = [
        value
        for worker in workers
        if not worker.silent and (value := series.read(worker.samples[-1])) is not None
    ]
    return Plot(
        whole=_path(whole, top),
        each=[_path(points, top) for points in shown],
        top=top,
        now=series.across(newest) if newest else None,
        most=most,
    )


def _moments(worker: Worker, now: float) -> _Moments:
    """The samples of each point."""
    # Whole steps of the clock: else every point would change with each look.
    first = math.ceil(now / _STEP) - WIDTH
    moments: dict[int, list[Sample]] = {}
    for sample in worker.samples:
        x = int(sample.at // _STEP) - first
        if 0 <= x < WIDTH:
            moments.setdefault(x, []).append(sample)
    return moments


def _points(series: _Series, moments: _Moments) -> _Points:
    points = {}
    for x, samples in moments.items():
        values = [value for sample in samples if (value := series.read(sample)) is not None]
        if values:
            points[x] = series.within(values)
    return points


def _whole(series: _Series, each: Sequence[_Points]) -> _Points:
    moments = sorted({x for points in each for x in points})
    return {x: series.across(points[x] for points in each if x in points) for x in moments}


def _path(points: _Points, top: float) -> str:
    """A line through the points, broken where there are none."""
    path: list[str] = []
    last = None
    for x, value in sorted(points.items()):
        y = round(HEIGHT * (1 - min(value / top, 1)), 1)
        path.append(f"{'L' if last == x - 1 else 'M'}{x} {y:g}")
        if last != x - 1:
            path.append("h0")  # a point that stands alone is seen too
        last = x
    return "".join(path)


def _round(value: float) -> float:
    """The next of 1, 2, 5, 10, 20 ..."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 5, 10) if value <= step * power * 1.0001)
