"""What is said, as HTML: plain prose is not taken apart, and becomes what it would have become."""

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.prose import is_prose, markdown, taken_apart

MARKS = " ,.;:'\"()?!%–—…’‘“”«»/+=@#°€$-*_`~[]<>&|\\\n\t\xa0"


@settings(max_examples=2_000)
@given(
    st.text(
        st.one_of(st.sampled_from(MARKS), st.sampled_from("aBéế1 \n"), st.characters(codec="utf-8"))
    )
)
def test_whatever_is_said_is_shown_as_if_it_had_been_taken_apart(text: str) -> None:
    assert str(markdown(text)) == taken_apart(text)


@settings(max_examples=2_000)
@given(
    st.lists(
        st.text(st.sampled_from("aế1 ,.;'()?!%–…’«»/+=@#°€$-"), min_size=1).map("Đ{}e".format),
        min_size=1,
    ).map("\n\n".join)
)
def test_most_of_what_is_said_is_prose_and_becomes_itself(text: str) -> None:
    assert is_prose(text) is ("//" not in text)
    assert str(markdown(text)) == taken_apart(text)


def test_what_means_something_is_no_prose() -> None:
    said = (
        "*so*",
        "1. one",
        "- one",
        "a  \nb",
        "a\nb",
        " a",
        "a ",
        "//a.vn",
        "tel:1",
        "a&b",
        "<b>",
    )
    assert [text for text in said if is_prose(text)] == []
