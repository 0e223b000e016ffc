"""The questions of a transcript as acts: asked ahead, approved, called when their turn comes, and
answered by what follows, or taken where the answer says so."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from zlib import crc32

from hub.domain.question import QUESTION_LIMIT
from hub.replay.acts import Act, Approve, Ask, Call, Edit, Merge, Publish, Take
from hub.replay.room import ASKERS

LEAD = (40.0, 150.0)
"""How long before its turn a question is asked, in seconds."""

OPEN_AT_ONCE = 2 * len(ASKERS)
"""Nobody waits with more than two: the briefing's limits are not what a replay tries."""

DEPARTMENT = "Press Office"

_PROMISE = re.compile(
    r"\b(?:get|come) back to you\b|\btake that question\b|\bget an answer (?:back )?to you\b", re.I
)
_ESCAPE = re.compile(r"\\([^\w\s])")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the floor: when it was put, and how it reads after official corrections."""

    key: str
    at: float
    words: str
    meant: str


def plain(markdown: str) -> str:
    """The words on one line, without Markdown's escapes."""
    return " ".join(_ESCAPE.sub(r"\1", markdown).split())


def fitting(words: str) -> str:
    """The words of a question, shortened to what may be asked in writing."""
    if len(words) <= QUESTION_LIMIT:
        return words
    return words[: QUESTION_LIMIT - 1].rsplit(" ", 1)[0] + "…"


def floor_acts(questions: Sequence[Asked], published: Sequence[Publish]) -> list[Act]:
    """What is published, with every answer at its question, and all that becomes of these; of
    acts at one time the first comes first.

    A question that the next one cuts short is asked together with it.
    """
    answers: dict[str, Publish] = {}
    acts: list[Act] = []
    for number, question in enumerate(questions):
        earliest = questions[number - OPEN_AT_ONCE].at if number >= OPEN_AT_ONCE else 0.0
        acts += _asked(question, number, earliest)
    for question, following in zip_longest(questions, questions[1:]):
        said = _said(published, question, following)
        if following and not said:
            acts.append(Merge(at=following.at, key=question.key, into=following.key))
            continue
        acts.append(Call(at=question.at, key=question.key))
        promise = next((one for one in said if _PROMISE.search(one.text)), None)
        if promise:
            acts.append(Take(at=promise.at, key=question.key, department=DEPARTMENT))
        elif said:
            answers[said[0].key] = replace(said[0], answers=question.key)
    return [*(answers.get(update.key, update) for update in published), *acts]


def _asked(question: Asked, number: int, earliest: float) -> Iterator[Act]:
    shortest, longest = LEAD
    lead = shortest + (longest - shortest) * crc32(question.key.encode()) / 0xFFFFFFFF
    at = max(earliest, question.at - lead)
    left = question.at - at
    asker = ASKERS[number % len(ASKERS)].name
    yield Ask(at=round(at, 3), key=question.key, words=question.words, asker=asker)
    if question.meant != question.words:
        yield Edit(at=round(at + left / 4, 3), key=question.key, words=question.meant)
    yield Approve(at=round(at + left / 2, 3), key=question.key)


def _said(
    published: Sequence[Publish], question: Asked, following: Asked | None
) -> Sequence[Publish]:
    """What somebody said between a question and the next one."""
    return [
        one
        for one in published
        if one.speaker is not None
        and question.at < one.at
        and (following is None or one.at < following.at)
    ]
