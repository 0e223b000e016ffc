"""A transcript's questions: asked ahead by invented outlets, called at their turn, answered."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings

from hub.domain.person import Category
from hub.domain.question import QUESTION_LIMIT
from hub.replay.acts import Act, Approve, Ask, Call, Edit, Merge, Publish, Take
from hub.replay.floor import OPEN_AT_ONCE, plain
from hub.replay.room import ASKERS
from hub.replay.script import Script, script
from hub.replay.transcript import Transcript, TranscriptError, read_transcript
from tests.replay import SAMPLE, TRANSCRIPTS
from tests.replay.test_script import TEXTS


def read(path: Path) -> Transcript:
    return read_transcript(path.read_bytes(), name=path.name)


def played(text: str) -> Script:
    return script(read_transcript(text, name="call.md"))


def of(script: Script, *kinds: type[Act]) -> list[tuple[str, str]]:
    return [
        (type(act).__name__, getattr(act, "key", ""))
        for act in script.acts
        if isinstance(act, kinds)
    ]


def answered(script: Script) -> dict[str, str]:
    found = [act for act in script.acts if isinstance(act, Publish)]
    return {act.answers: act.text for act in found if act.answers}


def test_the_samples_questions_are_answered_by_what_follows_them() -> None:
    performed = script(read(SAMPLE))
    asked = {act.key: act.words for act in performed.acts if isinstance(act, Ask)}
    assert asked == {
        "q0003": "How many homes are still dry?",
        "q0005": "And the hospital —",
        "q0006": "— did it ever lose pressure? And who pays?",
        "q0009": "Will there be a list of the taps?",
    }
    assert answered(performed) == {
        "q0003": "About four hundred. We bring water by lorry.",
        "q0006": "It did not. The \\[city\\] insurance pays. (Laughter.)",
        "q0009": "Yes, at four o’clock, in three languages. Thank you all.",
    }
    assert of(performed, Call, Merge) == [
        ("Call", "q0003"),
        ("Merge", "q0005"),
        ("Call", "q0006"),
        ("Call", "q0009"),
    ]


def test_a_promise_in_the_answer_makes_it_a_taken_question() -> None:
    performed = played(
        "Q Who pays?\n\nMS. ORR: Good question.\n\nMR. AB: I’ll get back to you on that.\n\n"
        "Q And when?\n\nMS. ORR: Tomorrow.\n\nQ Why?\n\nMS. ORR: I’ll take that question.\n"
    )
    assert of(performed, Take) == [("Take", "q0001"), ("Take", "q0006")]
    assert answered(performed) == {"q0004": "Tomorrow."}


def test_a_question_that_nobody_answers_is_called_and_left_to_the_close() -> None:
    performed = played("MS. ORR: That is all.\n\nQ And the bridge?\n")
    assert (of(performed, Call), answered(performed)) == ([("Call", "q0002")], {})


def test_a_question_too_long_to_be_asked_is_shortened_and_stands_whole_in_the_feed() -> None:
    words = "and why is that so " * 60
    performed = played(f"Q {words}\n\nMS. ORR: Because.\n")
    (question,) = [act for act in performed.acts if isinstance(act, Ask)]
    assert len(question.words) <= QUESTION_LIMIT
    assert question.words.endswith("…")
    notes = [act.text for act in performed.acts if isinstance(act, Publish) and not act.speaker]
    assert " ".join(note.removeprefix("**Q** ") for note in notes).split() == words.split()
    assert answered(performed) == {"q0001": "Because."}


def test_an_official_correction_of_a_question_is_its_askers_edit() -> None:
    performed = played("MS. ORR: Yes?\n\nQ Did <s>Oon</s> \\[Yoon\\] call \\[you\\]?\n")
    assert [act.words for act in performed.acts if isinstance(act, Ask)] == ["Did Oon call [you]?"]
    assert [act.words for act in performed.acts if isinstance(act, Edit)] == [
        "Did Yoon call [you]?"
    ]
    assert [kind for kind, _ in of(performed, Ask, Edit, Approve, Call)] == [
        "Ask",
        "Edit",
        "Approve",
        "Call",
    ]


def test_every_category_has_several_outlets_and_everybody_asks_in_turn() -> None:
    outlets = {one.outlet: one.category for one in ASKERS}
    assert Counter(outlets.values()) == dict.fromkeys(Category, 3)
    assert len({one.name for one in ASKERS}) == len(ASKERS)
    questions = "".join(f"Q No. {n}?\n\nMS. ORR: {n}.\n\n" for n in range(30))
    asked = Counter(act.asker for act in played(questions).acts if isinstance(act, Ask))
    assert set(asked) == {one.name for one in ASKERS}
    assert max(asked.values()) - min(asked.values()) <= 1


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.name)
def test_every_question_of_a_transcript_is_asked_word_by_word_and_in_order(path: Path) -> None:
    transcript, performed = read(path), script(read(path))
    put = [turn for turn in transcript.turns if turn.speaker is None]
    said = [plain(" ".join(p.said for p in turn.paragraphs)) for turn in put]
    asked = sorted((act for act in performed.acts if isinstance(act, Ask)), key=lambda act: act.key)
    assert len(asked) == len(said)
    for act, words in zip(asked, said, strict=True):
        assert act.words == words if len(words) <= QUESTION_LIMIT else act.words.endswith("…")
    called = [act for act in performed.acts if isinstance(act, Call)]
    assert all(one.key < other.key for one, other in pairwise(called))


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_whatever_is_asked_goes_the_way_of_a_question(text: str) -> None:
    try:
        performed = played(text)
    except TranscriptError:
        return
    stands: dict[str, str] = {}
    for act in performed.acts:
        match act:
            case Ask():
                assert act.key not in stands
                assert 0 < len(act.words) <= QUESTION_LIMIT
                stands[act.key] = "asked"
            case Edit():
                assert stands[act.key] == "asked"
            case Approve():
                assert stands[act.key] == "asked"
                stands[act.key] = "approved"
            case Merge():
                assert stands[act.key] == "approved"
                assert stands[act.into] in ("asked", "approved")
                stands[act.key] = "merged"
            case Call():
                assert stands[act.key] == "approved"
                stands[act.key] = "called"
            case Take():
                assert stands[act.key] == "called"
                stands[act.key] = "taken"
            case Publish() if act.answers:
                assert stands[act.answers] == "called"
                stands[act.answers] = "answered"
        open_now = [ref for ref, state in stands.items() if state in ("asked", "approved")]
        assert len(open_now) <= OPEN_AT_ONCE + 1
    assert set(stands.values()) <= {"called", "merged", "taken", "answered"}
