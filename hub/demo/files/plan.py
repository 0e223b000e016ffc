"""The demonstration's plan of the evacuation: a map, and the stops in words."""

from collections.abc import Sequence

from PIL import Image, ImageDraw

from hub.demo.files.figures import WARDS, vietnamese
from hub.demo.files.letters import (
    DEEP,
    INK,
    LAND,
    LOW_LAND,
    PAPER,
    RED,
    RULE,
    SOFT,
    WATER,
    letter,
    lines_of,
    sheet,
)
from hub.demo.files.paper import A4, paper

TITLE = "Bản đồ sơ tán sáu phường ngoài đê"
_UNDER = "Thành phố Hải Lam, bão số 11. Rời nhà trước 19 giờ hôm nay."
_NOTE = (
    "Xe buýt chạy 15 phút một chuyến từ các điểm đón đến các điểm sơ tán, không thu tiền vé. Mang "
    "theo giấy tờ, thuốc đang dùng và nước uống. Ai không tự đi được: báo cho tổ dân phố."
)
_MARGIN = 90
_FRAME = (_MARGIN, 270, A4[0] - _MARGIN, 1560)

# The river from the hills to the sea, the dykes on both sides, and the stops by their numbers.
_RIVER = ((90, 520), (300, 640), (480, 860), (700, 960), (900, 1120), (1150, 1330))
_BANK = 210
_STOPS = ((170, 470), (450, 690), (330, 830), (650, 1040), (820, 950), (960, 1280))
_NORTH = (1, 2, 5)
_BRIDGE = ((677, 718), (503, 1102))
_TUNNEL = ((344, 424), (136, 788))


def plan() -> bytes:
    """A PDF of two pages."""
    rows = [
        f"{number}. {name}: {vietnamese(homes)} hộ, {vietnamese(people)} người; điểm đón: {stop}"
        for number, (name, homes, people, stop) in enumerate(WARDS, start=1)
    ]
    names = "Sông Trúc, cầu An Đò, hầm Bãi Sậy, đê"
    return paper(
        [(_map(), [TITLE, _UNDER, names, *(ward[0] for ward in WARDS)]), (_list(), [_NOTE, *rows])],
        title=TITLE,
    )


def _map() -> Image.Image:
    image, pen = sheet(*A4)
    letter(pen, (_MARGIN, 150), TITLE, size=60, weight=700)
    letter(pen, (_MARGIN, 212), _UNDER, size=34, ink=SOFT)
    drawn, inner = sheet(*A4)
    inner.rectangle(_FRAME, fill=LAND)
    _along(inner, 2 * _BANK + 16, INK)
    _along(inner, 2 * _BANK, LOW_LAND)
    _along(inner, 130, WATER)
    _road(inner, _BRIDGE, "Cầu An Đò", at=(696, 694))
    _road(inner, _TUNNEL, "Hầm Bãi Sậy", at=(370, 404))
    letter(inner, (940, 1164), "Sông Trúc", size=34, weight=600, ink=DEEP, middle=True)
    letter(inner, (740, 460), "Trung tâm thành phố", size=40, weight=600, ink=SOFT, middle=True)
    letter(inner, (380, 1400), "Bờ nam", size=40, weight=600, ink=SOFT, middle=True)
    for number, (stop, ward) in enumerate(zip(_STOPS, WARDS, strict=True), start=1):
        _stop(inner, stop, number)
        name_at = (stop[0], stop[1] + (-40 if number in _NORTH else 62))
        letter(inner, name_at, ward[0], size=34, weight=600, middle=True, halo=LOW_LAND)
    _compass(inner)
    image.paste(drawn.crop(_FRAME), _FRAME[:2])
    pen.rectangle(_FRAME, outline=INK, width=3)
    _legend(pen)
    return image


def _list() -> Image.Image:
    image, pen = sheet(*A4)
    letter(pen, (_MARGIN, 150), "Các điểm đón", size=60, weight=700)
    y = 220
    for line in lines_of(_NOTE, size=34, width=A4[0] - 2 * _MARGIN):
        letter(pen, (_MARGIN, y), line, size=34)
        y += 48
    y += 70
    _row(pen, y, ("", "Phường", "Hộ", "Người", "Điểm đón"), weight=600, ink=SOFT)
    for number, (name, homes, people, stop) in enumerate(WARDS, start=1):
        pen.line([(_MARGIN, y + 26), (A4[0] - _MARGIN, y + 26)], fill=RULE, width=2)
        y += 86
        _stop(pen, (_MARGIN + 26, y - 12), number)
        _row(pen, y, ("", name, vietnamese(homes), vietnamese(people), stop))
    pen.line([(_MARGIN, y + 26), (A4[0] - _MARGIN, y + 26)], fill=INK, width=3)
    sums = (vietnamese(sum(ward[column] for ward in _COUNTS)) for column in (0, 1))
    _row(pen, y + 86, ("", "Cả sáu phường", *sums, ""), weight=700)
    return image


_COUNTS = [(homes, people) for _, homes, people, _ in WARDS]


def _row(
    pen: ImageDraw.ImageDraw,
    y: float,
    cells: Sequence[str],
    *,
    weight: int = 400,
    ink: str = INK,
) -> None:
    for x, cell in zip((0, 80, 370, 490, 640), cells, strict=True):
        letter(pen, (_MARGIN + x, y), cell, size=34, weight=weight, ink=ink)


def _along(pen: ImageDraw.ImageDraw, width: int, ink: str) -> None:
    pen.line(_RIVER, fill=ink, width=width, joint="curve")
    for x, y in _RIVER:
        pen.ellipse([x - width / 2, y - width / 2, x + width / 2, y + width / 2], fill=ink)


def _road(
    pen: ImageDraw.ImageDraw,
    way: Sequence[tuple[float, float]],
    name: str,
    *,
    at: tuple[float, float],
) -> None:
    pen.line(way, fill=INK, width=22)
    pen.line(way, fill=PAPER, width=14)
    letter(pen, at, name, size=32, halo=LAND)


def _stop(pen: ImageDraw.ImageDraw, at: tuple[float, float], number: int) -> None:
    x, y = at
    pen.ellipse([x - 26, y - 26, x + 26, y + 26], fill=RED)
    letter(pen, (x, y + 12), str(number), size=34, weight=700, ink="white", middle=True)


def _compass(pen: ImageDraw.ImageDraw) -> None:
    pen.polygon([(1090, 310), (1066, 390), (1090, 372), (1114, 390)], fill=INK)
    letter(pen, (1090, 436), "Bắc", size=30, weight=600, middle=True)


def _legend(pen: ImageDraw.ImageDraw) -> None:
    _stop(pen, (_MARGIN + 26, 1630), 1)
    letter(pen, (_MARGIN + 70, 1642), "điểm đón, xem trang 2", size=32)
    pen.rectangle((500, 1606, 560, 1654), fill=LOW_LAND, outline=INK, width=3)
    letter(pen, (578, 1642), "ngoài đê, phải sơ tán", size=32)
    pen.line([(910, 1630), (970, 1630)], fill=INK, width=8)
    letter(pen, (988, 1642), "đê", size=32)
