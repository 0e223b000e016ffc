"""What a correction changed, word by word."""

import difflib
import re
from dataclasses import dataclass
from typing import Literal

CONTEXT = 14
"""Words shown on either side of a change."""

_TOKEN = re.compile(r"\S+\s*|\s+")


@dataclass(frozen=True, slots=True)
class Span:
    """A run of words: kept, changed, or left out of the excerpt."""

    kind: Literal["same", "changed", "left_out"]
    text: str = ""


def changes(before: str, after: str) -> tuple[list[Span], list[Span]]:
    """Plain text before and after as excerpts around what changed."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    blocks = difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes()
    was: list[Span] = []
    now: list[Span] = []
    for at, (tag, i, j, k, m) in enumerate(blocks):
        if tag == "equal":
            spans = _excerpt(old[i:j], first=at == 0, last=at == len(blocks) - 1)
            was += spans
            now += spans
            continue
        if i < j:
            was.append(Span("changed", "".join(old[i:j])))
        if k < m:
            now.append(Span("changed", "".join(new[k:m])))
    return was, now


def _excerpt(words: list[str], *, first: bool, last: bool) -> list[Span]:
    lead = 0 if first else CONTEXT
    tail = 0 if last else CONTEXT
    if len(words) <= lead + tail:
        return [Span("same", "".join(words))]
    spans = []
    if lead:
        spans.append(Span("same", "".join(words[:lead])))
    spans.append(Span("left_out"))
    if tail:
        spans.append(Span("same", "".join(words[-tail:])))
    return spans
