"""Turns cut into updates: whole paragraphs, few enough words to be read while they matter."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from hub.domain.words import TEXT_LIMIT, fold
from hub.replay.paragraph import Paragraph
from hub.replay.transcript import Transcript

UPDATE_WORDS = 120
QUESTION_MARK = "**Q** "
_GAP = "\n\n"
_ROOM = TEXT_LIMIT - len(QUESTION_MARK) - len(_GAP)
# Where a paragraph that is too long may be cut: after a sentence, or else after a word.
_CUTS = (re.compile(r"[.!?…][”\"’)\]*_]*\s+"), re.compile(r"\s+"))


@dataclass(frozen=True, slots=True)
class Portion:
    """Paragraphs that make one update. Nobody speaks a preface: no speaker and no question.

    `turn` counts the turns; a long one makes several portions.
    """

    speaker: str | None
    paragraphs: tuple[Paragraph, ...]
    is_question: bool
    turn: int = -1

    @property
    def words(self) -> int:
        """How many words were said, at least one."""
        return max(1, _words(self.paragraphs))

    @property
    def said(self) -> str:
        """The text as it was first said, Markdown."""
        return self._mark + self.spoken

    @property
    def meant(self) -> str:
        """The text with every official correction in place, Markdown."""
        return self._mark + self.corrected

    @property
    def spoken(self) -> str:
        """As said, without the mark of a question."""
        return _joined(paragraph.said for paragraph in self.paragraphs)

    @property
    def corrected(self) -> str:
        """As meant, without the mark of a question."""
        return _joined(p.said if p.meant is None else p.meant for p in self.paragraphs)

    @property
    def _mark(self) -> str:
        return QUESTION_MARK if self.is_question else ""


def _joined(texts: Iterable[str]) -> str:
    return _GAP.join(filter(None, texts))


def portions(transcript: Transcript) -> Iterator[Portion]:
    """The updates of a transcript, in order."""
    names = spellings(transcript)
    for words in transcript.preface:
        yield from _unspoken(words)
    for number, turn in enumerate(transcript.turns):
        speaker = names[turn.speaker] if turn.speaker else None
        short = [part for whole in turn.paragraphs for part in _short_enough(whole)]
        for group in _groups(short):
            yield Portion(speaker, group, is_question=speaker is None, turn=number)
    for words in transcript.afterword:
        yield from _unspoken(words)


def spellings(transcript: Transcript) -> dict[str, str]:
    """Each speaker as first spelt: the hub takes `FERNANDEZ` and `FERNÁNDEZ` for one person."""
    first: dict[str, str] = {}
    names = [turn.speaker for turn in transcript.turns if turn.speaker]
    return {name: first.setdefault(fold(name), name) for name in names}


def _unspoken(words: str) -> Iterator[Portion]:
    for part in _short_enough(Paragraph(words)):
        yield Portion(None, (part,), is_question=False)


def _groups(paragraphs: Sequence[Paragraph]) -> Iterator[tuple[Paragraph, ...]]:
    group: list[Paragraph] = []
    for paragraph in paragraphs:
        grown = [*group, paragraph]
        if group and (_words(grown) > UPDATE_WORDS or sum(map(_length, grown)) > _ROOM):
            yield tuple(group)
            grown = [paragraph]
        group = grown
    if group:
        yield tuple(group)


def _words(group: Sequence[Paragraph]) -> int:
    return sum(len(paragraph.said.split()) for paragraph in group)


def _length(paragraph: Paragraph) -> int:
    return max(len(paragraph.said), len(paragraph.meant or "")) + len(_GAP)


def _short_enough(paragraph: Paragraph) -> Iterator[Paragraph]:
    """The paragraph, cut where it must be if it is longer than the hub takes."""
    while _length(paragraph) > _ROOM and len(paragraph.said) > 1:
        cut = _cut(paragraph)
        yield paragraph.part(0, cut)
        paragraph = paragraph.part(cut, len(paragraph.said))
    if paragraph.said:
        yield paragraph


def _cut(paragraph: Paragraph) -> int:
    for pattern in _CUTS:
        ends = [match.end() for match in pattern.finditer(paragraph.said, 0, _ROOM)]
        for end in reversed(ends):
            # Not inside corrected words: their correction would be lost.
            whole = not any(c.at < end < c.at + len(c.said) for c in paragraph.changes)
            if whole and end < len(paragraph.said) and _length(paragraph.part(0, end)) <= _ROOM:
                return end
    return min(_ROOM - len(_GAP), len(paragraph.said) // 2)
