"""What a correction changed, whatever it was and however long."""

from hub.domain.change import Span, changes

WORDS = " ".join(f"word{n}" for n in range(40))
LONG = " ".join(f"This is sentence {n} of many." for n in range(150))


def _said(spans: list[Span]) -> str:
    marks = {"same": "%s", "changed": "[%s]", "left_out": "…%s"}
    return "".join(marks[span.kind] % span.text.strip() for span in spans)


def test_the_changed_words_stand_among_fourteen_that_have_not() -> None:
    was, now = changes(WORDS, WORDS.replace("word20 ", "other "))
    near = " ".join(f"word{n}" for n in range(6, 20)), " ".join(f"word{n}" for n in range(21, 35))
    assert _said(was) == f"…{near[0]}[word20]{near[1]}…"
    assert _said(now) == f"…{near[0]}[other]{near[1]}…"


def test_what_was_added_at_the_end_has_the_words_before_it() -> None:
    was, now = changes("one two", "one two three")
    assert (_said(was), _said(now)) == ("one[two]", "one[two three]")


def test_two_words_far_apart_in_a_long_text_are_two_changes() -> None:
    was, now = changes(LONG, LONG.replace("sentence 3 ", "line 3 ").replace("147", "148"))
    assert [span.text for span in was if span.kind == "changed"] == ["sentence ", "147 "]
    assert [span.text for span in now if span.kind == "changed"] == ["line ", "148 "]
    assert len(_said(was)) < 500


def test_a_long_text_written_anew_is_one_change() -> None:
    # Word by word this would take minutes, and the loop that writes to everybody stands meanwhile.
    before, after = "a " * 2_500, "a b " * 1_250
    was, now = changes(before, after)
    assert (was, now) == ([Span("changed", before)], [Span("changed", after)])


def test_the_same_words_have_not_changed() -> None:
    assert _said(changes(LONG, LONG)[0]) == "…"
    assert changes("", "") == ([], [])
