"""The forms about documents at the podium, read."""

from hub.domain.document import Document
from hub.domain.handing_in import Sheet
from hub.domain.words import LANGUAGES
from hub.web.forms import Form

_BY_LANGUAGE = frozenset(
    f"{field}-{code}" for field in ("title", "description") for code in LANGUAGES
)
# "title" and "description": in the document's own language.
DESCRIPTION = _BY_LANGUAGE | {"key", "language", "press", "title", "description"}
DROP = frozenset({"key", "note"})
WITHDRAWAL = frozenset({"key", "reason"})
DISCARD = frozenset({"key"})
PLACE = frozenset({"before", "way"})
HANDING_IN = frozenset({"key", "press", "files"})
VERSION = frozenset({"key", "file"})


def description_of(document: Document) -> Form:
    """The form as the document stands."""
    values = {f"title-{code}": text for code, text in document.titles.items()}
    values |= {f"description-{code}": text for code, text in document.descriptions.items()}
    values |= {"language": document.language} | ({} if document.public else {"press": "1"})
    return Form.empty(DESCRIPTION, **values)


def sheet_of(form: Form) -> Sheet:
    """What is to be said of the document."""
    return Sheet(
        language=form.get("language"),
        titles=_words(form, "title"),
        descriptions=_words(form, "description"),
        public="press" not in form.values,
    )


def _words(form: Form, field: str) -> dict[str, str]:
    texts = {code: form.get(f"{field}-{code}") for code in LANGUAGES} | {"": form.get(field)}
    return {code: text for code, text in texts.items() if text.strip()}
