"""Lettering for what the demonstration draws: the pages' own faces, Vietnamese included."""

from functools import cache
from itertools import groupby

from PIL import Image, ImageDraw, ImageFont

from hub.folders import folder

PAPER = "#fbf9f4"
INK = "#191815"
SOFT = "#5a554b"
RULE = "#d9d3c6"
RED = "#b3121d"
WATER = "#8fb4c9"
DEEP = "#2f6482"
LAND = "#ece6d8"
LOW_LAND = "#f6dfd3"
"""Colours of ink on paper, as the pages have them."""

_FOLDER = "vendor/source-sans-3"
# The faces are split as in static/tokens.css: what is not of Latin-1 stands in the other one.
_LATIN = ((0x0000, 0x00FF), (0x2000, 0x206F))


def sheet(width: int, height: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """Empty paper, and the pen for it."""
    image = Image.new("RGB", (width, height), PAPER)
    return image, ImageDraw.Draw(image)


def letter(
    pen: ImageDraw.ImageDraw,
    at: tuple[float, float],
    text: str,
    *,
    size: int,
    weight: int = 400,
    ink: str = INK,
    middle: bool = False,
    halo: str | None = None,
) -> None:
    """Writes a line from `at`, or around it, on its base line. `halo`: what lies behind it is
    kept away in this colour."""
    x, y = at
    if middle:
        x -= width_of(text, size=size, weight=weight) / 2
    for latin, run in groupby(text, _is_latin):
        word = "".join(run)
        face = _face(latin, size, weight)
        pen.text(
            (x, y),
            word,
            fill=ink,
            font=face,
            anchor="ls",
            stroke_width=5 if halo else 0,
            stroke_fill=halo,
        )
        x += face.getlength(word)


def width_of(text: str, *, size: int, weight: int = 400) -> float:
    """How wide a line is, in pixels."""
    runs = ((latin, "".join(run)) for latin, run in groupby(text, _is_latin))
    return sum(_face(latin, size, weight).getlength(word) for latin, word in runs)


def lines_of(text: str, *, size: int, width: float) -> list[str]:
    """The words in lines that are no wider than this."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if width_of(longer, size=size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _is_latin(letter: str) -> bool:
    return any(first <= ord(letter) <= last for first, last in _LATIN)


@cache
def _face(latin: bool, size: int, weight: int) -> ImageFont.FreeTypeFont:
    name = f"source-sans-3-{'latin' if latin else 'vietnamese'}-wght-normal.woff2"
    face = ImageFont.truetype(folder("static") / _FOLDER / name, size)
    face.set_variation_by_axes([weight])
    return face
