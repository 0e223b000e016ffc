"""Likely duplicates of a question, and what has said it already: found as it arrives, for the desk
to merge or to leave."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import chain, groupby
from math import log

from hub.domain.words import fold

LIKELY = 0.4  # the score from which a question is shown as a likely duplicate
SAID = 0.6  # the part of a question from which a paragraph is shown as saying it already


@dataclass(frozen=True, slots=True)
class Terms:
    """What a question can be compared by, folded: `spelled` has each term as first written, `names`
    the place of the name it is a word of, `firm` those alike in every language."""

    language: str
    spelled: Mapping[str, str]
    names: Mapping[str, int]
    firm: frozenset[str]


@dataclass(frozen=True, slots=True)
class Twin:
    """A question that likely asks the same, or an update that says it; how likely from 0 to 1, and
    by which words."""

    ref: str
    score: float
    shared: tuple[str, ...]


def twins(own: Terms, others: Sequence[tuple[str, Terms]], *, most: int = 3) -> list[Twin]:
    """The likely duplicates of a question among others, each with its ref, best first.

    Words are compared, not meaning. It cannot know synonyms ("reopen", "open again"), nor a
    denial, nor that two questions differ in the one word that matters. Between languages only
    names, numbers and words spelled alike are left, and it asks for two of these.
    """
    rarity = _rarity(own, others)
    found = []
    for ref, other in others:
        shared = own.spelled.keys() & other.spelled.keys()
        if shared and (score := _score((own, other), shared, own, other, rarity)) >= LIKELY:
            found.append(Twin(ref, score, _written(own, shared)))
    return sorted(found, key=lambda twin: -twin.score)[:most]


def said(own: Terms, paragraphs: Sequence[tuple[str, Terms]], *, most: int = 2) -> list[Twin]:
    """The updates that likely say already what a question asks, best first. `paragraphs`: each with
    the ref of its update, in whichever language.

    A paragraph says more than was asked: it counts how much of the question is in it. One word,
    or a place alone, is no answer. Whether it is the answer only a reader can say.
    """
    rarity = _rarity(own, paragraphs)
    found: dict[str, Twin] = {}
    for ref, other in paragraphs:
        shared = own.spelled.keys() & other.spelled.keys()
        things = {own.names.get(term, term) for term in shared}
        if len(things) < 2 or (score := _score((own,), shared, own, other, rarity)) < SAID:
            continue
        if ref not in found or score > found[ref].score:
            found[ref] = Twin(ref, score, _written(own, shared))
    return sorted(found.values(), key=lambda twin: -twin.score)[:most]


def terms(words: str) -> Terms:
    """What twins() compares. Finding it is what takes the time: keep it as long as the words."""
    text = unicodedata.normalize("NFC", words)
    tokens = list(_TOKEN.finditer(text))
    folded = [fold(token[0]) for token in tokens]
    language, idle = max(_IDLE.items(), key=lambda item: sum(word in item[1] for word in folded))
    places = {} if text.isupper() else _places(tokens, folded, idle)
    spelled: dict[str, str] = {}
    names: dict[str, int] = {}
    numbers = set()
    for at, (token, word) in enumerate(zip(tokens, folded, strict=True)):
        number = _number(token)
        term = number or _ENDING.sub("", word)
        if not number and (token["end"] or len(word) == 1 or (word in idle and at not in places)):
            continue
        if len(number) > 1:
            numbers.add(number)
        if at in places and term not in names:
            names[term] = places[at]
            spelled.pop(term, None)  # to stand beside the rest of the name
        spelled.setdefault(term, token[0].strip())
    return Terms(language, spelled, names, frozenset(names.keys() | numbers))


def _rarity(own: Terms, others: Sequence[tuple[str, Terms]]) -> Callable[[str], float]:
    counts = Counter(chain(own.spelled, *(other.spelled for _, other in others)))
    # What two have in common is as rare as it gets: a pair must not weigh less for being one.
    asked = len(others) + 1
    return {term: 1 + log(asked / max(2, n)) for term, n in counts.items()}.__getitem__


def _written(own: Terms, shared: Set[str]) -> tuple[str, ...]:
    names = groupby((t for t in own.spelled if t in shared), lambda t: own.names.get(t, t))
    return tuple(" ".join(own.spelled[t] for t in name) for _, name in names)


def _score(
    sides: Sequence[Terms], shared: Set[str], one: Terms, two: Terms, rarity: Callable[[str], float]
) -> float:
    """The weight of what is shared as a part of all of these sides; none where it is no more than
    the place."""
    names = one.names.keys() | two.names.keys()
    if within := one.language == two.language:
        tells = not shared <= names or (one.spelled.keys() | two.spelled.keys()) <= names
    else:
        things = (len({side.names.get(term, term) for term in shared}) for side in (one, two))
        tells = min(things) > 1 and not shared.isdisjoint(one.firm | two.firm)

    def weight(side: Terms, among: Set[str]) -> float:
        # In one language a name is half the matter; between two, other words can hardly agree.
        if within:
            return sum(map(rarity, among)) - 0.5 * sum(map(rarity, among & side.names.keys()))
        return 0.15 * sum(map(rarity, among)) + 0.85 * sum(map(rarity, among & side.firm))

    whole = sum(weight(side, side.spelled.keys()) for side in sides)
    return round(sum(weight(side, shared) for side in sides) / whole, 6) if tells else 0.0


def _places(tokens: list[re.Match[str]], folded: list[str], idle: Set[str]) -> dict[int, int]:
    """The tokens of names, each with the first of its name. A capital that begins a sentence
    counts only in an acronym or before another capital."""
    places: dict[int, int] = {}
    capital = [token[0][0].isupper() for token in tokens] + [False]
    for at, token in enumerate(tokens):
        first = at == 0 or tokens[at - 1]["end"]
        follows = capital[at + 1] and folded[at] not in idle
        if capital[at] and (not first or follows or token[0][1:].isupper()):
            joined = at and tokens[at - 1].end() + 1 == token.start()
            places[at] = places.get(at - 1, at) if joined else at
    return places


def _number(token: re.Match[str]) -> str:
    if token["hour"]:
        hour, half = int(token["hour"]), (token["half"] or "").lower()
        hour = hour % 12 + 12 * (half == "p") if half else hour
        return f"{hour}:{token['minute'] or '00'}"
    return re.sub("[^0-9]", "", token["grouped"] or "") or (token["digits"] or "").replace(",", ".")


_TOKEN = re.compile(
    r"(?P<hour>[01]?[0-9]|2[0-4])"
    r"(?:\s?(?:h|giờ|gio|heures?)(?![^\W\d_])\s?|:(?=[0-5][0-9])|(?=\s?[ap]\.?m\b))"
    r"(?P<minute>[0-5][0-9](?![0-9]))?(?:\s?(?P<half>[ap])\.?m\b)?"
    r"|(?P<grouped>[0-9]{1,3}(?:[., \u00a0\u202f][0-9]{3})+)(?![0-9])"
    r"|0*(?P<digits>[0-9]+(?:[.,][0-9]+)?)|(?P<word>[^\W\d_]\w*)"
    r"|(?P<end>(?-i:(?<!\b[A-Z])(?<!\b[A-Z][a-z]))\.|[?!:;\n…])",
    re.IGNORECASE,
)
# The plural of English and French, and the mute e before it.
_ENDING = re.compile(r"(?<=\w{4})(?:ies|y)$|(?<=\w\w[^siu])e?s$|(?<=[ae]u)x$|(?<=\w{3})e$")

# Folded words without a matter of their own; not those that many names and matters have in them.
_IDLE_WORDS = {
    "vi": """ai bao bi cac cach cho chua co con cua da dang de den do duoc gi gio hay hoi khi khong
    la luc may mot nao nay nhieu nhu o ong phai sao se ta tai the thi trong tu va vao ve vi voi""",
    "en": """a about after an and any are as at be been before by can could did do does for from had
    has have how if in is it its many more not of on or please should tell that the their there
    they this to us was we were what when where which who why will with would you your""",
    "fr": """a au aux avant avec avez ce ces cette combien comment dans de des du elle en est et il
    ils la le les leur ne nous on ont ou par pas peut plus pour pourquoi pouvez qu que quand quel
    quelle qui quoi sa se sera seront ses son sont sur un une va vont votre vous""",
}
_IDLE = {language: frozenset(words.split()) for language, words in _IDLE_WORDS.items()}
