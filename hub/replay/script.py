"""A transcript as timed acts: what is published when, and what is corrected seconds later."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from zlib import crc32

from hub.domain.question import QUESTION_LIMIT
from hub.domain.words import NAME_LIMIT, NOTICE_LIMIT, fold
from hub.replay.acts import Act, Correct, Kind, Pause, Publish, Resume, Retract, Terms
from hub.replay.floor import Asked, fitting, floor_acts, plain
from hub.replay.openers import attribution, on_background
from hub.replay.portions import Portion, portions, spellings
from hub.replay.transcript import Transcript

__all__ = ["Act", "Correct", "Kind", "Pause", "Publish", "Resume", "Retract", "Terms"]
__all__ += ["Script", "script", "slug_of"]

WORDS_A_MINUTE = 150
SLUG_LIMIT = 60
# Longer than a correction waits, so that the last words can be corrected before the close.
LAST_PAUSE = 10.0
CORRECTION_AFTER = (4.0, 9.0)


@dataclass(frozen=True, slots=True)
class Timed:
    """A portion and when its last word is said, in seconds from the start."""

    key: str
    at: float
    portion: Portion


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A briefing to be played: its acts in the order of time, then the close."""

    slug: str
    title: str
    place: str
    zone: str
    starts_at: datetime | None
    speakers: tuple[str, ...]
    acts: tuple[Act, ...]
    duration_seconds: float


def script(transcript: Transcript, *, slug: str | None = None, asked: bool = True) -> Script:
    """The acts of a transcript, paced by its own clock, or by 150 words a minute without one.

    Its questions are asked from the room; or else (`asked`) they are notes, as what was said.
    """
    updates = list(portions(transcript))
    words = max(1, sum(update.words for update in updates))
    duration = _duration(transcript, words)
    seconds_a_word = (duration - min(LAST_PAUSE, duration / 6)) / words
    timed: list[Timed] = []
    said = 0
    for number, update in enumerate(updates, start=1):
        said += update.words
        timed.append(Timed(f"{number:04}", said * seconds_a_word, update))
    acts = _questions_and_answers(timed, duration) if asked else _words(timed, duration)
    return Script(
        slug=slug or slug_of(transcript.title, transcript.date),
        title=_shortened(transcript.title, NAME_LIMIT),
        place=_shortened(transcript.place, NAME_LIMIT),
        zone=transcript.zone,
        starts_at=transcript.starts_at,
        speakers=tuple(dict.fromkeys(spellings(transcript).values())),
        acts=tuple(sorted(acts, key=lambda act: act.at)),
        duration_seconds=duration,
    )


def slug_of(title: str, day: date | None) -> str:
    """An address in ASCII letters, digits and hyphens, with the day; at most 60 characters."""
    ending = f"-{day.isoformat()}" if day else ""
    plain = re.sub(r"[^a-z0-9]+", "-", re.sub(r"[’']", "", fold(title))).strip("-")
    room = SLUG_LIMIT - len(ending)
    if len(plain) > room:
        plain = plain[: room + 1].rsplit("-", 1)[0][:room]
    return (plain or "briefing") + ending


def _duration(transcript: Transcript, words: int) -> float:
    if transcript.starts_at and transcript.ends_at:
        return (transcript.ends_at - transcript.starts_at).total_seconds()
    return words * 60 / WORDS_A_MINUTE + LAST_PAUSE


def _questions_and_answers(timed: Sequence[Timed], close: float) -> list[Act]:
    questions = []
    spoken = []
    for _, group in groupby(timed, key=lambda one: (one.portion.turn, one.portion.is_question)):
        turn = list(group)
        if not turn[0].portion.is_question:
            spoken += turn
            continue
        said = plain(" ".join(one.portion.spoken for one in turn))
        meant = plain(" ".join(one.portion.corrected for one in turn)) or said
        at = round(turn[-1].at, 3)
        questions.append(Asked(f"q{turn[0].key}", at, fitting(said), fitting(meant)))
        if len(said) > QUESTION_LIMIT:
            # All of it stands in the feed, as it was said.
            spoken += turn
    words = _words(spoken, close)
    published = [act for act in words if isinstance(act, Publish)]
    others = [act for act in words if not isinstance(act, Publish)]
    return [*floor_acts(questions, published), *others]


def _words(timed: Sequence[Timed], close: float) -> list[Act]:
    return [act for one in timed for act in _acts(one.portion, key=one.key, at=one.at, close=close)]


def _acts(update: Portion, *, key: str, at: float, close: float) -> Iterator[Act]:
    speaker = update.speaker
    background = speaker is not None and on_background(speaker)
    yield Publish(
        at=round(at, 3),
        key=key,
        text=update.said,
        kind="note" if speaker is None else "statement",
        speaker=speaker,
        terms="background" if background else "record",
        attribution=attribution(speaker) if speaker and background else None,
    )
    if update.meant not in ("", update.said):
        shortest, longest = CORRECTION_AFTER
        wait = shortest + (longest - shortest) * crc32(key.encode()) / 0xFFFFFFFF
        at = round(min(at + wait, close), 3)
        yield Correct(at=at, key=key, text=update.meant, note=_note(update))


def _note(update: Portion) -> str:
    changes = dict.fromkeys((c.said, c.meant) for p in update.paragraphs for c in p.changes)
    sentences = (
        f"“{said}” should read “{meant}”." if meant else f"“{said}” is taken out."
        for said, meant in changes
    )
    return _shortened(" ".join(sentences), NOTICE_LIMIT)


def _shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rsplit(" ", 1)[0] + "…"
