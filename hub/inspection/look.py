"""One file: recognised, made harmless, previewed, read."""

import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

from hub.domain.filetype import Family, Fault, FileType
from hub.inspection.archive import look_through
from hub.inspection.leaves import first_leaf, opened, words_of
from hub.inspection.office import clean_office
from hub.inspection.pdf import clean_pdf
from hub.inspection.picture import clean_picture
from hub.inspection.recognise import recognise
from hub.inspection.report import Refused, Report
from hub.inspection.soffice import as_pdf
from hub.inspection.words import plain_words

_PREVIEW = "preview.webp"


def look(path: Path, name: str, out: Path, *, office: str | None) -> Report:
    """`office`: the program soffice, if there is one. Raises Refused."""
    kind = recognise(path, name)
    try:
        report = _look(path, kind, out, office=office)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise Refused(Fault.DAMAGED, str(error)[:200]) from error
    return replace(report, type=kind.key, media=kind.media)


def _look(path: Path, kind: FileType, out: Path, *, office: str | None) -> Report:
    match kind.family:
        case Family.PDF:
            return _pdf(path, out)
        case Family.IMAGE:
            return clean_picture(path, kind, out)
        case Family.OFFICE:
            return _office(path, kind, out, office=office)
        case Family.ZIP:
            look_through(path)
            return Report()
        case Family.TEXT:
            return Report(text=plain_words(path))
        case Family.AUDIO | Family.VIDEO:
            return Report()


def _pdf(path: Path, out: Path) -> Report:
    clean = out / "clean.pdf"
    clean_pdf(path, clean)
    with opened(clean) as pdf:
        return Report(
            pages=len(pdf),
            clean=clean.name,
            preview=_PREVIEW if first_leaf(pdf, out / _PREVIEW) else None,
            text=words_of(pdf),
        )


def _office(path: Path, kind: FileType, out: Path, *, office: str | None) -> Report:
    clean = out / f"clean{kind.suffixes[0]}"
    report = Report(text=clean_office(path, kind, clean), clean=clean.name)
    made = as_pdf(office, clean, out) if office else None
    if made is None:
        return report
    try:
        with opened(made) as pdf:
            shown = first_leaf(pdf, out / _PREVIEW)
            return replace(report, pages=len(pdf), preview=_PREVIEW if shown else None)
    except Refused:
        # It is the preview alone that fails.
        return report
