"""A PDF without what runs, what is hidden inside it and what tells of its author."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from hub.domain.filetype import Fault
from hub.inspection.bare import bare_jpeg
from hub.inspection.bounds import PAGES
from hub.inspection.report import Refused

_ACTIONS = {
    "/JavaScript", "/Launch", "/GoToR", "/GoToE", "/SubmitForm", "/ImportData", "/ResetForm",
    "/Rendition", "/Movie", "/Sound", "/RichMediaExecute", "/Hide", "/SetOCGState", "/GoTo3DView",
}  # fmt: skip

# What happens by itself; files within; earlier states; who, where and with what.
_DROPPED = {
    "/AA", "/OpenAction", "/JS", "/JavaScript", "/XFA", "/EF", "/AF", "/RF", "/EmbeddedFiles",
    "/Collection", "/RichMediaContent", "/RichMediaSettings", "/Movie", "/Sound", "/3DD",
    "/PieceInfo", "/Metadata", "/Thumb", "/LastModified", "/Perms", "/DSS", "/Legal",
    "/SpiderInfo", "/Threads",
}  # fmt: skip

_SCHEMES = ("http:", "https:", "mailto:", "tel:")


def clean_pdf(path: Path, clean: Path) -> None:
    """Writes the harmless copy. Raises Refused."""
    try:
        with pikepdf.open(path) as pdf:
            if not pdf.pages:
                raise Refused(Fault.DAMAGED, "no pages")
            if len(pdf.pages) > PAGES:
                raise Refused(Fault.UNPACKS_TOO_LARGE, f"{len(pdf.pages)} pages")
            _disarm(pdf)
            pdf.save(
                clean,
                encryption=False,
                deterministic_id=True,
                object_stream_mode=pikepdf.ObjectStreamMode.generate,
            )
    except pikepdf.PasswordError as error:
        raise Refused(Fault.ENCRYPTED) from error
    except (pikepdf.PdfError, pikepdf.ForeignObjectError, RuntimeError) as error:
        raise Refused(Fault.DAMAGED, str(error).replace(str(path), "it")[:200]) from error


def _disarm(pdf: pikepdf.Pdf) -> None:
    for key in ("/Info", "/ID"):
        if key in pdf.trailer:
            del pdf.trailer[key]
    for thing in _things(pdf):
        keys = set(thing.keys())
        if "/S" in keys and _is_action(thing):
            # Emptied, not taken out: whoever points to it then points to nothing.
            for key in keys:
                del thing[key]
            continue
        for key in keys & _DROPPED:
            if not _is_resource(thing[key]):
                del thing[key]
        if "/V" in keys and thing.get("/FT") == Name.Sig:
            # What is saved anew is not what was signed, and must not claim so.
            del thing["/V"]
        if "/Filter" in keys and thing["/Filter"] == Name.DCTDecode:
            _bare(thing)


def _things(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary and stream, those within others included. What is yielded may be changed."""
    for root in pdf.objects:
        waiting: list[Any] = [root]
        while waiting:
            thing = waiting.pop()
            if isinstance(thing, Dictionary | Stream):
                yield thing
                inner = [thing[key] for key in thing.keys()]  # noqa: SIM118
            elif isinstance(thing, Array):
                inner = list(thing)
            else:
                continue
            waiting += [
                one for one in inner if isinstance(one, Dictionary | Array) and not one.is_indirect
            ]


def _is_action(thing: Any) -> bool:
    if isinstance(thing, Stream):
        return False
    kind = thing.get("/S")
    if not isinstance(kind, Name):
        return False
    if kind == Name.URI:
        return not str(thing.get("/URI", "")).strip().lower().startswith(_SCHEMES)
    # A part of a tagged text may be called anything, and has a parent.
    return str(kind) in _ACTIONS and "/P" not in thing


def _is_resource(thing: Any) -> bool:
    """A font or a picture that a page happens to call by one of these names."""
    if isinstance(thing, Stream):
        return thing.get("/Subtype") in {Name.Image, Name.Form}
    return isinstance(thing, Dictionary) and thing.get("/Type") in {Name.Font, Name.ExtGState}


def _bare(picture: Stream) -> None:
    raw = picture.read_raw_bytes()
    bare = bare_jpeg(raw)
    if len(bare) < len(raw):
        parameters: Any = picture.get("/DecodeParms")
        picture.write(bare, filter=Name.DCTDecode, decode_parms=parameters)
