"""What is read from a transcript: everything that stands in it, and nothing else."""

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.replay.transcript import (
    Change,
    Paragraph,
    Transcript,
    TranscriptError,
    Turn,
    read_transcript,
)
from tests.replay import SAMPLE, TRANSCRIPTS

ICT = ZoneInfo("Asia/Ho_Chi_Minh")

# Turns, questions and corrections, counted by hand. The collection's own table has 226 and 36
# turns for the last two: it leaves out an aide and a turn that opens after a hard line break,
# and a moderator whose name has accents.
COUNTED = {
    "2021-03-12-background-call.md": (13, 5, 0),
    "2021-06-17-response-team-briefing.md": (33, 6, 0),
    "2022-10-12-gaggle.md": (45, 22, 0),
    "2023-04-21-press-briefing.md": (129, 66, 9),
    "2024-07-30-press-briefing.md": (228, 113, 6),
    "2024-06-17-background-call.md": (53, 17, 0),
    "sample.md": (10, 4, 3),
}


def read(path: Path) -> Transcript:
    return read_transcript(path.read_bytes(), name=path.name)


def turns_of(text: str) -> list[tuple[str | None, list[str]]]:
    transcript = read_transcript(text, name="call.md")
    return [(turn.speaker, [p.said for p in turn.paragraphs]) for turn in transcript.turns]


def only_paragraph(words: str) -> Paragraph:
    ((paragraph,),) = (turn.paragraphs for turn in read_transcript(words, name="a.md").turns)
    return paragraph


def test_the_sample_is_read_whole() -> None:
    transcript = read(SAMPLE)

    assert transcript.title == "Briefing on the Water Mains of Lam Kiều, “Day 3”: the Old Quarter"
    assert transcript.place == "Harbour Hall, Lam Kiều"
    assert transcript.date == date(2026, 3, 19)
    assert transcript.zone == "Asia/Ho_Chi_Minh"
    assert transcript.starts_at == datetime(2026, 3, 19, 14, 30, tzinfo=ICT)
    assert transcript.ends_at == datetime(2026, 3, 19, 14, 32, tzinfo=ICT)
    assert transcript.preface == ()
    assert transcript.afterword == ("The list of taps hangs at the door of Harbour Hall.",)
    assert transcript.turns == (
        Turn(
            "Ms. Therrien",
            (
                Paragraph(
                    "Good afternoon. (Microphone noise.) Water is back in nine of the eleven "
                    "wards. The main under Rope Street was laid in 1961, and it broke in two "
                    "places.",
                    (Change(118, "1961", "1916"),),
                ),
                Paragraph("Repairs go on tonight."),
                Paragraph(
                    "In mid-week we close the street to trams.", (Change(35, "trams", "cars"),)
                ),
            ),
        ),
        Turn(
            "Mr. Đoàn",
            (
                Paragraph(
                    "Xin nói thêm bằng tiếng Việt: nước đã sạch, nhưng bà con hãy xả vòi năm "
                    "phút trước khi dùng."
                ),
            ),
        ),
        Turn(None, (Paragraph("How many homes are still dry?"),)),
        Turn("Mr. Đoàn", (Paragraph("About four hundred. We bring water by lorry."),)),
        Turn(None, (Paragraph("And the hospital —"),)),
        Turn(None, (Paragraph("— did it ever lose pressure? And who pays?"),)),
        Turn(
            "Mr. Đoàn",
            (Paragraph("It did not. The \\[city\\] insurance pays. (Laughter.)"),),
        ),
        Turn(
            "Senior city official",
            (
                Paragraph(
                    "On background: the tender for a new main goes out in April.",
                    (Change(53, "April", "May"),),
                ),
            ),
        ),
        Turn(None, (Paragraph("Will there be a list of the taps?"),)),
        Turn(
            "Ms. Therrien",
            (Paragraph("Yes, at four o’clock, in three languages. Thank you all."),),
        ),
    )


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.name)
def test_no_word_of_a_transcript_is_lost_added_or_moved(path: Path) -> None:
    assert words_read(read(path)) == words_written(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.name)
def test_every_official_correction_is_read_with_what_was_said_and_what_was_meant(
    path: Path,
) -> None:
    source = " ".join(path.read_text(encoding="utf-8").split())
    written = re.findall(r"<s>(.*?)</s> \\\[(.*?)\\\]", source)
    paragraphs = [p for turn in read(path).turns for p in turn.paragraphs]
    assert [(c.said, c.meant) for p in paragraphs for c in p.changes] == written
    for paragraph in paragraphs:
        for change in paragraph.changes:
            assert paragraph.said[change.at :].startswith(change.said)


@pytest.mark.parametrize(
    "path", [p for p in TRANSCRIPTS if p.name in COUNTED], ids=lambda path: path.name
)
def test_turns_questions_and_corrections_are_as_many_as_were_counted(path: Path) -> None:
    turns = read(path).turns
    counted = (
        len(turns),
        sum(turn.speaker is None for turn in turns),
        sum(len(p.changes) for turn in turns for p in turn.paragraphs),
    )
    assert counted == COUNTED[path.name]


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.name)
def test_what_is_read_is_clean(path: Path) -> None:
    for turn in read(path).turns:
        for paragraph in turn.paragraphs:
            for words in filter(None, (paragraph.said, paragraph.meant)):
                assert words == unicodedata.normalize("NFC", words)
                assert not re.search(r"[\u00a0\u200b\u2060\ufeff]|  |^\s|\s$|<s>|</s>", words)


def test_the_corrected_words_stand_where_the_wrong_ones_stood() -> None:
    paragraph = only_paragraph(
        "MR. A: The <s>Oon</s>\n\\[Yoon\\], the\nthe <s>the</s> \\[an\\] end of \\[it\\].\n"
    )
    assert paragraph.said == "The Oon, the the the end of \\[it\\]."
    assert paragraph.meant == "The Yoon, the the an end of \\[it\\]."


def test_struck_words_without_a_replacement_are_taken_out() -> None:
    paragraph = only_paragraph("MR. AB: We <s>never</s> pay.")
    assert (paragraph.said, paragraph.meant) == ("We never pay.", "We pay.")


@pytest.mark.parametrize(
    "tag",
    [
        "**MS. ORR:** ",
        "MS. ORR: ",
        "MS. ORR:",
        "MS. ORR:\u00a0\u00a0",
        "MS ORR: ",
        "MS. ORR\u00a0\u00a0",
    ],
)
def test_a_speaker_is_found_however_the_name_is_set(tag: str) -> None:
    assert turns_of(f"{tag}Yes.\n\nAnd no.\n") == [
        ("Ms Orr" if "." not in tag else "Ms. Orr", ["Yes.", "And no."])
    ]


@pytest.mark.parametrize("tag", ["Q ", "Q  ", "Q\u00a0\u00a0\u00a0 ", "Q: ", "Q. ", "**Q** "])
def test_a_question_is_found_however_its_letter_is_set(tag: str) -> None:
    assert turns_of(f"{tag}Why?") == [(None, ["Why?"])]


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("MS. JEAN-PIERRE", "Ms. Jean-Pierre"),
        ("MR. FERNÁNDEZ HERNÁNDEZ", "Mr. Fernández Hernández"),
        ("MR. O’BRIEN", "Mr. O’Brien"),
        ("MR. McGURK", "Mr. McGurk"),
        ("SENATOR MCCARTHY", "Senator McCarthy"),
        ("MS. DE LA CRUZ", "Ms. De La Cruz"),
        ("MS. de la CRUZ", "Ms. de la Cruz"),
        ("THE PRESIDENT", "The President"),
        ("GENERAL ĐẶNG", "General Đặng"),
        ("MODERATOR", "Moderator"),
        ("SENIOR ADMINISTRATION OFFICIAL", "Senior administration official"),
        ("SENIOR ADMINISTRATION OFFICIAL (#2)", "Senior administration official (#2)"),
        ("SENIOR ADMINISTRATION OFFICIAL #2", "Senior administration official #2"),
    ],
)
def test_a_name_is_printed_as_the_room_prints_names(label: str, name: str) -> None:
    assert turns_of(f"{label}: Yes.") == [(name, ["Yes."])]


def test_a_direction_beside_the_name_belongs_to_the_words() -> None:
    assert turns_of("PRESIDENT ARÚA (as interpreted):  Thank you.") == [
        ("President Arúa", ["(as interpreted) Thank you."])
    ]


@pytest.mark.parametrize(
    "words",
    ["Two questions: when and why?", "Q&A follows.", "I said: NO: never.", "At 1:54 we left."],
)
def test_words_with_a_colon_or_a_q_open_no_turn(words: str) -> None:
    assert turns_of(f"MS. ORR: Well.\n\n{words}") == [("Ms. Orr", ["Well.", words])]


def test_a_turn_opens_after_a_hard_line_break_and_a_break_in_mid_sentence_is_closed() -> None:
    text = "Q\u00a0\u00a0 Can I ask?  \nMS. ORR: We judge  \nthat you  can.  \nThen do.\n"
    assert turns_of(text) == [
        (None, ["Can I ask?"]),
        ("Ms. Orr", ["We judge that you can.", "Then do."]),
    ]


@pytest.mark.parametrize(
    ("starts", "ends", "zone", "minutes"),
    [
        ("1:54 P.M. EDT", "2:47 P.M. EDT", "America/New_York", 53),
        ("11:50 a.m. ET", "12:20 p.m. ET", "America/New_York", 30),
        ("**12:01 A.M. CST**", "END 12:31 A.M. CST", "America/Chicago", 30),
        ("11:41 P.M. PDT", "12:11 A.M. PDT", "America/Los_Angeles", 30),
        ("3:58 PM CEST", "4:12 PM CEST", "Europe/Paris", 14),
        ("14:30 ICT", "15:00 ICT", "Asia/Ho_Chi_Minh", 30),
        ("10:00 P.M. (Local)", "10:45 P.M. (Local)", "UTC", 45),
        ("10:00 A.M. EDT", "4:30 P.M. CEST", "America/New_York", 30),
    ],
)
def test_times_are_read_with_their_zone(starts: str, ends: str, zone: str, minutes: int) -> None:
    text = f"---\ndate: '2024-07-30'\n---\n{starts}\n\nMS. ORR: Yes.\n\n{ends}\n"
    transcript = read_transcript(text, name="call.md")
    assert transcript.starts_at is not None
    assert transcript.ends_at is not None
    took = transcript.ends_at.astimezone(UTC) - transcript.starts_at.astimezone(UTC)
    assert (transcript.zone, took) == (zone, timedelta(minutes=minutes))


def test_a_clock_time_in_the_middle_is_said_and_ends_nothing() -> None:
    text = "MS. ORR: We return at\n\n3:00 P.M. EST\n\nMS. ORR: Back.\n"
    transcript = read_transcript(text, name="2023-01-02-call.md")
    assert transcript.ends_at is None
    assert turns_of(text)[0] == ("Ms. Orr", ["We return at", "3:00 P.M. EST"])


def test_the_day_of_the_briefing_is_not_the_day_it_was_posted() -> None:
    text = "---\ndate: '2024-07-31'\ntitle: Briefing, July 30, 2024\n---\n1:54 P.M. EDT\n\nQ Yes?"
    assert read_transcript(text, name="a.md").date == date(2024, 7, 30)
    assert read_transcript(f"(July 29, 2024)\n\n{text[-6:]}", name="a.md").date == date(2024, 7, 29)
    assert read_transcript("Q Yes?", name="2024-07-28-gaggle.md").date == date(2024, 7, 28)
    assert read_transcript("Q Yes?", name="gaggle.md").date is None


def test_without_front_matter_the_heading_or_the_name_of_the_file_is_the_title() -> None:
    assert read_transcript("# On Dykes\n\nQ Yes?", name="a.md").title == "On Dykes"
    assert read_transcript("Q Yes?", name="x/2024-07-28-press-call.md").title == "Press call"


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("", "a.md, line 1: no turn begins here or below."),
        ("---\ntitle: None\n---\nA letter.\n", "a.md, line 4: no turn begins here or below."),
        (b"Q Yes?\n\xff\xfe", "a.md, line 2: these bytes are not UTF-8 text."),
        ("Q Yes?\n\n\0", "a.md, line 3: this is not text."),
    ],
)
def test_what_is_no_transcript_is_refused_with_line_and_remedy(
    source: str | bytes, says: str
) -> None:
    with pytest.raises(TranscriptError) as refused:
        read_transcript(source, name="a.md")
    message = str(refused.value)
    assert message.startswith(says)
    assert "\n" not in message
    assert len(message) > len(says) + 20


PIECES = st.sampled_from(
    [
        *("---\n", "title: 'a", 'title: "a\\u00', "Q ", "MS. ORR: ", "<s>", "</s>", " \\[b\\]"),
        *("\n", "  \n", "\n\n", "1:54 P.M. EDT", "END", "* * *", "# ", "- ", "(July 3, 2021)"),
        *("word ", "\u00a0", "\u200b", "\ud7ff", "\u0301", "~~", "<br>", "\\", "date: 9999-99-99"),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(), st.binary(), st.lists(PIECES | st.text(max_size=5)).map("".join)))
def test_anything_is_read_or_refused(source: str | bytes) -> None:
    try:
        transcript = read_transcript(source, name="a.md")
    except TranscriptError:
        return
    assert transcript.turns
    for paragraph in (p for turn in transcript.turns for p in turn.paragraphs):
        assert paragraph.said.strip()
        for change in paragraph.changes:
            assert paragraph.said[change.at :].startswith(change.said)


def words_written(source: str) -> list[str]:
    """The words of a source, read without the parser: no front matter, times, rules, meants."""
    body = re.sub(r"\A---\n.*?\n---\n", "", source, flags=re.DOTALL)
    body = re.sub(r"[\u200b\u2060\ufeff]", "", unicodedata.normalize("NFC", body))
    body = re.sub(r"(?im)^\s*(?:end\s*)?\d{1,2}:\d\d\s+[ap]\.?m\.?\s+\(?[a-z]*\)?\s*$", "", body)
    body = re.sub(r"(?m)^\s*(?:END|(?:\\?\*\s*){3})\s*$", "", body)
    body = re.sub(r"</s>\s*\\\[[^\]]*\\\]", "", body).replace("<s>", "").replace("</s>", "")
    body = re.sub(r"(?m)^([A-Z’. -]{3,}:)(?=\S)", r"\1 ", body)
    return body.replace(",", "").casefold().split()


def words_read(transcript: Transcript) -> list[str]:
    """The words of a transcript in the order of its source."""
    parts = [transcript.place, *transcript.preface]
    for turn in transcript.turns:
        parts.append(f"{turn.speaker}:" if turn.speaker else "Q")
        parts += [paragraph.said for paragraph in turn.paragraphs]
    parts += transcript.afterword
    return " ".join(parts).replace(",", "").casefold().split()
