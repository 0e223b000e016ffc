"""What has been said already: the update that the desk is named beside a question."""

import pytest

from hub.domain.likeness import said, terms

UPDATES = {
    "evac-vi": "Từ 20 giờ hôm nay, 3.000 người ở Bãi Dâu phải sơ tán đến các trường học trên cao.",
    "evac-en": "From 20:00 today 3,000 people in Bãi Dâu must move to the schools on high ground. "
    "Buses are free of charge.",
    "power-vi": "EVN sẽ cắt điện ở Long Sơn từ 22 giờ đến 5 giờ sáng để bảo vệ đường dây.",
    "power-en": "Power will be cut in Long Sơn from 22:00 until 05:00 while EVN secures the lines. "
    "The hospital has emergency power.",
    "ferry-en": "All ferries to Côn Đảo are cancelled until Thursday. Tickets are refunded.",
    "ferry-fr": "Tous les ferries pour Côn Đảo sont annulés jusqu’à jeudi matin.",
    "school-en": "All schools in the city stay closed on Monday and Tuesday. Exams are moved.",
    "wind-en": "The storm is expected to make landfall between Vũng Tàu and Long Hải at 02:00.",
    "water-fr": "L’eau du robinet reste potable dans tous les quartiers, même inondés.",
}
PARAGRAPHS = [(ref, terms(words)) for ref, words in UPDATES.items()]


def found(words: str) -> list[str]:
    return [one.ref for one in said(terms(words), PARAGRAPHS)]


@pytest.mark.parametrize(
    ("words", "updates"),
    [
        ("Are the schools closed on Monday?", ["school-en"]),
        ("When will the power be cut in Long Sơn?", ["power-en"]),
        ("Điện ở Long Sơn bị cắt từ mấy giờ?", ["power-vi"]),
        ("dien o long son bi cat tu may gio", ["power-vi"]),
        ("Will tickets for the ferries be refunded?", ["ferry-en"]),
        ("When does the storm make landfall?", ["wind-en"]),
        ("Does the hospital have emergency power?", ["power-en"]),
        ("L’eau du robinet est-elle potable dans les quartiers inondés ?", ["water-fr"]),
        # A question in another language, by what is alike in all of them.
        ("Must 3,000 people leave Bai Dau by 8 p.m.?", ["evac-vi", "evac-en"]),
        ("3.000 người phải rời Bãi Dâu trước 20 giờ?", ["evac-en", "evac-vi"]),
    ],
)
def test_what_says_it_already_is_found(words: str, updates: list[str]) -> None:
    assert found(words) == updates


@pytest.mark.parametrize(
    "words",
    [
        "Why?",
        "",
        "What does the sea wall cost?",
        "Who pays for the buses?",
        "Who decided to close the schools?",  # one word of it
        "How many beds does the clinic in Bãi Dâu have?",  # the place, another matter
        "Is the hotel in Bãi Dâu insured?",
        "How strong will the wind be?",
        "Bao giờ trường học mở cửa lại?",
        "Combien de lits reste-t-il à Vũng Tàu ?",
    ],
)
def test_what_nobody_has_said_names_nothing(words: str) -> None:
    assert found(words) == []


def test_each_update_is_named_once_by_its_best_paragraph_and_no_more_than_asked_for() -> None:
    words = "Are the schools closed on Monday?"
    paragraphs = [
        ("long", terms("The schools are closed on some days.")),
        ("long", terms("The schools stay closed on Monday, says the city.")),
        ("short", terms("Schools are closed on Monday.")),
        ("far", terms("Schools closed.")),
    ]
    both = said(terms(words), paragraphs)
    assert sorted(one.ref for one in both) == ["long", "short"]
    assert all(one.score == 1.0 for one in both)
    assert len(said(terms(words), paragraphs, most=1)) == 1
    assert said(terms(words), []) == []
