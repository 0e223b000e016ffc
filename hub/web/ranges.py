"""Which parts of a file are asked for: conditions and ranges (RFC 9110, 13 and 14)."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.datastructures import Headers

MOST = 16
"""Ranges of one request; who asks for more is sent the whole file."""

_DIGITS = 18
_RANGE = re.compile(rf"(\d{{0,{_DIGITS}}})-(\d{{0,{_DIGITS}}})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be answered: the status, and for 206 the ranges as [start, stop)."""

    status: int
    ranges: Sequence[tuple[int, int]] = ()


def asked(headers: Headers, *, tag: str, size: int) -> Asked:
    """What these headers ask of a file with this strong entity tag, in quotes."""
    if (wanted := headers.get("if-match")) is not None and not _matches(wanted, tag):
        return Asked(412)
    if (known := headers.get("if-none-match")) is not None and _matches(known, tag, weak=True):
        return Asked(304)
    given = headers.get("range")
    # A date, or another file's tag: half of this file after half of that would be neither.
    if given is None or headers.get("if-range", tag).strip() != tag:
        return Asked(200)
    ranges = _ranges(given, size)
    if ranges is None:
        return Asked(200)
    return Asked(206, ranges) if ranges else Asked(416)


def _matches(listed: str, tag: str, *, weak: bool = False) -> bool:
    tags = [one.strip() for one in listed.split(",")]
    if weak:
        tags = [one.removeprefix("W/") for one in tags]
    return "*" in tags or tag in tags


def _ranges(given: str, size: int) -> Sequence[tuple[int, int]] | None:
    """Those that can be satisfied, in the order asked for; None: the header says nothing."""
    unit, _, listed = given.partition("=")
    parts = [part.strip() for part in listed.split(",") if part.strip()]
    if unit.strip().lower() != "bytes" or not 0 < len(parts) <= MOST:
        return None
    found = []
    for part in parts:
        match = _RANGE.fullmatch(part)
        if match is None or match.groups() == ("", ""):
            return None
        first, last = match.groups()
        if first and last and int(last) < int(first):
            return None
        start = int(first) if first else max(size - int(last), 0)
        stop = min(int(last) + 1, size) if first and last else size
        if start < stop:
            found.append((start, stop))
    # Overlapping ones would have us send more than there is.
    ordered = sorted(found)
    apart = all(one[1] <= next_[0] for one, next_ in itertools.pairwise(ordered))
    return found if apart else None
