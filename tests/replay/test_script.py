"""How a transcript is paced: real time, in order, corrections a few seconds after the words."""

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.words import NAME_LIMIT, NOTICE_LIMIT, TEXT_LIMIT
from hub.replay.portions import UPDATE_WORDS
from hub.replay.script import (
    CORRECTION_AFTER,
    LAST_PAUSE,
    SLUG_LIMIT,
    Correct,
    Publish,
    Script,
    script,
    slug_of,
)
from hub.replay.transcript import (
    Change,
    Paragraph,
    Transcript,
    TranscriptError,
    Turn,
    read_transcript,
)
from tests.replay import SAMPLE, TRANSCRIPTS


def read(path: Path) -> Transcript:
    return read_transcript(path.read_bytes(), name=path.name)


def spoken(*turns: Turn) -> Transcript:
    return Transcript("On dykes", "", None, "UTC", None, None, turns)


def published(played: Script) -> list[Publish]:
    return [act for act in played.acts if isinstance(act, Publish)]


def corrected(played: Script) -> list[Correct]:
    return [act for act in played.acts if isinstance(act, Correct)]


def test_the_sample_plays_in_its_two_minutes() -> None:
    played = script(read(SAMPLE))

    assert played.slug == "briefing-on-the-water-mains-of-lam-kieu-day-3-the-2026-03-19"
    assert played.title == "Briefing on the Water Mains of Lam Kiều, “Day 3”: the Old Quarter"
    assert (played.place, played.zone) == ("Harbour Hall, Lam Kiều", "Asia/Ho_Chi_Minh")
    assert played.duration_seconds == 120
    assert played.speakers == ("Ms. Therrien", "Mr. Đoàn", "Senior city official")
    assert [(act.key, act.kind, act.speaker) for act in published(played)] == [
        ("0001", "statement", "Ms. Therrien"),
        ("0002", "statement", "Mr. Đoàn"),
        ("0004", "statement", "Mr. Đoàn"),
        ("0007", "statement", "Mr. Đoàn"),
        ("0008", "statement", "Senior city official"),
        ("0010", "statement", "Ms. Therrien"),
        ("0011", "note", None),
    ]


def test_an_update_appears_when_its_words_have_been_said() -> None:
    acts = published(script(read(SAMPLE), asked=False))
    words = [len(act.text.removeprefix("**Q** ").split()) for act in acts]
    for act, said in zip(acts, [sum(words[: i + 1]) for i in range(len(words))], strict=True):
        assert act.at == pytest.approx((120 - LAST_PAUSE) * said / sum(words), abs=0.001)


def test_where_nobody_can_ask_a_question_is_a_note_with_its_mark_and_nobodys_name() -> None:
    question = published(script(read(SAMPLE), asked=False))[2]
    assert (question.text, question.kind) == ("**Q** How many homes are still dry?", "note")
    assert (question.speaker, question.terms) == (None, "record")


def test_an_official_correction_follows_the_words_of_its_update() -> None:
    played = script(read(SAMPLE))
    first, second = corrected(played)
    assert first.key == "0001"
    assert first.text == (
        "Good afternoon. (Microphone noise.) Water is back in nine of the eleven wards. The main "
        "under Rope Street was laid in 1916, and it broke in two places.\n\n"
        "Repairs go on tonight.\n\nIn mid-week we close the street to cars."
    )
    assert first.note == "“1961” should read “1916”. “trams” should read “cars”."
    assert second.key == "0008"
    assert second.text == "On background: the tender for a new main goes out in May."
    assert second.note == "“April” should read “May”."


def test_a_senior_official_is_on_background_and_everybody_else_on_the_record() -> None:
    terms = {act.speaker: (act.terms, act.attribution) for act in published(script(read(SAMPLE)))}
    assert terms == {
        "Ms. Therrien": ("record", None),
        "Mr. Đoàn": ("record", None),
        "Senior city official": ("background", "a senior city official"),
        None: ("record", None),
    }


def test_several_officials_with_numbers_have_one_attribution() -> None:
    text = "SENIOR ADMINISTRATION OFFICIAL #2: A.\n\nSENIOR ADMINISTRATION OFFICIAL (#3): B."
    played = script(read_transcript(text, name="call.md"))
    assert played.speakers == (
        "Senior administration official #2",
        "Senior administration official (#3)",
    )
    assert {act.attribution for act in published(played)} == {"a senior administration official"}


def test_one_person_spelt_with_and_without_accents_is_one_speaker() -> None:
    text = "MS. ĐỖ HÀ: One.\n\nMS. DO HA: Two.\n\nQ Why?"
    played = script(read_transcript(text, name="call.md"))
    assert played.speakers == ("Ms. Đỗ Hà",)
    assert [act.speaker for act in published(played)] == ["Ms. Đỗ Hà", "Ms. Đỗ Hà"]


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.name)
def test_acts_stand_in_the_order_of_time_before_the_close(path: Path) -> None:
    played = script(read(path))
    times = [0.0, *(act.at for act in played.acts), played.duration_seconds]
    assert times == sorted(times)
    assert all(a.at < b.at for a, b in pairwise(published(played)))


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.name)
def test_a_correction_comes_four_to_nine_seconds_after_its_words_and_before_the_close(
    path: Path,
) -> None:
    played = script(read(path))
    born = {act.key: act for act in published(played)}
    assert len(born) == len(published(played))
    for act in corrected(played):
        shortest, longest = CORRECTION_AFTER
        assert shortest <= act.at - born[act.key].at <= longest + 0.001
        assert act.at < played.duration_seconds
        assert act.text != born[act.key].text


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.name)
def test_it_lasts_as_long_as_the_briefing_did(path: Path) -> None:
    transcript, played = read(path), script(read(path), asked=False)
    if transcript.starts_at and transcript.ends_at:
        lasted = (transcript.ends_at - transcript.starts_at).total_seconds()
    else:
        spoken_words = sum(len(act.text.split()) for act in published(played))
        marks = sum(act.text.startswith("**Q** ") for act in published(played))
        lasted = (spoken_words - marks) * 60 / 150 + LAST_PAUSE
    assert played.duration_seconds == pytest.approx(lasted)


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.name)
def test_the_acts_hold_every_paragraph_once_and_in_order(path: Path) -> None:
    transcript, acts = read(path), published(script(read(path), asked=False))
    said = [p.said for turn in transcript.turns for p in turn.paragraphs]
    texts = [act.text.removeprefix("**Q** ") for act in acts]
    whole = [*transcript.preface, *said, *transcript.afterword]
    assert " ".join(texts).split() == " ".join(whole).split()
    meant = {p.said: p.meant for turn in transcript.turns for p in turn.paragraphs if p.changes}
    for act in corrected(script(transcript, asked=False)):
        was = next(p.text for p in acts if p.key == act.key).split("\n\n")
        assert act.text.split("\n\n") == [meant.get(paragraph, paragraph) for paragraph in was]


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.name)
def test_no_update_is_long_unless_one_paragraph_is(path: Path) -> None:
    for act in published(script(read(path))):
        words = act.text.removeprefix("**Q** ")
        assert len(words.split()) <= UPDATE_WORDS or "\n\n" not in words
        assert len(act.text) <= TEXT_LIMIT


def test_the_same_transcript_is_paced_the_same_way_each_time() -> None:
    assert script(read(SAMPLE)) == script(read(SAMPLE))


def test_without_times_the_words_are_said_at_150_a_minute() -> None:
    played = script(spoken(Turn("Ms. Orr", (Paragraph("word " * 100), Paragraph("word " * 50)))))
    assert [act.at for act in played.acts] == [40.0, 60.0]
    assert played.duration_seconds == 60 + LAST_PAUSE


def test_a_paragraph_beyond_the_limit_is_cut_after_a_sentence_and_its_correction_with_it() -> None:
    sentence = "The water falls slowly. "
    long = sentence * 300 + "The end."
    at = len(sentence) * 299 + len("The ")
    paragraph = Paragraph(long, (Change(at, "water", "level"),))
    played = script(spoken(Turn("Ms. Orr", (paragraph,))))
    first, second = published(played)
    assert f"{first.text} {second.text}" == long
    assert first.text.endswith("slowly.")
    assert len(first.text) <= TEXT_LIMIT
    (correction,) = corrected(played)
    assert correction.key == second.key
    assert correction.text == second.text.replace("The water falls slowly. The end.", "") + (
        "The level falls slowly. The end."
    )


def test_words_without_a_single_blank_are_cut_too() -> None:
    played = script(spoken(Turn(None, (Paragraph("w" * 12_000),))), asked=False)
    texts = [act.text.removeprefix("**Q** ") for act in published(played)]
    assert "".join(texts) == "w" * 12_000
    assert max(map(len, texts)) <= TEXT_LIMIT


def test_a_long_list_of_corrections_still_fits_into_the_note() -> None:
    text = "MS. ORR: " + " ".join(f"<s>wrong{n}</s> \\[right{n}\\]" for n in range(40))
    (correction,) = corrected(script(read_transcript(text, name="call.md")))
    assert correction.note.startswith("“wrong0” should read “right0”.")
    assert correction.note.endswith("…")
    assert len(correction.note) <= NOTICE_LIMIT


@pytest.mark.parametrize(
    ("title", "day", "slug"),
    [
        ("Họp báo: bão số 9, đê Đông", date(2026, 10, 15), "hop-bao-bao-so-9-de-dong-2026-10-15"),
        ("L’Élysée & the People's Hall", None, "lelysee-the-peoples-hall"),
        ("— !", None, "briefing"),
        ("Overlong" * 10, date(2026, 1, 2), ("overlong" * 10)[:49] + "-2026-01-02"),
    ],
)
def test_a_slug_is_plain_ascii_and_short(title: str, day: date | None, slug: str) -> None:
    assert slug_of(title, day) == slug
    assert len(slug) <= SLUG_LIMIT


def test_a_slug_that_is_given_is_kept_and_a_title_too_long_is_shortened() -> None:
    played = script(replace(read(SAMPLE), title="Water " * 40), slug="water")
    assert played.slug == "water"
    assert played.title.endswith("Water…")
    assert len(played.title) <= NAME_LIMIT


TEXTS = st.lists(
    st.sampled_from(
        [
            *("Q ", "MS. ORR: ", "SENIOR CITY OFFICIAL: ", "\n\n", "  \n", "Yes. ", "water " * 90),
            *("<s>one</s> \\[two\\] ", "<s>x</s>", "\\[b\\]", "9:00 A.M. EST\n\n", "w" * 5_100),
            *("<s>", "</s>", "July 3, 2021", "- item\n", "A long sentence. " * 330),
        ]
    ),
    max_size=14,
).map("".join)


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_whatever_can_be_read_can_be_played(text: str) -> None:
    try:
        played = script(read_transcript(text, name="a.md"))
    except TranscriptError:
        return
    assert re.fullmatch(r"[a-z0-9-]{1,60}", played.slug)
    times = [0.0, *(act.at for act in played.acts), played.duration_seconds]
    assert times == sorted(times)
    living: set[str] = set()
    for act in played.acts:
        if isinstance(act, Publish):
            assert 0 < len(act.text) <= TEXT_LIMIT
            assert act.speaker is None or act.speaker in played.speakers
            living.add(act.key)
        elif isinstance(act, Correct):
            assert act.key in living
            assert 0 < len(act.text) <= TEXT_LIMIT
