"""Honest files, made here: what a department would hand in, with its author and place in it."""

import io
import struct
import wave
import zipfile
from collections.abc import Mapping

import pikepdf
from PIL import Image, TiffImagePlugin

AUTHOR = "CANARY Nguyen Van Kin"
WORDS = "Học sinh nghỉ học ngày mai, đường Láng ngập sâu."


def pdf(pages: int = 1, words: str = "Schools stay closed") -> bytes:
    """So many A4 pages, each with its number in words, and a photograph on the first."""
    document = pikepdf.new()
    font = document.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
    )
    for number in range(1, pages + 1):
        page = document.add_blank_page(page_size=(595, 842)).obj
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        said = f"BT /F1 24 Tf 72 700 Td ({words}, page {number}) Tj ET"
        if number == 1:
            photograph = document.make_stream(picture(size=(40, 30)))
            photograph.Type, photograph.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
            photograph.Width, photograph.Height, photograph.BitsPerComponent = 40, 30, 8
            photograph.ColorSpace, photograph.Filter = (
                pikepdf.Name.DeviceRGB,
                pikepdf.Name.DCTDecode,
            )
            page.Resources.XObject = pikepdf.Dictionary(Im0=photograph)
            said += " q 200 0 0 150 72 300 cm /Im0 Do Q"
        page.Contents = document.make_stream(said.encode("latin-1"))
        page.PieceInfo = pikepdf.Dictionary(Private=AUTHOR)
    document.docinfo["/Author"] = AUTHOR
    with document.open_metadata() as metadata:
        metadata["dc:creator"] = [AUTHOR]
    return saved(document)


def saved(
    document: pikepdf.Pdf, encryption: pikepdf.Encryption | None = None, *, plain: bool = False
) -> bytes:
    """The document's bytes; `plain`: to be read by eye."""
    out = io.BytesIO()
    if plain:
        document.save(
            out,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    else:
        document.save(out, encryption=encryption)
    return out.getvalue()


def picture(kind: str = "JPEG", size: tuple[int, int] = (1200, 800), *, turn: int = 1) -> bytes:
    """Taken by somebody somewhere, as its EXIF tells; `turn` as EXIF counts it."""
    drawn = Image.radial_gradient("L").resize(size).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = turn
    exif[0x013B] = AUTHOR
    exif[0x010E] = "CANARY of a description"
    place = exif.get_ifd(0x8825)
    place[1], place[2] = "N", tuple(TiffImagePlugin.IFDRational(v) for v in (21, 1, 42))
    place[29] = "CANARY:11:23"
    out = io.BytesIO()
    told = {"comment": AUTHOR.encode()} if kind == "GIF" else {"exif": exif}
    drawn.save(out, kind, **told)
    return out.getvalue()


def moving(kind: str = "GIF") -> bytes:
    """Three pictures."""
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "green", "blue")]
    out = io.BytesIO()
    told = {"comment": AUTHOR.encode()} if kind == "GIF" else {"exif": b"Exif\0\0" + b"CANARY"}
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=80, **told)
    return out.getvalue()


def archive(files: Mapping[str, bytes | str]) -> bytes:
    """These files in a zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, said in files.items():
            packed.writestr(name, said)
    return out.getvalue()


XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="jpeg" ContentType="image/jpeg"/>'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/{part}" ContentType="application/'
    'vnd.openxmlformats-officedocument.{kind}.main+xml"/></Types>'
)
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/officeDocument" Target="{part}"/></Relationships>'
)
_CORE = (
    '<cp:coreProperties xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:cp='
    '"http://schemas.openxmlformats.org/package/2006/metadata/core-properties">'
    f"<dc:creator>{AUTHOR}</dc:creator><cp:lastModifiedBy>{AUTHOR}</cp:lastModifiedBy>"
    "</cp:coreProperties>"
)
_APP = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
    f'extended-properties"><Company>{AUTHOR}</Company></Properties>'
)
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_P = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
_A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'

Parts = Mapping[str, bytes | str]


def office(part: str, kind: str, parts: Parts) -> bytes:
    """A file of Microsoft's with this main part; `parts` may replace the usual ones."""
    usual = {
        "[Content_Types].xml": XML + _TYPES.format(part=part, kind=kind),
        "_rels/.rels": XML + _RELATIONS.format(part=part),
        "docProps/core.xml": XML + _CORE,
        "docProps/app.xml": XML + _APP,
    }
    return archive({**usual, **parts})


def docx(parts: Parts | None = None) -> bytes:
    """A document of one paragraph; `parts` beside it or in place of it."""
    body = f"<w:body><w:p><w:r><w:t>{WORDS}</w:t></w:r></w:p></w:body>"
    own: dict[str, bytes | str] = {
        "word/document.xml": f"{XML}<w:document {W}>{body}</w:document>",
        "word/media/image1.jpeg": picture(size=(60, 40)),
    }
    return office("word/document.xml", "wordprocessingml.document", {**own, **(parts or {})})


def xlsx() -> bytes:
    """A table with one word."""
    return office(
        "xl/workbook.xml",
        "spreadsheetml.sheet",
        {
            "xl/workbook.xml": f"{XML}<workbook {_S}/>",
            "xl/sharedStrings.xml": f"{XML}<sst {_S}><si><t>{WORDS}</t></si></sst>",
        },
    )


def pptx() -> bytes:
    """A slide with one line."""
    return office(
        "ppt/presentation.xml",
        "presentationml.presentation",
        {
            "ppt/presentation.xml": f"{XML}<p:presentation {_P}/>",
            "ppt/slides/slide1.xml": (
                f"{XML}<p:sld {_P} {_A}><a:p><a:r><a:t>{WORDS}</a:t></a:r></a:p></p:sld>"
            ),
        },
    )


def odf(kind: str = "text", parts: Parts | None = None) -> bytes:
    """An OpenDocument of one paragraph."""
    out = io.BytesIO()
    space = "urn:oasis:names:tc:opendocument:xmlns"
    spaces = (
        f'xmlns:office="{space}:office:1.0" xmlns:text="{space}:text:1.0" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.2"'
    )
    own: dict[str, bytes | str] = {
        "content.xml": (
            f"{XML}<office:document-content {spaces}><office:body><office:text>"
            f"<text:p>{WORDS}</text:p></office:text></office:body></office:document-content>"
        ),
        "meta.xml": (
            f"{XML}<office:document-meta {spaces}><office:meta><dc:creator>{AUTHOR}</dc:creator>"
            "</office:meta></office:document-meta>"
        ),
    }
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        for name, said in {**own, **(parts or {})}.items():
            packed.writestr(name, said)
    return out.getvalue()


def csv() -> str:
    """Water levels."""
    return "Trạm;Mực nước\nBến Nứa;10,4\nĐường Láng;2,1\n"


def sound() -> bytes:
    """A tenth of a second of silence."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(struct.pack("<h", 0) * 800)
    return out.getvalue()


def film(brand: bytes = b"isom") -> bytes:
    """The first box of an MP4."""
    return struct.pack(">I", 24) + b"ftyp" + brand + b"\x00\x00\x02\x00isommp41" + bytes(100)


HONEST: dict[str, tuple[bytes, str]] = {
    "plan.pdf": (pdf(3), "pdf"),
    "Thông cáo.docx": (docx(), "docx"),
    "figures.xlsx": (xlsx(), "xlsx"),
    "slides.pptx": (pptx(), "pptx"),
    "letter.odt": (odf(), "odt"),
    "levels.ods": (odf("spreadsheet"), "ods"),
    "slides.odp": (odf("presentation"), "odp"),
    "photo.JPG": (picture(), "jpeg"),
    "map.png": (picture("PNG"), "png"),
    "map.webp": (picture("WEBP"), "webp"),
    "signs.gif": (moving(), "gif"),
    "signs.webp": (moving("WEBP"), "webp"),
    "levels.csv": (csv().encode("utf-8-sig"), "csv"),
    "notes.txt": (WORDS.encode(), "txt"),
    "all.zip": (archive({"a.txt": "a", "folder/b.csv": "b", "folder/c.docx": docx()}), "zip"),
    "speech.mp3": (b"ID3\x04\0\0\0\0\0\0" + b"\xff\xfb\x90\x00" + bytes(400), "mp3"),
    "bare.mp3": (b"\xff\xfb\x90\x00" + bytes(400), "mp3"),
    "speech.wav": (sound(), "wav"),
    "speech.m4a": (film(b"M4A "), "m4a"),
    "speech.opus": (b"OggS\0\x02" + bytes(100), "ogg"),
    "flood.mp4": (film(), "mp4"),
    "flood.webm": (b"\x1a\x45\xdf\xa3\x87\x42\x82\x84webm" + bytes(100), "webm"),
}
"""Each with the type that it is."""
