"""The picture of the demonstration: the river as it was read, and as it is expected."""

import io
from collections.abc import Iterable, Iterator
from itertools import pairwise

from PIL import ImageDraw

from hub.demo.files.figures import ALERTS, DYKE, FORECAST, LEVELS, vietnamese
from hub.demo.files.letters import DEEP, INK, RED, RULE, SOFT, letter, sheet

_WIDTH, _HEIGHT = 1600, 1000
_LEFT, _RIGHT, _TOP, _BOTTOM = 110, 1330, 190, 880
_FROM, _TO = 6, 33
_LOW, _HIGH = 7.0, 12.0


def chart() -> bytes:
    """A PNG."""
    image, pen = sheet(_WIDTH, _HEIGHT)
    letter(pen, (_LEFT, 80), "Sông Trúc tại trạm Bến Trúc", size=52, weight=700)
    letter(pen, (_LEFT, 130), "Mực nước tính bằng mét, đo từng giờ và dự báo", size=32, ink=SOFT)
    _scale(pen)
    for metres, name in ALERTS:
        _across(pen, metres, f"{name}: {vietnamese(metres)}", ink=RED)
    _across(pen, DYKE, f"Đê: {vietnamese(DYKE)}", ink=INK)
    expected = list(_between(_points(FORECAST)))
    for start, end in zip(expected[::2], expected[1::2], strict=False):
        pen.line([start, end], fill=DEEP, width=6)
    pen.line(list(_points(LEVELS)), fill=DEEP, width=8, joint="curve")
    _mark(pen, LEVELS[-1], "13 giờ: ")
    _mark(pen, max(FORECAST, key=lambda one: one[1]), "Đỉnh: ")
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _scale(pen: ImageDraw.ImageDraw) -> None:
    for metres in range(int(_LOW), int(_HIGH) + 1):
        y = _y(metres)
        pen.line([(_LEFT, y), (_RIGHT, y)], fill=RULE, width=2)
        letter(pen, (_LEFT - 36, y + 11), str(metres), size=32, ink=SOFT, middle=True)
    for hour in range(_FROM, _TO + 1, 3):
        x = _x(hour)
        pen.line([(x, _BOTTOM), (x, _BOTTOM + 10)], fill=SOFT, width=2)
        letter(pen, (x, _BOTTOM + 50), f"{hour % 24} giờ", size=30, ink=SOFT, middle=True)
    letter(pen, (_x(15), _BOTTOM + 94), "hôm nay", size=30, middle=True)
    letter(pen, (_x(28.5), _BOTTOM + 94), "ngày mai", size=30, middle=True)
    pen.line([(_x(24), _TOP), (_x(24), _BOTTOM)], fill=RULE, width=2)


def _across(pen: ImageDraw.ImageDraw, metres: float, name: str, *, ink: str) -> None:
    y = _y(metres)
    pen.line([(_LEFT, y), (_RIGHT, y)], fill=ink, width=4)
    letter(pen, (_RIGHT + 16, y + 11), name, size=32, weight=600, ink=ink)


def _mark(pen: ImageDraw.ImageDraw, point: tuple[float, float], words: str) -> None:
    x, y = _x(point[0]), _y(point[1])
    pen.ellipse([x - 13, y - 13, x + 13, y + 13], fill=DEEP)
    letter(pen, (x + 6, y + 52), f"{words}{vietnamese(point[1])}", size=36, weight=700)


def _points(values: Iterable[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    return ((_x(hour), _y(metres)) for hour, metres in values)


def _between(points: Iterable[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Points close together on the line through these: every second stretch makes it dashed."""
    known = list(points)
    for (x0, y0), (x1, y1) in pairwise(known):
        for part in range(6):
            yield x0 + (x1 - x0) * part / 6, y0 + (y1 - y0) * part / 6
    yield known[-1]


def _x(hour: float) -> float:
    return _LEFT + (_RIGHT - _LEFT) * (hour - _FROM) / (_TO - _FROM)


def _y(metres: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * (metres - _LOW) / (_HIGH - _LOW)
