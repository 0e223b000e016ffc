"""The catalogues of translations: gathered from templates and code, renewed, and checked.

English is the language of the source and needs no catalogue. A catalogue is its .po alone, sorted
by message and without dates or line numbers, so that a difference shows nothing but words.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import takewhile
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po, write_po

from hub.domain.words import LANGUAGES

TRANSLATED = tuple(code for code in LANGUAGES if code != "en")

_WIDTH = 100
_IN_TEMPLATES = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_IN_CODE = {"N_": None, "translate": (2,)}

_PLACE = re.compile(r"%(?:\(\w+\))?[#0 +-]*\d*(?:\.\d+)?[A-Za-z%]|%")
# What Jinja marks as safe when a template says _("..."): a translation adds none of it.
_MARKUP = re.compile(r'<[^<>]*>|&#?\w+;|[<>&"]')
_END = re.compile(r"[.,:;?!…]?$")


def catalogue(folder: Path, language: str) -> Path:
    """Where the translations into a language are kept."""
    return folder / language / "LC_MESSAGES" / "hub.po"


def gather(templates: Path, code: Path) -> Catalog:
    """Every message of the templates and the code. TemplateSyntaxError: one cannot be read."""
    gathered = Catalog()
    for root, pattern, method, keywords, options in (
        (templates, "*.html", "jinja2.ext:babel_extract", _IN_TEMPLATES, {"silent": "false"}),
        (code, "*.py", "babel.messages.extract:extract_python", _IN_CODE, {}),
    ):
        for path in sorted(root.rglob(pattern)):
            place = f"{root.name}/{path.relative_to(root).as_posix()}"
            with path.open("rb") as file:
                found = extract(method, file, keywords, options=options)
                for _line, message, _comments, context in found:
                    # One place in a file is enough to find it again.
                    gathered.add(message, locations=[(place, 0)], context=context)
    return gathered


def renewed(po: Path, language: str, gathered: Catalog) -> str:
    """The catalogue brought up to date: new messages empty, old ones gone, the others kept."""
    catalog = _read(po, language)
    catalog.update(gathered, no_fuzzy_matching=True)
    written = BytesIO()
    write_po(
        written,
        catalog,
        width=_WIDTH,
        omit_header=True,
        sort_output=True,
        ignore_obsolete=True,
        include_lineno=False,
    )
    forms, rule = get_plural(language)
    head = (
        f"{_glossary(po)}"
        'msgid ""\n'
        'msgstr ""\n'
        f'"Language: {language}\\n"\n'
        f'"Plural-Forms: nplurals={forms}; plural={rule};\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
    )
    return f"{head}\n{written.getvalue().decode().rstrip()}\n"


def faults(po: Path, language: str, gathered: Catalog) -> list[str]:
    """What a catalogue lacks and what is wrong in it, a line each; empty when it is complete."""
    catalog = _read(po, language)
    found = [*_unused(catalog, gathered)]
    for message in gathered:
        if not message.id:
            continue
        translated = catalog.get(message.id, message.context)
        where = ", ".join(sorted({place for place, _ in message.locations}))
        if translated is None or translated.pluralizable != message.pluralizable:
            found.append(f"{language}: missing: {_first(message)!r} ({where})")
        else:
            found += [
                f"{language}: {fault}: {_first(message)!r} ({where})"
                for fault in _of(translated, language)
            ]
    return found


def _unused(catalog: Catalog, gathered: Catalog) -> Iterator[str]:
    for message in (*catalog, *catalog.obsolete.values()):
        if message.id and gathered.get(message.id, message.context) is None:
            yield f"{catalog.locale_identifier}: obsolete: {_first(message)!r}"


def _of(message: Message, language: str) -> Iterator[str]:
    """What is wrong with one translation, each fault once."""
    if message.fuzzy:
        yield "fuzzy"
    sources = [message.id] if isinstance(message.id, str) else list(message.id)
    forms = [message.string] if isinstance(message.string, str) else list(message.string or ())
    expected = get_plural(language)[0] if message.pluralizable else 1
    if len(forms) != expected or not all(forms):
        yield "missing"
        return
    for fault, is_wrong in _RULES.items():
        if any(is_wrong(sources, form) for form in forms):
            yield fault
    if any(_TYPOGRAPHY[language].search(form) for form in forms):
        yield "spaces or marks are not as the language writes them"


def _strays(pattern: re.Pattern[str]) -> Callable[[list[str], str], bool]:
    def strays(sources: list[str], form: str) -> bool:
        return set(pattern.findall(form)) not in [set(pattern.findall(one)) for one in sources]

    return strays


def _left(sources: list[str], form: str) -> bool:
    # A word or two may be the same: Flash, Menu.
    return form in sources and len(form.split()) > 2


_RULES: dict[str, Callable[[list[str], str], bool]] = {
    "other placeholders": _strays(_PLACE),
    "other markup": _strays(_MARKUP),
    "another mark at the end": _strays(_END),
    "other spaces around it": _strays(re.compile(r"^\s*|\s*$")),
    "not in NFC": lambda _, form: not unicodedata.is_normalized("NFC", form),
    "left in English": _left,
}

_TYPOGRAPHY = {
    "vi": re.compile(r"\s[,.;:?!…]|['\xa0]|\.\.\.|  "),
    # No-break before a colon and inside guillemets, narrow no-break before the other high marks.
    "fr": re.compile(
        r"(?<![\u202f?!])[;?!]|(?<!\xa0):(?!//|\d)|«(?!\xa0)|(?<!\xa0)»|[“”']|\.\.\.|  "
    ),
}


def _glossary(po: Path) -> str:
    """The comment at the head of a catalogue as it stands: Babel would trim its columns."""
    lines = po.read_text(encoding="utf-8").splitlines(keepends=True) if po.is_file() else []
    return "".join(takewhile(lambda line: line.startswith("#"), lines))


def _first(message: Message) -> str:
    return message.id if isinstance(message.id, str) else str(message.id[0])


def _read(po: Path, language: str) -> Catalog:
    if not po.is_file():
        return Catalog(locale=language)
    with po.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)
