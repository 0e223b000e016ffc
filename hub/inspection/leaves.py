"""The pages of a PDF: how many, as pictures, their words."""

import math
import time
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image

from hub.domain.filetype import Fault
from hub.inspection.report import PAGE_TEXT_LIMIT, TEXT_LIMIT, Leaf, Pages, Refused
from hub.inspection.words import clean_words

PAGES_AT_ONCE = 8
PREVIEW = 640
_PIXELS = 12_000_000
_WIDTHS = (100, 2400)
_WORDS_SECONDS = 10.0


def opened(path: Path) -> pdfium.PdfDocument:
    """Raises Refused."""
    try:
        pdf = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        raise Refused(Fault.DAMAGED, str(error)[:200]) from error
    if len(pdf) < 1:
        pdf.close()
        raise Refused(Fault.DAMAGED, "no pages")
    return pdf


def first_leaf(pdf: pdfium.PdfDocument, file: Path) -> bool:
    """Writes the first page, its longest side PREVIEW pixels. False: it cannot be shown."""
    try:
        page = pdf[0]
        _picture(page, PREVIEW / _longest(page)).save(file, "WEBP", quality=75, method=4)
    except pdfium.PdfiumError:
        return False
    return True


def words_of(pdf: pdfium.PdfDocument) -> str:
    """All pages' words, as far as ten seconds of work and the search's limit reach."""
    kept: list[str] = []
    room = TEXT_LIMIT
    until = time.process_time() + _WORDS_SECONDS
    for number in range(len(pdf)):
        if room <= 0 or time.process_time() > until:
            break
        kept.append(_words(pdf, number, room))
        room -= len(kept[-1])
    # A form feed between pages: the viewer puts the words of each above its picture.
    return "\f".join(clean_words(words) for words in kept)[:TEXT_LIMIT]


def some_leaves(path: Path, *, first: int, last: int, width: int, out: Path) -> Pages:
    """Pages `first` to `last`, from 1, as far as there are such, so many pixels wide."""
    width = min(max(width, _WIDTHS[0]), _WIDTHS[1])
    leaves: list[Leaf] = []
    texts: dict[int, str] = {}
    with opened(path) as pdf:
        last = min(last, len(pdf), first + PAGES_AT_ONCE - 1)
        for number in range(max(first, 1), last + 1):
            try:
                page = pdf[number - 1]
                wide = page.get_width()
                scale = width / wide if math.isfinite(wide) and wide > 0 else 1.0
                picture = _picture(page, scale)
            except pdfium.PdfiumError as error:
                raise Refused(Fault.DAMAGED, str(error)[:200]) from error
            file = f"{number}.webp"
            picture.save(out / file, "WEBP", quality=80, method=2)
            leaves.append(Leaf(page=number, width=picture.width, height=picture.height, file=file))
            texts[number] = clean_words(
                _words(pdf, number - 1, PAGE_TEXT_LIMIT), limit=PAGE_TEXT_LIMIT
            )
    return Pages(leaves=tuple(leaves), texts=texts)


def _words(pdf: pdfium.PdfDocument, number: int, room: int) -> str:
    try:
        page = pdf[number].get_textpage()
        words: str = page.get_text_range(0, min(page.count_chars(), 2 * room))
    except pdfium.PdfiumError:
        return ""
    return words


def _longest(page: pdfium.PdfPage) -> float:
    longest = max(page.get_size())
    return longest if math.isfinite(longest) and longest > 0 else PREVIEW


def _picture(page: pdfium.PdfPage, scale: float) -> Image.Image:
    """A page may claim to be a kilometre wide: it gets so many pixels and no side beyond WebP's."""
    width, height = page.get_size()
    pixels = max(width * scale, 1) * max(height * scale, 1)
    if pixels > _PIXELS:
        scale *= math.sqrt(_PIXELS / pixels)
    scale = min(scale, 16_000 / max(_longest(page), 1))
    bitmap = page.render(scale=scale)
    picture: Image.Image = bitmap.to_pil()
    return picture.convert("RGB")
