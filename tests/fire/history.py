"""The checker: what was acknowledged, what the record holds, what each reader was sent.

It knows nothing of how any of it came about. An act is a word that stands in exactly one
update's text, so that the same update is known again in the record and at every reader.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Got(NamedTuple):
    """An event came down the socket. `act`: the first act that its words name."""

    n: int
    act: str | None


class Loaded(NamedTuple):
    """A page was loaded, on which everything up to `n` stands. `anew`: of another epoch, or the
    first one of all."""

    n: int
    anew: bool


Step = Got | Loaded
Record = Sequence[tuple[int, str | None]]
"""Number and act, in the order of the numbers; None for an event that is nobody's words."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Each fault in words, with who saw it. All empty: it was right."""

    lost: tuple[str, ...] = ()
    duplicated: tuple[str, ...] = ()
    out_of_order: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()


RIGHT = Verdict()


def judge(
    *,
    acknowledged: Mapping[str, int],
    attempted: Collection[str],
    record: Record,
    readers: Mapping[str, Sequence[Step]],
) -> Verdict:
    """`acknowledged`: the number that each answered act was given. What was attempted and never
    answered may be in the record or not."""
    faults = list(_in_record(acknowledged, attempted, record))
    kept = dict(record)
    for name, steps in readers.items():
        faults += [(kind, f"{name}: {what}") for kind, what in _at_reader(steps, kept)]
    return Verdict(
        **{
            kind: tuple(what for found, what in faults if found == kind)
            for kind in ("lost", "duplicated", "out_of_order", "unexpected")
        }
    )


def _in_record(
    acknowledged: Mapping[str, int], attempted: Collection[str], record: Record
) -> Iterator[tuple[str, str]]:
    numbers = [n for n, _ in record]
    if numbers != sorted(numbers):
        yield "out_of_order", "record: the numbers do not rise"
    for n, times in Counter(numbers).items():
        if times > 1:
            yield "duplicated", f"record: number {n}"
    for n in sorted(set(range(1, max(numbers, default=0) + 1)) - set(numbers)):
        yield "lost", f"record: number {n}"
    acts = Counter(act for _, act in record if act is not None)
    for act, times in acts.items():
        if times > 1:
            yield "duplicated", f"record: {act}"
        if act not in attempted:
            yield "unexpected", f"record: {act} was never published"
    kept = {act: n for n, act in record}
    for act, n in acknowledged.items():
        if act not in acts:
            yield "lost", f"record: {act} was acknowledged as {n}"
        elif kept[act] != n:
            yield "unexpected", f"record: {act} was acknowledged as {n} and stands as {kept[act]}"


def _at_reader(steps: Sequence[Step], kept: Mapping[int, str | None]) -> Iterator[tuple[str, str]]:
    began = max((at for at, step in enumerate(steps) if isinstance(step, Loaded) and step.anew))
    first = steps[began]
    cursor = covered = first.n
    seen: set[int] = set()
    missing: set[int] = set()
    for step in steps[began + 1 :]:
        match step:
            case Loaded(n):
                # The page shows what the socket no longer tells.
                if n < cursor:
                    yield "unexpected", f"a page of {n} after {cursor}"
                missing = {lacking for lacking in missing if lacking > n}
                covered = max(covered, n)
                cursor = max(cursor, n)
            case Got(n, act):
                if n in seen or n <= covered:
                    yield "duplicated", str(n)
                elif n <= cursor:
                    yield "out_of_order", f"{n} after {cursor}"
                    missing.discard(n)
                missing.update(range(cursor + 1, n))
                cursor = max(cursor, n)
                seen.add(n)
                if n not in kept:
                    yield "unexpected", f"{n} is not in the record"
                elif kept[n] is not None and act != kept[n]:
                    yield "unexpected", f"{n} says {act} where the record says {kept[n]}"
    missing.update(range(cursor + 1, max(kept, default=0) + 1))
    yield from (("lost", str(n)) for n in sorted(missing))
