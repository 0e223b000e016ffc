"""The reader's page: what frames do to it, and that it sees where it differs from a fresh one."""

import pytest

from hub.replay.reader import Reader
from hub.replay.sheet import Sheet

PAGE = """<section id="feed" data-n="2" data-epoch="e"><ol id="points"></ol>
<div id="updates"><article id="u-b">B<br>b</article><article id="u-a">A</article></div></section>"""


def partial(target: str, style: str, html: str) -> str:
    return f'<hx-partial hx-target="#{target}" hx-swap="{style}">{html}</hx-partial>'


@pytest.fixture
def sheet() -> Sheet:
    return Sheet.read(PAGE)


def test_a_page_is_read_with_its_items_parts_and_cursor(sheet: Sheet) -> None:
    assert [name for name, _ in sheet.items] == ["u-b", "u-a"]
    assert sheet.items[0][1] == '<article id="u-b">B<br>b</article>'
    assert sheet.parts == {"points": '<ol id="points"></ol>'}
    assert (sheet.n, sheet.epoch) == (2, "e")


def test_frames_put_in_at_the_top_and_replace_in_place(sheet: Sheet) -> None:
    sheet.apply(
        partial("updates", "afterbegin", '<article id="u-c">C</article>')
        + partial("u-a", "outerMorph", '<article id="u-a">corrected</article>')
        + partial("points", "outerMorph", '<ol id="points"><li>P</li></ol>')
    )
    assert [name for name, _ in sheet.items] == ["u-c", "u-b", "u-a"]
    assert "corrected" in sheet.items[2][1]
    assert "<li>P</li>" in sheet.parts["points"]


@pytest.mark.parametrize(
    ("frame", "fault"),
    [
        (partial("updates", "afterbegin", '<article id="u-c">C</article>'), "another order"),
        (partial("updates", "afterbegin", '<article id="u-b">B</article>'), "another order"),
        (partial("u-a", "outerMorph", '<article id="u-a">x</article>'), "u-a reads otherwise"),
        (partial("points", "outerMorph", '<ol id="points">x</ol>'), "#points reads otherwise"),
    ],
)
def test_every_difference_from_a_fresh_page_is_found(sheet: Sheet, frame: str, fault: str) -> None:
    assert sheet.differences(Sheet.read(PAGE)) == []
    sheet.apply(frame)
    assert any(fault in found for found in sheet.differences(Sheet.read(PAGE)))


def test_a_swap_that_no_page_knows_is_refused(sheet: Sheet) -> None:
    with pytest.raises(ValueError, match="unknown swap"):
        sheet.apply(partial("updates", "beforeend", "<p></p>"))


@pytest.mark.parametrize(
    ("numbers", "faults"),
    [
        ([3, 4, 5], []),
        ([3, 3], ["3 came again after 3"]),
        ([3, 5], ["5 came after 3"]),
        ([4, 3], ["4 came after 2", "3 came again after 4"]),
    ],
)
def test_a_number_that_is_lost_doubled_or_out_of_order_is_a_fault(
    sheet: Sheet, numbers: list[int], faults: list[str]
) -> None:
    reader = Reader("http://127.0.0.1:1", "x", "room", token=None)
    reader.sheet = sheet
    for n in numbers:
        html = partial("updates", "afterbegin", f'<article id="e-{n}"></article>')
        reader.take({"n": n, "html": html})
    assert reader.findings.faults == faults


DESK = """<div id="feed" data-n="2" data-epoch="e"><ol id="new">
<li class="card" id="q-a" data-state="asked"><p>A</p></li></ol><ol id="approved"></ol>
<ol id="called"></ol><ol id="disposed"></ol><data id="order" value=""></data></div>"""


def card(ref: str, state: str, words: str) -> str:
    return f'<li class="card" id="q-{ref}" data-state="{state}"><p>{words}</p></li>'


def desk(*cards: str, order: str = "") -> Sheet:
    page = DESK.replace(card("a", "asked", "A"), "".join(cards))
    return Sheet.read(page.replace('value=""', f'value="{order}"'))


def test_a_card_on_the_desk_comes_changes_its_state_and_is_found_in_any_list() -> None:
    sheet = desk(card("a", "asked", "A"))
    sheet.apply(
        partial("new", "beforeend", card("b", "asked", "B"))
        + partial("q-a", "outerMorph", card("a", "approved", "A"))
        + partial("order", "outerMorph", '<data id="order" value="1"></data>')
        + partial("q-z", "outerMorph", card("z", "declined", "Z"))
    )
    fresh = desk(card("b", "asked", "B"), card("a", "approved", "A"), order="1")
    assert sheet.differences(fresh) == []


@pytest.mark.parametrize(
    ("cards", "fault"),
    [
        ([card("a", "called", "A")], "q-a is asked and should be called"),
        ([card("a", "asked", "B")], "q-a reads otherwise"),
        ([card("a", "asked", "A"), card("b", "asked", "B")], "q-b is missing"),
        ([], "q-a should not be there"),
    ],
)
def test_every_difference_of_the_desk_is_found(cards: list[str], fault: str) -> None:
    assert desk(card("a", "asked", "A")).differences(desk(*cards)) == [fault]
