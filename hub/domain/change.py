"""What a correction changed, word by word."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

CONTEXT = 14
"""Words shown on either side of a change."""

PAIRS = 40_000
"""Words before times words after that are compared one by one. It takes up to a tenth of a second,
and four times as many up to a whole one."""

_TOKEN = re.compile(r"\S+\s*|\s+")
_ENDS = re.compile(r"[.!?:;…][\"'’”»)]*\s+$|\n")

_Block = tuple[int, int, int, int]
"""The words i to j before have become the words k to m after."""


@dataclass(frozen=True, slots=True)
class Span:
    """A run of words: kept, changed, or left out of the excerpt."""

    kind: Literal["same", "changed", "left_out"]
    text: str = ""


def changes(before: str, after: str) -> tuple[list[Span], list[Span]]:
    """Plain text before and after as excerpts around what changed."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    was: list[Span] = []
    now: list[Span] = []
    i = k = 0
    for begin, end, start, stop in _changed(old, new):
        spans = _excerpt(old[i:begin], first=(i, k) == (0, 0))
        was += [*spans, *_words(old[begin:end])]
        now += [*spans, *_words(new[start:stop])]
        i, k = end, stop
    rest = _excerpt(old[i:], first=(i, k) == (0, 0), last=True)
    return was + rest, now + rest


def _words(words: Sequence[str]) -> list[Span]:
    return [Span("changed", "".join(words))] if words else []


def _changed(old: Sequence[str], new: Sequence[str]) -> list[_Block]:
    if len(old) * len(new) <= PAIRS:
        return _compared(old, new)
    # First the sentences, then the words of those that have changed; where they are many together,
    # it was written anew.
    before, after = _sentences(old), _sentences(new)
    if len(before) * len(after) > PAIRS:
        return [(0, len(old), 0, len(new))]
    starts, begins = _starts(before), _starts(after)
    found: list[_Block] = []
    for a, b, c, d in _compared(before, after):
        i, j, k, m = starts[a], starts[b], begins[c], begins[d]
        inside = [(0, j - i, 0, m - k)]
        if (j - i) * (m - k) <= PAIRS:
            inside = _compared(old[i:j], new[k:m])
        found += [(i + p, i + q, k + r, k + s) for p, q, r, s in inside]
    return found


def _compared(old: Sequence[str], new: Sequence[str]) -> list[_Block]:
    blocks = difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes()
    return [place for tag, *place in blocks if tag != "equal"]  # type: ignore[misc]


def _sentences(words: Sequence[str]) -> list[str]:
    sentences = [""]
    for word in words:
        sentences[-1] += word
        if _ENDS.search(word):
            sentences.append("")
    return sentences if sentences[-1] else sentences[:-1]


def _starts(sentences: Sequence[str]) -> list[int]:
    """The number of the first word of each, and behind the last one the number of words."""
    lengths = (len(_TOKEN.findall(sentence)) for sentence in sentences)
    return list(accumulate(lengths, initial=0))


def _excerpt(words: Sequence[str], *, first: bool, last: bool = False) -> list[Span]:
    lead = 0 if first else CONTEXT
    tail = 0 if last else CONTEXT
    if not words:
        return []
    if len(words) <= lead + tail:
        return [Span("same", "".join(words))]
    spans = []
    if lead:
        spans.append(Span("same", "".join(words[:lead])))
    spans.append(Span("left_out"))
    if tail:
        spans.append(Span("same", "".join(words[-tail:])))
    return spans
