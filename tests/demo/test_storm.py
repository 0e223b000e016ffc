"""The demo's storyline can be played from its first act to its last, and its figures agree."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from hub.demo.storm import STORM
from hub.domain.message import MESSAGE_LIMIT
from hub.domain.person import Category
from hub.domain.question import clean_question
from hub.domain.words import LANGUAGES, NAME_LIMIT, NOTICE_LIMIT, TEXT_LIMIT, clean, clean_line
from hub.replay.acts import (
    Acknowledge,
    Appeal,
    Approve,
    Ask,
    Call,
    Correct,
    Decline,
    Drop,
    HandIn,
    Merge,
    Message,
    Pause,
    Publish,
    Refer,
    Resume,
    Retract,
    Take,
    TakeBack,
    Withdraw,
)

PUBLISHED = {act.key: act for act in STORM.acts if isinstance(act, Publish)}
CORRECTIONS = [act for act in STORM.acts if isinstance(act, Correct)]


def test_it_has_acts_of_every_kind() -> None:
    assert Counter(type(act) for act in STORM.acts) == {
        Publish: 29,
        Correct: 2,
        Retract: 1,
        Pause: 1,
        Resume: 1,
        Ask: 13,
        Approve: 10,
        Call: 8,
        Merge: 1,
        Decline: 1,
        Appeal: 1,
        Withdraw: 1,
        Refer: 1,
        Take: 1,
        Message: 2,
        Acknowledge: 1,
        HandIn: 6,
        Drop: 5,
        TakeBack: 1,
    }
    assert Counter(act.kind for act in PUBLISHED.values()) == {
        "statement": 20,
        "note": 2,
        "key_point": 4,
        "flash": 2,
        "holding_statement": 1,
    }
    assert next(iter(PUBLISHED.values())).kind == "holding_statement"


def test_its_acts_stand_in_the_order_of_time_within_six_minutes() -> None:
    assert STORM.duration_seconds == 360
    assert all(a.at < b.at for a, b in pairwise(STORM.acts))
    assert STORM.acts[0].at > 0
    assert STORM.acts[-1].at < STORM.duration_seconds


def test_it_corrects_and_retracts_only_what_it_has_published_under_that_key() -> None:
    seen: set[str] = set()
    for act in STORM.acts:
        match act:
            case Publish():
                assert act.key not in seen
                seen.add(act.key)
            case Correct() | Retract():
                assert act.key in seen


def test_it_says_nothing_while_it_is_paused() -> None:
    paused = False
    for act in STORM.acts:
        match act:
            case Pause():
                assert not paused
                paused = True
            case Resume():
                assert paused
                paused = False
            case (
                Publish() | Correct() | Retract() | Call() | Take() | Refer() | Drop() | TakeBack()
            ):
                assert not paused
    assert not paused


def test_documents_go_their_way_and_end_in_every_state() -> None:
    stands: dict[str, str] = {}
    for act in STORM.acts:
        match act:
            case HandIn(newer=True):
                assert stands[act.key] == "dropped"
                stands[act.key] = "newer"
            case HandIn():
                assert act.key not in stands
                assert set(act.titles) == set(LANGUAGES)
                stands[act.key] = "draft"
            case Drop():
                # Of a new version, what is new in it is said.
                assert stands[act.key] == ("newer" if act.note else "draft")
                stands[act.key] = "dropped"
            case TakeBack():
                assert stands[act.key] == "dropped"
                stands[act.key] = "withdrawn"
            case Publish():
                for key in act.attached:
                    assert stands[key] == "draft"
                    stands[key] = "carried"
    assert Counter(stands.values()) == {"dropped": 3, "withdrawn": 1, "carried": 1}


def test_questions_go_their_way_and_end_in_every_state() -> None:
    stands: dict[str, str] = {}
    for act in STORM.acts:
        match act:
            case Ask():
                assert act.key not in stands
                assert act.follows is None or act.follows in stands
                stands[act.key] = "asked"
            case Approve():
                assert stands[act.key] == "asked"
                stands[act.key] = "approved"
            case Call():
                assert stands[act.key] == "approved"
                stands[act.key] = "called"
            case Publish() if act.answers:
                assert stands[act.answers] == "called"
                stands[act.answers] = "answered"
            case Take() | Refer():
                assert stands[act.key] == "called"
                stands[act.key] = "taken" if isinstance(act, Take) else "referred"
            case Decline() | Merge() | Withdraw():
                assert stands[act.key] in ("asked", "approved")
                stands[act.key] = type(act).__name__
            case Appeal():
                assert stands[act.key] == "Decline"
    # At the end one waits and one is new: the close has something to dispose of.
    assert Counter(stands.values()) == {
        "answered": 6,
        "taken": 1,
        "referred": 1,
        "Decline": 1,
        "Merge": 1,
        "Withdraw": 1,
        "approved": 1,
        "asked": 1,
    }


def test_those_who_ask_are_in_the_room_for_outlets_of_every_category() -> None:
    asking = {act.asker for act in STORM.acts if isinstance(act, Ask)}
    assert asking == {one.name for one in STORM.room}
    outlets = {one.outlet: one.category for one in STORM.room}
    assert Counter(outlets.values()) == dict.fromkeys(Category, 2)
    assert not asking & {speaker.name for speaker in STORM.speakers}


def test_a_message_is_acknowledged_after_it_was_sent_and_the_last_one_is_not() -> None:
    sent = [act for act in STORM.acts if isinstance(act, Message)]
    read = [act for act in STORM.acts if isinstance(act, Acknowledge)]
    assert [act.key for act in read] == [sent[0].key]
    assert sent[0].at < read[0].at < sent[1].at


def test_four_speakers_of_the_city_and_three_departments_all_have_the_floor() -> None:
    names = [speaker.name for speaker in STORM.speakers]
    assert len(names) == 4
    assert len({speaker.department for speaker in STORM.speakers}) == 4
    speaking = {act.speaker for act in PUBLISHED.values() if act.kind != "note"}
    assert speaking == set(names)
    assert {act.speaker for act in PUBLISHED.values() if act.kind == "note"} == {None}


def test_one_statement_is_on_background_and_says_how_to_attribute_it() -> None:
    (background,) = [act for act in PUBLISHED.values() if act.terms == "background"]
    assert background.attribution == "một kỹ sư của Văn phòng Phòng, chống lụt bão"
    assert {act.attribution for act in PUBLISHED.values() if act.terms == "record"} == {None}


def test_it_is_held_in_three_languages_and_mostly_in_vietnamese() -> None:
    said = Counter(act.language for act in PUBLISHED.values())
    assert set(said) == set(LANGUAGES)
    assert said["vi"] > said["en"] + said["fr"]
    for act in PUBLISHED.values():
        assert set(act.translations) <= set(LANGUAGES) - {act.language}
    assert tuple(STORM.titles) == LANGUAGES
    assert sum(set(act.translations) == {"en", "fr"} for act in PUBLISHED.values()) >= 8


def test_the_hub_takes_every_word_as_it_is_written() -> None:
    for act in STORM.acts:
        match act:
            case Publish() | Correct():
                for text in (act.text, *act.translations.values()):
                    assert clean("text", text, limit=TEXT_LIMIT) == text
                if isinstance(act, Correct):
                    assert clean("note", act.note, limit=NOTICE_LIMIT) == act.note
            case Retract():
                assert clean("notice", act.notice, limit=NOTICE_LIMIT) == act.notice
            case TakeBack():
                assert clean("reason", act.reason, limit=NOTICE_LIMIT) == act.reason
            case HandIn():
                for title in act.titles.values():
                    line = clean_line("title", title, limit=NAME_LIMIT)
                    assert line == title.replace("\u00a0", " ")
                for text in act.descriptions.values():
                    assert clean("description", text, limit=NOTICE_LIMIT) == text
            case Ask():
                assert clean_question(act.words) == act.words
            case Message():
                assert clean_line("words", act.words, limit=MESSAGE_LIMIT) == act.words
    lines = [*STORM.titles.values(), STORM.place]
    for speaker in STORM.speakers:
        lines += [speaker.name, speaker.function, speaker.department]
    for line in lines:
        # A no-break blank of French typography becomes a plain one in a single line.
        assert clean_line("line", line, limit=NAME_LIMIT) == line.replace("\u00a0", " ")
    assert ZoneInfo(STORM.zone).key == "Asia/Ho_Chi_Minh"
    assert re.fullmatch(r"[a-z0-9-]{1,60}", STORM.slug)


def test_a_flash_is_a_headline_and_its_detail_in_every_language() -> None:
    for act in PUBLISHED.values():
        if act.kind == "flash":
            assert set(act.translations) == {"en", "fr"}
            for text in (act.text, *act.translations.values()):
                headline, detail = text.split("\n\n")
                assert not headline.endswith(".")
                assert detail.endswith(".")


@pytest.mark.parametrize("act", CORRECTIONS, ids=lambda act: act.key)
def test_a_correction_changes_one_figure_in_every_language_and_says_why(act: Correct) -> None:
    first = PUBLISHED[act.key]
    assert set(act.translations) == set(first.translations)
    before = {first.language: first.text, **first.translations}
    after = {first.language: act.text, **act.translations}
    changes = set()
    for language, text in after.items():
        was, now = figures(before[language], language), figures(text, language)
        ((wrong, right),) = [(*(was - now).elements(), *(now - was).elements())]
        changes.add((wrong, right))
    assert len(changes) == 1
    ((wrong, right),) = changes
    assert {wrong, right} <= set(figures(act.note, "vi"))


def test_a_translation_has_the_figures_of_the_original() -> None:
    for act, language, words in versions():
        assert figures(words[language], language) == figures(words[act.language], act.language), (
            act.key,
            language,
        )


def test_a_figure_once_corrected_does_not_return() -> None:
    for correction in CORRECTIONS:
        was = figures(PUBLISHED[correction.key].text, "vi")
        (wrong,) = was - figures(correction.text, "vi")
        later = [act for act in PUBLISHED.values() if act.at > correction.at]
        assert later
        assert not [act.key for act in later if wrong in figures(act.text, act.language)]


def test_sums_of_the_evacuation_add_up() -> None:
    left = figures(PUBLISHED["progress"].text, "en")
    assert {"4200", "1480", "2720"} <= set(left)
    assert 4200 - 1480 == 2720
    for key in ("flash-evacuation", "point-evacuation"):
        assert "4200" in figures(PUBLISHED[key].text, "vi")
    for key in ("flash-evacuation", "places"):
        assert "15600" in figures(PUBLISHED[key].text, PUBLISHED[key].language)


def versions() -> Iterator[tuple[Publish, str, Mapping[str, str]]]:
    for act in PUBLISHED.values():
        for language in act.translations:
            yield act, language, {act.language: act.text, **act.translations}


def figures(text: str, language: str) -> Counter[str]:
    """The figures of a text, written alike whatever the language: 9.4, 15600, 16, 30."""
    thousands, decimal = {"vi": (".", ","), "en": (",", "."), "fr": ("\u00a0", ",")}[language]
    text = re.sub(rf"(?<=\d){re.escape(thousands)}(?=\d{{3}}\b)", "", text)
    text = re.sub(rf"(?<=\d){re.escape(decimal)}(?=\d)", ".", text)
    text = re.sub(r"\b(\d\d):(\d\d)\b", lambda m: f"{int(m[1])} {m[2].replace('00', '')}", text)
    return Counter(re.findall(r"\d+(?:\.\d+)?", text))
