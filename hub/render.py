"""Pages and blocks: one strict Jinja environment a language, synchronous.

An environment a language, so that nothing about a reader is hidden in a context variable. What
they compile they share, and `tests/test_compiled.py` holds that it is the same.
"""

import math
from collections.abc import Callable, Mapping, MutableMapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2_fragments import render_block
from markupsafe import Markup

from hub.compiled import Compiled
from hub.domain.errors import N_, Refusal, Term
from hub.domain.filetype import Fault, type_of
from hub.domain.reason import REASONS
from hub.domain.words import LANGUAGES
from hub.own_files import OwnFiles, edition
from hub.prose import headline, light_change, light_words, markdown, marked_changes, plain

# Written as the press of each language writes: CLDR's Vietnamese is nobody's, its plain English
# American.
_LOCALES = {"en": "en_GB"}
_DAYS = {"vi": "EEEE, 'ngày' d 'tháng' M 'năm' y", "en": "EEEE d MMMM y", "fr": "EEEE d MMMM y"}
_SHORT_DAYS = {"vi": "EEEE d/M", "en": "EEE d MMM", "fr": "EEE d MMM"}

_SIZES = (N_("%(n)s bytes"), N_("%(n)s kB"), N_("%(n)s MB"), N_("%(n)s GB"))


class Renderer:
    """Renders templates in the hub's languages from the folders it is given."""

    def __init__(self, *, templates: Path, static: Path, locale: Path) -> None:
        self._files = OwnFiles(static)
        # A page and what comes to it later must be of one version of the program.
        self.edition = edition(templates, locale, self._files.edition)
        self._catalogs = {code: catalog(locale, code) for code in LANGUAGES}
        self._compiled = Compiled()
        self._environments = {code: self._environment(templates, code) for code in LANGUAGES}

    def warm(self) -> None:
        """Compiles every template now, so that the first readers need not wait for it."""
        for environment in self._environments.values():
            for name in environment.list_templates(["html"]):
                environment.get_template(name)

    def page(self, language: str, template: str, context: Mapping[str, Any]) -> str:
        """A whole template."""
        return self._environments[language].get_template(template).render(context)

    def block(self, language: str, template: str, block: str, context: Mapping[str, Any]) -> str:
        """One block of a template: it sees the context and nothing from around it."""
        return render_block(self._environments[language], template, block, context)

    def translate(self, language: str, message: str, **values: object) -> str:
        """A message outside a template, for example a refusal's."""
        text: str = self._catalogs[language].gettext(message)
        return text % values if values else text

    def refusal(self, language: str, refusal: Refusal) -> str:
        """Why something was refused, in the reader's language."""
        values = {
            name: self.translate(language, value) if isinstance(value, Term) else value
            for name, value in refusal.values.items()
        }
        return self.translate(language, refusal.says, **values)

    def _file_type(self, key: str, code: str) -> str:
        """What kind of file it is, as a line begins."""
        words = self.translate(code, type_of(key).words)
        return words[:1].upper() + words[1:]

    def _size(self, size: int, code: str, locale: Locale) -> str:
        """Of a file, as people say it: 412 kB, 1.1 MB."""
        power = 0
        while size / 1000**power >= 999.5 and power + 1 < len(_SIZES):
            power += 1
        amount = size / 1000**power
        form = "#,##0" if amount >= 10 or power == 0 else "0.#"
        told = numbers.format_decimal(amount, form, locale=locale)
        # Number and unit stay on one line.
        return self.translate(code, _SIZES[power], n=told).replace(" ", "\N{NO-BREAK SPACE}")

    def _environment(self, templates: Path, code: str) -> Environment:
        environment = _Environment(
            loader=FileSystemLoader(templates),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            bytecode_cache=self._compiled,
            extensions=["jinja2.ext.i18n"],
        )
        environment.install_gettext_translations(  # type: ignore[attr-defined]
            self._catalogs[code], newstyle=True
        )
        language = Locale.parse(_LOCALES.get(code, code))
        environment.globals |= {
            "_": _sayer(self._catalogs[code]),
            "language": code,
            "edition": self.edition,
            "languages": {one: Locale.parse(one).get_display_name() for one in LANGUAGES},
            "file": self._files.address,
            "modules": self._files.modules,
            "sheets": self._files.sheets,
            "changes": marked_changes,
            "light_change": light_change,
            "light_words": light_words,
            "in_order": _in_order(code),
            "reasons": REASONS,
        }
        environment.filters |= {
            "markdown": markdown,
            "plain": plain,
            "headline": headline,
            "number": lru_cache(maxsize=1024)(
                lambda value: numbers.format_decimal(value, locale=language)
            ),
            "clock": lambda at, zone: at.astimezone(ZoneInfo(zone)).strftime("%H:%M:%S"),
            "minute": lambda at, zone: at.astimezone(ZoneInfo(zone)).strftime("%H:%M"),
            "day": lambda at, zone: _day(
                at.astimezone(ZoneInfo(zone)).date(), _DAYS[code], language
            ),
            "short_day": lambda at, zone: _day(
                at.astimezone(ZoneInfo(zone)).date(), _SHORT_DAYS[code], language
            ),
            "iso": _iso,
            "span": lambda length: _length(length, language),
            "size": lambda size: self._size(size, code, language),
            "fault": lambda key: self.translate(code, Fault(key).says),
            "file_type": lambda key: self._file_type(key, code),
        }
        return environment


class _Environment(Environment):
    """Jinja's own chains a template's globals to the environment's, and copies the chain for each
    block: where nobody adds any later, a dictionary is the same."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """What each of its templates knows."""
        return {**self.globals, **(d or {})}


def _sayer(translations: NullTranslations) -> Callable[..., Markup]:
    """What `_` says in a template: as Jinja's own, which looks up each word each time."""

    @lru_cache(maxsize=4096)
    def translated(message: str) -> Markup:
        return Markup(translations.gettext(message))  # noqa: S704 - our own words

    @lru_cache(maxsize=4096)
    def plain(message: str) -> Markup:
        return translated(message) % {}

    def say(message: str, **values: object) -> Markup:
        """The message in this environment's language, what is put into it escaped."""
        return translated(message) % values if values else plain(message)

    return say


def catalog(locale: Path, code: str) -> NullTranslations:
    """The translations into a language, read from its .po; English is the source itself."""
    path = locale / code / "LC_MESSAGES" / "hub.po"
    if not path.is_file():
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=code))
    compiled.seek(0)
    return Translations(compiled)


def _in_order(language: str) -> Any:
    def in_order(words: Mapping[str, str], original: str) -> list[tuple[str, str]]:
        """The words with the reader's language first, then the original, then the others."""
        rank = {language: 0, original: 1}
        return sorted(words.items(), key=lambda item: (rank.get(item[0], 2), item[0]))

    return in_order


@lru_cache(maxsize=1024)
def _day(day: date, form: str, locale: Locale) -> str:
    return dates.format_date(day, form, locale=locale)


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def _length(length: timedelta, locale: Locale) -> str:
    """In whole minutes, at least one, and no more than two units: 2 days 5 hours."""
    minutes = max(1, math.ceil(length.total_seconds() / 60))
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts: list[tuple[timedelta, Literal["day", "hour", "minute"]]] = [
        (timedelta(days=days), "day"),
        (timedelta(hours=hours), "hour"),
        (timedelta(minutes=minutes), "minute"),
    ]
    while not parts[0][0]:
        parts.pop(0)
    # format_unit() does not know Vietnamese.
    return " ".join(
        dates.format_timedelta(part, unit, threshold=math.inf, locale=locale)
        for part, unit in parts[:2]
        if part
    )
