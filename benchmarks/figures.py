"""Single figures out of many runs: the middle of the rounds, and ratios taken round by round."""

from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any

Run = Mapping[str, Any]
Key = str | Callable[[Run], float]


class Figures:
    """All runs of one programme."""

    def __init__(self, runs: Sequence[Run]) -> None:
        self._runs = [run for run in runs if "failed" not in run]

    def runs(self, case: str, peer: str) -> list[Run]:
        """In the order of their rounds."""
        return [run for run in self._runs if (run["case"], run["peer"]) == (case, peer)]

    def middle(self, case: str, peer: str, key: Key) -> float | None:
        """The median of the rounds; None: not measured."""
        found = [_value(run, key) for run in self.runs(case, peer)]
        return median(found) if found else None

    def worst(self, case: str, peer: str, key: Key) -> float | None:
        """The largest of the rounds; None: not measured."""
        found = [_value(run, key) for run in self.runs(case, peer)]
        return max(found) if found else None

    def ratio(self, case: str, key: Key, *, of: str, to: str) -> float | None:
        """Median of the ratios within each round: what slowed both down is not in it."""
        others = {run["round"]: _value(run, key) for run in self.runs(case, to)}
        pairs = [
            _value(run, key) / others[run["round"]]
            for run in self.runs(case, of)
            if others.get(run["round"])
        ]
        return median(pairs) if pairs else None


def _value(run: Run, key: Key) -> float:
    """`key`: a name, or names joined by points."""
    if callable(key):
        return key(run)
    value: Any = run
    for name in key.split("."):
        value = value[name]
    return float(value)
