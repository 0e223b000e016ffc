"""How a turn opens in a transcript, and the speaker's name as the room prints it."""

import re
from dataclasses import dataclass

_MARK = r"[*_]{0,3}"
_BLANK = r"(?=\s|$)"
_QUESTION = re.compile(
    rf"\s*{_MARK}(?:Q(?:{_MARK}[:.]?{_MARK}|[:.]{_MARK})"
    rf"|(?:QUESTION|REPORTER|PRESS){_MARK}:{_MARK}){_BLANK}"
)
# The blank after the colon is sometimes forgotten; `HTTP://` and `10:30` are no names.
_NAMED = re.compile(
    rf"\s*{_MARK}(?P<label>[^\W\d_][^:\n]{{1,89}}?){_MARK}\s?:{_MARK}(?=\s|$|[^\W\d_]|[“\"(—])"
)
_TITLE = r"(?:MS|MR|MRS|DR|SEC|GEN|AMB|SEN|REP|GOV)\.?"
# `MS. NAME   Words`: the colon forgotten, the gap still there.
_TITLED = re.compile(
    rf"\s*{_MARK}(?P<label>{_TITLE}\s(?:Mc|Mac|de|O['’])?[^\W\d_a-z][A-ZÀ-Þ'’.-]+){_MARK}[;\s]\s+"
)
# Openers so plain that they count on any line, not only where a paragraph begins.
_PLAIN = re.compile(rf"\s*{_MARK}(?:Q[\s]{{2,}}\S|{_TITLE}\s[A-ZÀ-Þ][A-ZÀ-Þ'’. -]+{_MARK}:\s)")

_PARTICLES = {"de", "la", "le", "du", "da", "di", "del", "van", "von", "der", "den", "el", "al"}
_PARTICLES |= {"bin", "and", "of", "the", "for", "y"}
_PREFIX = re.compile(r"(?:Mc|Mac|De|Di|Du|La|Le|Van|O['’]|[dd][’'])(?=[A-ZÀ-Þ]{2})")
_DIRECTION = re.compile(r"\s*(\([^()#\d]*\))\s*$")
_NUMBER = re.compile(r"\(?#?\d+\)?")
_ROLES = {"OFFICIAL", "OFFICIALS", "MODERATOR", "OPERATOR", "AIDE", "STAFF", "STAFFER"}
_ROLES |= {"PARTICIPANT", "INTERPRETER", "SPEAKER"}
_TITLES = {"MS", "MR", "MRS", "DR", "SECRETARY", "GENERAL", "ADMIRAL", "AMBASSADOR", "THE"}
_NUMERALS = {"II", "III", "IV"}


@dataclass(frozen=True, slots=True)
class Opening:
    """Who begins to speak (None: the floor), and what stands after the name."""

    speaker: str | None
    rest: str


def opening(text: str) -> Opening | None:
    """The opening of a turn, when this paragraph is one."""
    if match := _QUESTION.match(text):
        return Opening(None, text[match.end() :])
    if (match := _NAMED.match(text)) and _is_label(_DIRECTION.sub("", match["label"])):
        label, direction = match["label"], ""
        if aside := _DIRECTION.search(label):
            # `PRESIDENT NAME (in Spanish): Words`: the direction is no part of the name.
            label, direction = label[: aside.start()], aside[1] + " "
        return Opening(speaker_name(label), direction + text[match.end() :])
    if match := _TITLED.match(text):
        return Opening(speaker_name(match["label"]), text[match.end() :])
    return None


def opens_plainly(line: str) -> bool:
    """Whether a turn opens on this line even if the line before does not end a paragraph."""
    return _PLAIN.match(line) is not None


def speaker_name(label: str) -> str:
    """`MS. JEAN-PIERRE` as `Ms. Jean-Pierre`, `SENIOR OFFICIAL` as `Senior official`."""
    words = label.split()
    bare = {word.strip(".,()").upper() for word in words}
    if bare & _ROLES and not bare & _TITLES:
        return " ".join(words).capitalize()
    return " ".join(_capitalised(word) for word in words)


def on_background(speaker: str) -> bool:
    """Whether this name stands for officials who speak on background."""
    words = speaker.lower().split()
    return bool(words) and words[0] == "senior" and "official" in [w.strip(",.") for w in words]


def attribution(speaker: str) -> str:
    """How an official on background is attributed: the function, without a number."""
    return "a " + " ".join(w for w in speaker.lower().split() if not _NUMBER.fullmatch(w))


def _is_label(label: str) -> bool:
    words = label.split()
    if not words or len(words) > 10:
        return False
    capitals = [word for word in words if _in_capitals(word)]
    return (
        all(w in capitals or w in _PARTICLES or _NUMBER.fullmatch(w) for w in words)
        and words[0] not in _PARTICLES
        and sum(c.isalpha() for word in capitals for c in word) > 1
    )


def _in_capitals(word: str) -> bool:
    letters = [c for c in _PREFIX.sub("", word.strip("(),.")) if c.isalpha()]
    return bool(letters) and all(c.isupper() for c in letters)


def _capitalised(word: str) -> str:
    if word in _PARTICLES or word.strip(",.()").upper() in _NUMERALS:
        return word
    if prefix := _PREFIX.match(word):
        return prefix[0] + _capitalised(word[prefix.end() :])
    parts = re.split(r"([-‑–/’'(])", word.lower())
    name = "".join(part.capitalize() for part in parts)
    name = re.sub(r"(?<=[’'])S\b", "s", name)
    return re.sub(r"^Mc([a-zà-ÿ])", lambda match: "Mc" + match[1].upper(), name)
