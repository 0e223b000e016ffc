"""The forms of who asks: the question itself, and what may be done with it afterwards."""

from datetime import datetime
from zoneinfo import ZoneInfo

from hub.domain.asking import Ask
from hub.domain.errors import N_, Invalid
from hub.domain.filing import next_time
from hub.domain.question import clean_question
from hub.domain.words import LANGUAGES
from hub.live.seen_own import SeenOwn
from hub.web.forms import Form

ASK = frozenset({"key", "words", "follows", "language", "files_at", "zone", "speaks"})
EDIT = frozenset({"key", "words", "files_at", "zone", "speaks"})
WITHDRAWAL = frozenset({"key"})
APPEAL = frozenset({"key", "appeal"})

SPEAKS = {"yes": True, "no": False}


def ask_of(form: Form, *, now: datetime) -> Ask:
    """What is asked. Raises Invalid."""
    language = form.get("language")
    if language not in LANGUAGES:
        choices = ", ".join(LANGUAGES)
        raise Invalid("language", N_("Choose one of these: %(choices)s."), choices=choices)
    return _said(form, language=language, follows=form.get("follows") or None, now=now)


def edited(form: Form, language: str, *, now: datetime) -> Ask:
    """The question as it is to be said now. Raises Invalid."""
    return _said(form, language=language, follows=None, now=now)


def filled_in(question: SeenOwn) -> Form:
    """The form for saying it otherwise."""
    at = question.files_at
    files = at.astimezone(ZoneInfo(question.zone)).strftime("%H:%M") if at else ""
    return Form.empty(
        EDIT,
        words=question.words,
        files_at=files,
        zone=question.zone,
        speaks="yes" if question.speaks else "no",
    )


def _said(form: Form, *, language: str, follows: str | None, now: datetime) -> Ask:
    zone = form.get("zone")
    speaks = form.get("speaks") or "no"
    if speaks not in SPEAKS:
        choices = ", ".join(SPEAKS)
        raise Invalid("speaks", N_("Choose one of these: %(choices)s."), choices=choices)
    return Ask(
        words=clean_question(form.get("words")),
        language=language,
        zone=zone,
        files_at=next_time(form.get("files_at"), zone, now),
        speaks=SPEAKS[speaks],
        follows=follows,
    )
