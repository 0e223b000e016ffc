"""Likely duplicates: what the desk is shown beside a question, in three languages and across."""

import random
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.likeness import Terms, Twin, terms, twins
from hub.domain.words import fold

BRIEFING = {
    "beach-vi": "Khi nào bãi tắm Bãi Dâu mở cửa trở lại cho người dân?",
    "power-vi": "EVN có cắt điện ở Long Sơn đêm nay không, và đến mấy giờ?",
    "school-vi": "Học sinh Vũng Tàu có được nghỉ học vào thứ Hai không?",
    "leave-vi": "Có phải 3.000 người ở Bãi Dâu phải sơ tán trước 20 giờ không?",
    "ferry-en": "Are ferries to Con Dao running tomorrow morning?",
    "budget-en": "What does the new sea wall cost, and which department pays for it?",
    "hotel-en": "Who owns the hotel that collapsed in Bai Dau?",
    "oil-en": "How many tonnes of oil have been recovered from the beaches so far?",
    "road-fr": "Quand la route côtière sera-t-elle rouverte à la circulation ?",
    "hospital-fr": "Combien de blessés sont soignés à l'hôpital de Bà Rịa ?",
    "water-fr": "L'eau du robinet est-elle potable dans les quartiers inondés ?",
}


def ask(words: str, *, most: int = 3) -> list[Twin]:
    return twins(terms(words), [(ref, terms(other)) for ref, other in BRIEFING.items()], most=most)


def score(one: str, two: str) -> float:
    return next((twin.score for twin in twins(terms(one), [("two", terms(two))])), 0.0)


@pytest.mark.parametrize(
    ("words", "twin", "shared"),
    [
        # in one language
        ("Bãi Dâu bao giờ mở cửa lại để tắm?", "beach-vi", ("Bãi Dâu", "mở", "lại", "tắm")),
        ("bao gio bai dau mo cua lai cho dan tam", "beach-vi", ()),
        ("Đêm nay điện ở Long Sơn có bị cắt không?", "power-vi", ()),
        ("Is the ferry to Con Dao running tomorrow?", "ferry-en", ()),
        (
            "Which department pays for the sea walls?",
            "budget-en",
            ("department", "pays", "sea", "walls"),
        ),
        ("How much oil has been recovered from the beach?", "oil-en", ()),
        ("La route cotière est-elle rouverte ?", "road-fr", ("route", "cotière", "rouverte")),
        ("Peut-on boire l'eau du robinet dans le quartier inondé ?", "water-fr", ()),
        # across languages
        (
            "Will 3,000 people in Bai Dau have to leave by 20:00?",
            "leave-vi",
            ("3,000", "Bai Dau", "20:00"),
        ),
        ("Must 3000 residents of Bai Dau be out by 8 p.m.?", "leave-vi", ()),
        ("Est-ce que 3 000 habitants de Bai Dau doivent partir avant 20h ?", "leave-vi", ()),
        ("Will EVN cut power on Long Son tonight?", "power-vi", ("EVN", "Long Son")),
    ],
)
def test_who_asks_the_same_is_found_first_and_by_which_words(
    words: str, twin: str, shared: tuple[str, ...]
) -> None:
    best = ask(words)[0]
    assert best.ref == twin
    if shared:
        assert best.shared == shared


@pytest.mark.parametrize(
    "words",
    [
        "Có bao nhiêu người bị phạt vì xả rác ở Bãi Dâu năm nay?",  # the place, another matter
        "Who runs the car park in Bai Dau?",
        "Is there a doctor on Con Dao?",
        "When will the governor visit Bai Dau?",  # the place, in another language
        "Combien de postes seront créés à Vũng Tàu ?",
        "What does the new stadium roof mean for the athletics club?",  # words that many have
        "Combien de policiers sont présents dans le port ?",
        "Will 3,000 tickets be sold?",  # a number alone
        "When?",
        "",
        "?!",
    ],
)
def test_who_asks_something_else_is_left_alone(words: str) -> None:
    assert ask(words) == []


def test_the_best_come_first_and_no_more_than_asked_for() -> None:
    others = {
        "far": "When does the ferry leave?",
        "same": "When does the first ferry to Con Dao leave?",
        "near": "Does the ferry to Con Dao leave?",
        "other": "Who pays?",
    }
    prepared = [(ref, terms(words)) for ref, words in others.items()]
    own = terms("When does the first ferry leave to Con Dao?")
    assert [twin.ref for twin in twins(own, prepared)] == ["same", "near", "far"]
    assert [twin.ref for twin in twins(own, prepared, most=1)] == ["same"]
    assert twins(own, []) == []


def test_a_rare_word_weighs_more_than_one_that_everybody_uses() -> None:
    others = [(str(n), terms(f"How high is the flood in district {n}?")) for n in range(20, 60)]
    rare = ("rare", terms("Was the flood caused by the broken sluice?"))
    own = terms("Who checked the sluice before the flood?")
    assert [twin.ref for twin in twins(own, [*others, rare])] == ["rare"]


@pytest.mark.parametrize(
    "same",
    [
        [
            "20:00",
            "20h",
            "20h00",
            "20 h",
            "20 giờ",
            "20 gio",
            "20 heures",
            "8 p.m.",
            "8pm",
            "8:00 PM",
        ],
        ["7:30", "07:30", "7h30", "7 giờ 30", "7 heures 30", "7:30 am"],
        ["0:15", "12:15 a.m.", "0h15"],
        ["12:15", "12:15 pm", "12 giờ 15"],
        ["3000", "3,000", "3.000", "3 000", "3\u202f000"],
        ["1250000", "1,250,000", "1.250.000", "1 250 000"],
        ["2.5", "2,5"],
        ["families", "family"],
        ["routes", "route"],
        ["beaches", "beach"],
        ["bateaux", "bateau"],
        ["BÃI", "bai", "bãi", unicodedata.normalize("NFD", "bãi")],
        ["điện", "dien", "Điện"],
    ],
)
def test_what_is_written_in_many_ways_is_one_term(same: list[str]) -> None:
    assert len({frozenset(terms(f"xyz {written} xyz").spelled) for written in same}) == 1


def test_a_name_stands_in_the_middle_of_a_sentence_or_before_another_capital() -> None:
    def names(words: str) -> list[str]:
        return [terms(words).spelled[term] for term in terms(words).names]

    assert names("Closed? Will M. Bai see Ana, Vera Lind and EVN?") == [
        "Bai",
        "Ana",
        "Vera",
        "Lind",
        "EVN",
    ]
    assert names("Bãi Dâu mở cửa lại?") == ["Bãi", "Dâu"]
    assert names("EVN cắt điện") == ["EVN"]
    assert names("WHEN WILL BAI DAU REOPEN") == []


WORDS = sorted({word for words in BRIEFING.values() for word in words.lower().split()})
questions = st.lists(st.sampled_from([*WORDS, "Bãi Dâu", "20:00", "3.000"]), max_size=30).map(
    " ".join
)


@given(questions, questions)
def test_a_score_is_the_same_from_both_sides_and_a_part_of_all(one: str, two: str) -> None:
    assert score(one, two) == pytest.approx(score(two, one), abs=1e-5)
    assert 0 <= score(one, two) <= 1


@given(questions)
def test_who_asks_in_the_same_words_asks_the_same(words: str) -> None:
    assert score(words, words) == (1.0 if terms(words).spelled else 0.0)


@given(st.lists(st.sampled_from([w for w in WORDS if w.isalpha()])), questions, st.randoms())
def test_neither_the_order_of_words_nor_their_accents_matter(
    words: list[str], other: str, dice: random.Random
) -> None:
    turned = dice.sample(words, k=len(words))
    for same in (" ".join(turned), fold(" ".join(words)), " ".join(words).upper()):
        assert score(same, other) == pytest.approx(score(" ".join(words), other), abs=1e-5)


@given(st.text(), st.text())
def test_any_text_can_be_compared(one: str, two: str) -> None:
    assert 0 <= score(one, two) <= 1


def test_five_hundred_long_questions_are_compared_at_once() -> None:
    dice = random.Random(1)
    vocabulary = [*WORDS, *(f"word{n}" for n in range(2_000)), "Bãi Dâu", "20:00"]

    def long_question() -> Terms:
        return terms(" ".join(dice.choices(vocabulary, k=150))[:600])

    own, others = long_question(), [(str(n), long_question()) for n in range(500)]
    spent = []
    for _ in range(3):
        begun = time.process_time()
        twins(own, others)
        spent.append(time.process_time() - begun)
    # It takes a quarter of this: what would be noticed is a loop in a loop, not a busy hour.
    assert min(spent) < 0.06
