"""Drawn pages as a PDF, with their words beneath the picture: read, searched and copied."""

import io
import zlib
from collections.abc import Sequence

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image

A4 = (1240, 1754)
"""In pixels, of which there are 150 to an inch."""

_POINT = 72 / 150
_UNSEEN = 3
_WORDS_SIZE = 9

# Each code is the letter itself: no face is needed for words that nobody sees.
_TO_LETTERS = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Letters def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
1 beginbfrange <0000> <FFFF> <0000> endbfrange
endcmap CMapName currentdict /CMap defineresource pop end end"""


def paper(pages: Sequence[tuple[Image.Image, Sequence[str]]], *, title: str) -> bytes:
    """A PDF of these pages; of each its lines of words, from the top."""
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        face = _face(pdf)
        for image, lines in pages:
            width, height = (side * _POINT for side in image.size)
            page = pdf.add_blank_page(page_size=(width, height))
            page.Resources = Dictionary(
                XObject=Dictionary(Drawn=_drawn(pdf, image)), Font=Dictionary(Letters=face)
            )
            page.Contents = pdf.make_stream(_content(width, height, lines))
        with pdf.open_metadata() as about:
            about["dc:title"] = title
        pdf.save(out)
    return out.getvalue()


def _drawn(pdf: pikepdf.Pdf, image: Image.Image) -> pikepdf.Stream:
    return pdf.make_stream(
        zlib.compress(image.tobytes(), 6),
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=image.width,
        Height=image.height,
        ColorSpace=Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=Name.FlateDecode,
    )


def _content(width: float, height: float, lines: Sequence[str]) -> bytes:
    words = [
        f"BT {_UNSEEN} Tr /Letters {_WORDS_SIZE} Tf 40 {height - 50 - 18 * number:.0f} Td"
        f" <{line.encode('utf-16-be').hex()}> Tj ET"
        for number, line in enumerate(lines)
    ]
    picture = f"q {width:.2f} 0 0 {height:.2f} 0 0 cm /Drawn Do Q"
    return "\n".join([picture, *words]).encode()


def _face(pdf: pikepdf.Pdf) -> pikepdf.Object:
    about = Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name.Letters,
        Flags=4,
        FontBBox=Array([0, -200, 1000, 800]),
        ItalicAngle=0,
        Ascent=800,
        Descent=-200,
        CapHeight=700,
        StemV=80,
    )
    letters = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=Name.Letters,
        CIDSystemInfo=Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0),
        FontDescriptor=pdf.make_indirect(about),
        DW=500,
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=Name.Letters,
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(letters)]),
            ToUnicode=pdf.make_stream(_TO_LETTERS),
        )
    )
