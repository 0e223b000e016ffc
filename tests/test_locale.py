"""The hub speaks three languages whole: what is not translated fails here."""

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub.locales import TRANSLATED, catalogue, faults, gather, renewed
from hub.render import Renderer, catalog

ROOT = Path(__file__).parents[1]
LOCALE = ROOT / "locale"


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(templates=ROOT / "templates", static=ROOT / "static", locale=LOCALE)


def house(folder: Path, *, template: str = "", code: str = "") -> tuple[Path, Path]:
    """Templates and code of one file each."""
    for name, text in (("templates/page.html", template), ("hub/rules.py", code)):
        path = folder / name
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
    return folder / "templates", folder / "hub"


def po(folder: Path, language: str, entry: str) -> Path:
    path = catalogue(folder / "locale", language)
    path.parent.mkdir(parents=True)
    path.write_text(entry, encoding="utf-8")
    return path


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_word_of_the_hub_is_translated(language: str) -> None:
    gathered = gather(ROOT / "templates", ROOT / "hub")
    path = catalogue(LOCALE, language)
    assert faults(path, language, gathered) == []
    assert renewed(path, language, gathered) == path.read_text(encoding="utf-8")


def test_messages_are_gathered_from_templates_and_code(tmp_path: Path) -> None:
    folders = house(
        tmp_path,
        template=(
            "{{ _('Hello %(name)s', name=n) }}{{ ngettext('%(num)d new', '%(num)d newer', 2) }}"
            "{{ pgettext('button', 'Close') }}{% trans %}Again{% endtrans %}{{ _(variable) }}"
        ),
        code=(
            "says = N_('One '\n   'sentence')\n"
            "translate(language, 'Another')\n"
            "translate(language_of(request), N_('A third'))\n"
        ),
    )
    assert {(message.context, message.id) for message in gather(*folders) if message.id} == {
        (None, "Hello %(name)s"),
        (None, ("%(num)d new", "%(num)d newer")),
        ("button", "Close"),
        (None, "Again"),
        (None, "One sentence"),
        (None, "Another"),
        (None, "A third"),
    }


def test_renewing_keeps_translations_and_the_glossary_and_drops_what_is_gone(
    tmp_path: Path,
) -> None:
    gathered = gather(*house(tmp_path, template="{{ _('Publish') }} {{ _('Correct') }}"))
    path = po(
        tmp_path,
        "fr",
        "# Glossaire\n#   publish   publier\n"
        'msgid ""\nmsgstr "Language: fr\\n"\n\n'
        'msgid "Publish"\nmsgstr "Publier"\n\n'
        'msgid "Gone"\nmsgstr "Parti"\n\n'
        '#~ msgid "Long gone"\n#~ msgstr "Parti depuis longtemps"\n',
    )
    path.write_text(renewed(path, "fr", gathered), encoding="utf-8")
    assert path.read_text(encoding="utf-8") == (
        "# Glossaire\n#   publish   publier\n"
        'msgid ""\n'
        'msgstr ""\n'
        '"Language: fr\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n\n'
        '#: templates/page.html\nmsgid "Correct"\nmsgstr ""\n\n'
        '#: templates/page.html\nmsgid "Publish"\nmsgstr "Publier"\n'
    )
    assert faults(path, "fr", gathered) == ["fr: missing: 'Correct' (templates/page.html)"]


def test_what_the_templates_no_longer_say_is_a_fault(tmp_path: Path) -> None:
    path = po(
        tmp_path,
        "vi",
        'msgid "Gone"\nmsgstr "Đã đi"\n\n#~ msgid "Long gone"\n#~ msgstr "Đã đi lâu"\n',
    )
    assert faults(path, "vi", gather(*house(tmp_path))) == [
        "vi: obsolete: 'Gone'",
        "vi: obsolete: 'Long gone'",
    ]


NOT_AS_WRITTEN = "spaces or marks are not as the language writes them"


@pytest.mark.parametrize(
    ("language", "message", "translation", "fault"),
    [
        ("vi", "Publish", "", "missing"),
        ("vi", "Hello %(name)s", "Chào %(ten)s", "other placeholders"),
        ("vi", "Hello %(name)s", "Chào", "other placeholders"),
        ("fr", "%(n)s sent", "%(n)d envoyés", "other placeholders"),
        ("fr", "All sent", "100 % envoyés", "other placeholders"),
        ("fr", "All of it", "À 100 %", "other placeholders"),
        ("fr", "<b>Now</b>", "<i>Maintenant</i>", "other markup"),
        ("fr", "Now", "Maintenant & ici", "other markup"),
        ("vi", "Now", 'Ngay" onclick="', "other markup"),
        ("vi", "Close…", "Kết thúc", "another mark at the end"),
        ("vi", "Reading is free ", "Đọc miễn phí", "other spaces around it"),
        ("vi", "Sign in", "Đa\u0306ng nhập", "not in NFC"),
        ("fr", "Nothing is live", "Nothing is live", "left in English"),
        ("vi", "Why?", "Vì sao ?", NOT_AS_WRITTEN),
        ("fr", "Why?", "Pourquoi?", NOT_AS_WRITTEN),
        ("fr", "Why?", "Pourquoi ?", NOT_AS_WRITTEN),
        ("fr", "Next:", "Ensuite :", NOT_AS_WRITTEN),
        ("fr", "an engineer", "« un ingénieur »", NOT_AS_WRITTEN),
        ("fr", "the update", "l'information", NOT_AS_WRITTEN),
    ],
)
def test_a_translation_that_would_spoil_the_page_is_named(
    tmp_path: Path, language: str, message: str, translation: str, fault: str
) -> None:
    said, put = (json.dumps(text, ensure_ascii=False) for text in (message, translation))
    gathered = gather(*house(tmp_path, template=f"{{{{ _({said}) }}}}"))
    path = po(tmp_path, language, f"msgid {said}\nmsgstr {put}\n")
    assert faults(path, language, gathered) == [
        f"{language}: {fault}: {message!r} (templates/page.html)"
    ]


@pytest.mark.parametrize(
    ("message", "translation"),
    [
        ("Flash", "Flash"),
        ("Why? At 13:30", "Pourquoi\u202f? À 13:30"),
        ("Next: “%(time)s”", "Ensuite\xa0: «\xa0%(time)s\xa0»"),
        ("See https://example.org/", "Voir https://example.org/"),
    ],
)
def test_a_translation_that_is_well_written_is_not_named(
    tmp_path: Path, message: str, translation: str
) -> None:
    gathered = gather(*house(tmp_path, template=f"{{{{ _({message!r}) }}}}"))
    path = po(tmp_path, "fr", f'msgid "{message}"\nmsgstr "{translation}"\n')
    assert faults(path, "fr", gathered) == []


def test_each_plural_form_is_asked_for_and_a_guess_is_not_taken(tmp_path: Path) -> None:
    gathered = gather(
        *house(tmp_path, template="{{ ngettext('%(num)d new', '%(num)d newer', n) }}{{ _('Pin') }}")
    )
    path = po(
        tmp_path,
        "fr",
        'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n'
        'msgid "%(num)d new"\nmsgid_plural "%(num)d newer"\n'
        'msgstr[0] "%(num)d nouvelle"\nmsgstr[1] ""\n\n'
        '#, fuzzy\nmsgid "Pin"\nmsgstr "Pain"\n',
    )
    assert faults(path, "fr", gathered) == [
        "fr: missing: '%(num)d new' (templates/page.html)",
        "fr: fuzzy: 'Pin' (templates/page.html)",
    ]


def test_the_command_names_a_removed_translation_and_ends_with_1(tmp_path: Path) -> None:
    for part in ("hub", "templates", "locale"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    path = catalogue(tmp_path / "locale", "vi")
    whole = path.read_text(encoding="utf-8")
    assert 'msgid "Publish"\nmsgstr "Đăng"\n' in whole
    path.write_text(
        whole.replace('msgid "Publish"\nmsgstr "Đăng"\n', 'msgid "Publish"\nmsgstr ""\n'),
        encoding="utf-8",
    )
    lacking = path.read_bytes()

    done = locale_command(tmp_path, "--check")
    assert (done.returncode, done.stderr) == (
        1,
        "hub: vi: missing: 'Publish' (templates/podium/composer.html)\n",
    )
    assert path.read_bytes() == lacking


def locale_command(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hub", "locale", *options],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_messages_are_said_in_the_readers_language(renderer: Renderer) -> None:
    assert [renderer.translate(language, "Publish") for language in ("vi", "en", "fr")] == [
        "Đăng",
        "Publish",
        "Publier",
    ]
    french = catalog(LOCALE, "fr")
    assert [
        french.ungettext("%(num)s following", "%(num)s following", number) % {"num": number}
        for number in (0, 1, 2)
    ] == ["0 connecté", "1 connecté", "2 connectés"]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("vi", "Thứ Năm, ngày 15 tháng 10 năm 2026 | Thứ Năm 15/10 | 13:30:05 | 12.345"),
        ("en", "Thursday 15 October 2026 | Thu 15 Oct | 13:30:05 | 12,345"),
        ("fr", "jeudi 15 octobre 2026 | jeu. 15 oct. | 13:30:05 | 12\u202f345"),
    ],
)
def test_days_times_and_numbers_are_written_as_the_language_does(
    tmp_path: Path, language: str, expected: str
) -> None:
    (tmp_path / "page.html").write_text(
        "{{ at|day(zone) }} | {{ at|short_day(zone) }} | {{ at|clock(zone) }} | {{ 12345|number }}"
    )
    at = datetime(2026, 10, 15, 6, 30, 5, tzinfo=UTC)
    written = Renderer(templates=tmp_path, static=tmp_path, locale=LOCALE).page(
        language, "page.html", {"at": at, "zone": "Asia/Ho_Chi_Minh"}
    )
    assert written == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("vi", "1 phút | 45 phút | 1 giờ 20 phút | 1 ngày 6 giờ | 9 ngày"),
        ("en", "1 minute | 45 minutes | 1 hour 20 minutes | 1 day 6 hours | 9 days"),
        (
            "fr",
            "1 minute | 45 minutes | 1\xa0heure 20 minutes | 1\xa0jour 6\xa0heures | 9\xa0jours",
        ),
    ],
)
def test_a_length_of_time_has_no_more_than_two_units(
    tmp_path: Path, language: str, expected: str
) -> None:
    (tmp_path / "page.html").write_text("{{ lengths|map('span')|join(' | ') }}")
    written = Renderer(templates=tmp_path, static=tmp_path, locale=LOCALE).page(
        language,
        "page.html",
        {"lengths": [timedelta(minutes=m) for m in (0.2, 45, 80, 30 * 60, 9 * 24 * 60)]},
    )
    assert written == expected
