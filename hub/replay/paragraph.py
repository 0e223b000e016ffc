"""Markdown paragraphs of a transcript: wrapped lines joined, corrections taken apart."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from hub.replay.clock import clock_time
from hub.replay.openers import opening, opens_plainly

_LINE_END = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Not the joiners U+200C and U+200D: some scripts are misspelt without them.
_ZERO_WIDTH = re.compile("[\u00ad\u200b\u200e\u200f\u2060\u2066-\u2069\ufeff]")
_NOT_SHOWN = {"Cc", "Cs", "Co", "Cn"}
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"</?(?:u|b|i|em|strong|span|sup|sub|p|div|font)(?:\s[^<>]*)?>", re.I)
_BREAK_TAG = re.compile(r"<br\s*/?>", re.I)
_HARD_BREAK = re.compile(r"(?:  |\\)$")
_SENTENCE_END = re.compile(r"[.!?:;…—–)\]”\"’*_][\s\\]*$")
_ADDRESS_WORDS = 6
_LIST_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,2}[.)])\s+\S")

_STRUCK_TAG = re.compile(r"(\s*)<(/?)(?:s|del|strike)>(\s*)", re.I)
_NOTHING_STRUCK = re.compile(r"<s></s>")
_STRUCK = re.compile(r"<s>(?P<said>(?:(?!<s>).)+?)</s>|~~(?P<tilde>[^~]+)~~", re.DOTALL)
_MEANT = re.compile(r"\s*\\?\[(?P<meant>[^\[\]]*?)\\?\](?!\()")
_STRAY = re.compile(r"</?s>")


@dataclass(frozen=True, slots=True)
class Change:
    """Words that were corrected: `said`, from the character `at` on, was meant as `meant`."""

    at: int
    said: str
    meant: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Markdown as it was first said, and the official corrections in it, in their order."""

    said: str
    changes: tuple[Change, ...] = ()

    @property
    def meant(self) -> str | None:
        """The corrected words; None where nothing was corrected."""
        if not self.changes:
            return None
        pieces, end = [], 0
        for change in self.changes:
            pieces += [self.said[end : change.at], change.meant]
            end = change.at + len(change.said)
        return re.sub(" {2,}", " ", "".join([*pieces, self.said[end:]])).strip()

    def part(self, start: int, stop: int) -> "Paragraph":
        """The characters from `start` to `stop`, with the corrections that lie in them."""
        start += len(self.said[start:stop]) - len(self.said[start:stop].lstrip())
        return Paragraph(
            self.said[start:stop].rstrip(),
            tuple(
                Change(change.at - start, change.said, change.meant)
                for change in self.changes
                if start <= change.at and change.at + len(change.said) <= stop
            ),
        )


def source_lines(text: str) -> list[str]:
    """The lines of a source: NFC, without what cannot be shown; the blanks are still there."""
    text = _TAG.sub("", _BREAK_TAG.sub("  \n", _COMMENT.sub("", _LINE_END.sub("\n", text))))
    return shown(text).split("\n")


def shown(text: str) -> str:
    """NFC, without characters that are not to be seen."""
    text = _ZERO_WIDTH.sub("", unicodedata.normalize("NFC", text))
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in _NOT_SHOWN)


def one_line(text: str) -> str:
    """The words with single blanks between them."""
    return " ".join(text.split())


def blocks(lines: list[str]) -> Iterator[str]:
    """The paragraphs: soft wraps joined, parted where a hard break ends a sentence or a turn
    opens. List items keep their lines. Blanks inside are as in the source.
    """
    block: list[str] = []
    for line in [*lines, ""]:
        if not line.strip():
            if block:
                yield _joined(block)
            block = []
        elif block and _parts(block[-1], line):
            yield _joined(block)
            block = [line]
        else:
            block.append(line)


def paragraph(text: str) -> Paragraph:
    """One paragraph of Markdown with `<s>said</s> \\[meant\\]` taken apart."""
    # Blanks move out of the tags, so that taking the tags away leaves one blank, not two.
    marked = _STRUCK_TAG.sub(lambda m: f"{m[1]}{m[3]}</s>" if m[2] else f"{m[1]}{m[3]}<s>", text)
    marked = re.sub(r"(\s+)</s>", r"</s>\1", marked)
    marked = _blanks_cleaned(_NOTHING_STRUCK.sub("", marked))
    said, changes, end = "", [], 0
    while match := _STRUCK.search(marked, end):
        said += _STRAY.sub("", marked[end : match.start()])
        words = match["said"] or match["tilde"]
        meant = _MEANT.match(marked, match.end())
        end = meant.end() if meant else match.end()
        meant_words = meant["meant"].strip() if meant else ""
        if meant_words != words:
            changes.append(Change(len(said), words, meant_words))
        said += words
    return Paragraph(said + _STRAY.sub("", marked[end:]), tuple(changes))


def _parts(before: str, line: str) -> bool:
    if opens_plainly(line):
        return True
    if not _HARD_BREAK.search(before):
        return False
    # A hard break in mid sentence is the typist's, not the speaker's; short lines are an address.
    address = len(before.split()) <= _ADDRESS_WORDS and line.lstrip()[:1].isupper()
    ends = address or _SENTENCE_END.search(before)
    return bool(ends or opening(line) or clock_time(one_line(line)))


def _joined(block: list[str]) -> str:
    lines = [re.sub(r"\\$", "", line).strip(" \t") for line in block]
    if not _LIST_ITEM.match(lines[0]):
        return " ".join(lines)
    return "".join(
        ("\n" if i and _LIST_ITEM.match(line) else " " if i else "") + line
        for i, line in enumerate(lines)
    )


def _blanks_cleaned(text: str) -> str:
    return "\n".join(one_line(line) for line in text.split("\n") if line.strip())
