"""A transcript as data: who said what, and what was officially corrected."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime

from hub.replay.clock import ClockTime, clock_time, date_in, session_times
from hub.replay.front_matter import read_front_matter
from hub.replay.openers import opening
from hub.replay.paragraph import Change, Paragraph, blocks, one_line, paragraph, shown, source_lines

__all__ = ["Change", "Paragraph", "Transcript", "TranscriptError", "Turn", "read_transcript"]

_RULE = re.compile(r"(?:\\?[*_#-]\s?){3,}|\W{0,3}(?:END|30)\W{0,3}")
_HEADING = re.compile(r"#{1,6} (?P<words>.+?) ?#*")
_PLACE_WORDS = 12


class TranscriptError(ValueError):
    """This is no transcript. Says in one line where it fails and what to do."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker said without interruption; None is a question from the floor."""

    speaker: str | None
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Transcript:
    """A briefing as it was written down.

    `zone` is an IANA name. `starts_at` and `ends_at` are aware, and None where the source does
    not say. `preface` and `afterword` stand outside the turns: they were not spoken.
    """

    title: str
    place: str
    date: date | None
    zone: str
    starts_at: datetime | None
    ends_at: datetime | None
    turns: tuple[Turn, ...]
    preface: tuple[str, ...] = ()
    afterword: tuple[str, ...] = ()


def read_transcript(text: str | bytes, *, name: str) -> Transcript:
    """Reads Markdown; bytes as UTF-8. `name` is the file's, for messages and what is missing.

    Raises TranscriptError where it is not text, or nobody speaks.
    """
    lines = source_lines(_decoded(text, name))
    front = read_front_matter(lines)
    body = _Body()
    for block in blocks(lines[front.lines :]):
        body.add(block)
    if not body.turns:
        raise TranscriptError(
            f"{name}, line {front.lines + 1}: no turn begins here or below. Open each turn with "
            "the speaker in capitals and a colon (MS. NAME: ...), or with Q and blanks."
        )
    if body.heading and front.values.get("title"):
        body.preface.insert(0, body.heading)
    title = one_line(shown(front.values.get("title", ""))) or body.heading or _title_in(name)
    dated = [*body.preface, title, front.values.get("date", "")]
    dated += [front.values.get("published_time", ""), name]
    day = next((found for found in map(date_in, dated) if found), None)
    zone, starts_at, ends_at = session_times(day, body.starts, body.ends)
    return Transcript(
        title=title,
        place=", ".join(body.place),
        date=day,
        zone=zone,
        starts_at=starts_at,
        ends_at=ends_at,
        turns=tuple(Turn(speaker, tuple(said)) for speaker, said in body.turns),
        preface=tuple(body.preface),
        afterword=tuple(body.afterword),
    )


@dataclass(slots=True)
class _Body:
    """What follows the front matter, taken in paragraph by paragraph."""

    turns: list[tuple[str | None, list[Paragraph]]] = field(default_factory=list)
    place: list[str] = field(default_factory=list)
    preface: list[str] = field(default_factory=list)
    afterword: list[str] = field(default_factory=list)
    heading: str = ""
    starts: ClockTime | None = None
    ends: ClockTime | None = None
    ends_words: str = ""

    def add(self, block: str) -> None:
        words = one_line(block)
        if not words or _RULE.fullmatch(words):
            return
        if opened := opening(block):
            self._go_on()
            self.turns.append((opened.speaker, []))
            self._say(opened.rest)
        elif not self.turns:
            self._head(words)
        elif clock := clock_time(words):
            self._go_on()
            self.ends, self.ends_words = clock, words
        elif self.ends:
            self.afterword.append(words)
        else:
            self._say(block)

    def _go_on(self) -> None:
        """A time was not the end after all: it and what followed belong to the turn."""
        if self.ends:
            for words in [self.ends_words, *self.afterword]:
                self._say(words)
            self.ends = None
            self.afterword.clear()

    def _say(self, text: str) -> None:
        said = paragraph(text)
        if said.said.strip():
            self.turns[-1][1].append(said)

    def _head(self, words: str) -> None:
        if not self.starts and (clock := clock_time(words)):
            self.starts = clock
        elif not self.heading and (match := _HEADING.fullmatch(words)):
            self.heading = match["words"]
        elif date_in(words) or words.endswith(".") or len(words.split()) > _PLACE_WORDS:
            self.preface.append(words)
        else:
            self.place.append(words)


def _decoded(text: str | bytes, name: str) -> str:
    if isinstance(text, bytes):
        try:
            text = str(text, "utf-8")
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            raise TranscriptError(
                f"{name}, line {line}: these bytes are not UTF-8 text. Save the file as UTF-8."
            ) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise TranscriptError(
            f"{name}, line {line}: this is not text. Give a transcript in Markdown, as UTF-8."
        )
    return text


def _title_in(name: str) -> str:
    stem = re.sub(r"\.\w{1,4}$", "", name.replace("\\", "/").rsplit("/", 1)[-1])
    words = one_line(re.sub(r"[-_]+", " ", re.sub(r"\d{4}-\d{2}-\d{2}", " ", stem)))
    return (words[:1].upper() + words[1:]) or "Briefing"
