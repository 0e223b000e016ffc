"""The files of the demonstration say what is said in the room, in letters that all are there."""

import io

import pypdfium2
from PIL import Image

from hub.demo.files.chart import chart
from hub.demo.files.figures import DYKE, FORECAST, LEVELS, WARDS
from hub.demo.files.letters import letter, lines_of, sheet, width_of
from hub.demo.files.plan import plan
from hub.demo.files.tables import levels, levels_misheard
from hub.demo.storm import STORM
from hub.replay.acts import Correct, HandIn, Publish

HANDED_IN = [act for act in STORM.acts if isinstance(act, HandIn)]
SAID = {act.key: act.text for act in STORM.acts if isinstance(act, Publish | Correct)}


def test_the_wards_add_up_to_the_households_and_people_of_the_order() -> None:
    homes, people = (sum(ward[column] for ward in _COUNTS) for column in (0, 1))
    assert (homes, people) == (4_200, 15_600)
    assert "4.200 hộ" in SAID["flash-evacuation"]
    assert "15.600 người" in SAID["flash-evacuation"]


def test_the_river_stands_in_the_files_as_it_is_said_to() -> None:
    assert LEVELS[-1] == (13, 8.4)
    assert "13 giờ" in SAID["river"]
    assert "8,4 mét" in SAID["river"]
    # 30 hours after midnight is six in the morning.
    assert max(FORECAST, key=lambda one: one[1]) == (30, 9.8)
    assert "9,8 mét, vào khoảng 6 giờ sáng mai" in SAID["peak"]
    assert f"{DYKE}".replace(".", ",") in SAID["peak"]


def test_the_second_version_differs_from_the_first_in_one_figure() -> None:
    first, second = (read().decode("utf-8-sig").splitlines() for read in (levels_misheard, levels))
    assert [(a, b) for a, b in zip(first, second, strict=True) if a != b] == [
        ("Bến Trúc;13:00;9,4", "Bến Trúc;13:00;8,4")
    ]


def test_the_plan_is_found_by_its_words() -> None:
    document = pypdfium2.PdfDocument(plan())
    words = [page.get_textpage().get_text_range() for page in document]
    assert len(words) == 2
    assert "Bản đồ sơ tán sáu phường ngoài đê" in words[0]
    assert "6. Xóm Lưới: 550 hộ, 2.040 người; điểm đón: Sân vận động Xóm Lưới" in words[1]


def test_no_letter_of_vietnamese_is_missing_in_what_is_drawn() -> None:
    missing = drawn("\ue000")
    assert [one for one in "đĐơƠưƯẠạỘộỮữỷỹ" if drawn(one) == missing] == []


def test_lines_are_broken_between_words() -> None:
    assert lines_of("mực nước sông", size=40, width=width_of("mực nước", size=40)) == [
        "mực nước",
        "sông",
    ]


def test_the_picture_is_one_and_says_when_and_how_high() -> None:
    assert Image.open(io.BytesIO(chart())).size == (1600, 1000)
    (words,) = [act.descriptions["vi"] for act in HANDED_IN if act.read is chart]
    assert "9,8 mét lúc 6 giờ sáng mai" in words


def drawn(text: str) -> bytes:
    image, pen = sheet(60, 60)
    letter(pen, (10, 45), text, size=40)
    return image.tobytes()


_COUNTS = [(homes, people) for _, homes, people, _ in WARDS]
