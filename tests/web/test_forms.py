"""Forms are read as they were sent, and what cannot be read is said beside its field."""

from urllib.parse import urlencode

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

from hub.domain.errors import Invalid, KeyReused, StaleEdition
from hub.domain.update import Terms, UpdateKind
from hub.web.forms import (
    CORRECTION,
    DRAFT,
    RETRACTION,
    SPEAKER,
    Form,
    draft_of,
    edition_of,
    read_form,
    words_of,
)

URLENCODED = "application/x-www-form-urlencoded"


def sent(body: bytes, kind: str = URLENCODED) -> Request:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(b"content-type", kind.encode())]
    return Request({"type": "http", "method": "POST", "headers": headers}, receive)


def refused(form: Form) -> dict[str, str]:
    return {place: type(refusal).__name__ for place, refusal in form.refusals.items()}


async def test_what_was_typed_is_read_as_it_was() -> None:
    words = "Đường Phù Sa: 10,4 m & rising\r\n\r\n“Stay away” = now+later"
    form = await read_form(sent(urlencode({"text": words, "key": "k"}).encode()), DRAFT)
    assert (form.get("text"), form.get("key"), form.refusals) == (words, "k", {})


async def test_letters_that_came_unescaped_are_letters_too() -> None:
    form = await read_form(sent("text=cà phê".encode()), DRAFT)
    assert (form.get("text"), form.refusals) == ("cà phê", {})


@pytest.mark.parametrize("bytes_", [b"caf%E9", b"caf\xe9", b"caf%ED%A0%80", b"caf%C3"])
async def test_broken_utf_8_is_named_beside_its_field_and_the_rest_is_kept(bytes_: bytes) -> None:
    form = await read_form(sent(b"attribution=" + bytes_ + b"&text=Closed"), DRAFT)
    assert form.get("attribution").startswith("caf\N{REPLACEMENT CHARACTER}")
    assert form.get("text") == "Closed"
    assert refused(form) == {"attribution": "Invalid"}
    with pytest.raises(Invalid, match="damaged on the way"):
        form.check()


async def test_a_field_that_does_not_belong_is_refused_and_not_kept() -> None:
    form = await read_form(sent(b"text=Closed&role=administrator"), DRAFT)
    assert refused(form) == {"": "Invalid"}
    assert form.values == {"text": "Closed"}


async def test_a_field_that_comes_twice_is_refused() -> None:
    form = await read_form(sent(b"kind=flash&kind=note"), DRAFT)
    assert refused(form) == {"kind": "Invalid"}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"text": "Closed"}', "application/json"),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
        (b"&".join(b"a%d=1" % n for n in range(100)), URLENCODED),
    ],
    ids=["json", "multipart", "a hundred fields"],
)
async def test_what_is_no_form_of_ours_cannot_be_understood(body: bytes, kind: str) -> None:
    with pytest.raises(HTTPException) as refusal:
        await read_form(sent(body, kind), DRAFT)
    assert refusal.value.status_code == 400


async def test_nothing_at_all_is_an_empty_form() -> None:
    form = await read_form(sent(b"", ""), SPEAKER)
    assert (form.values, form.refusals) == ({}, {})


def test_an_empty_form_has_a_key_of_its_own_where_it_takes_one() -> None:
    keys = {Form.empty(RETRACTION).key() for _ in range(100)}
    assert len(keys) == 100
    assert Form.empty(SPEAKER).values == {}


def test_a_form_without_its_key_is_refused_and_given_one() -> None:
    form = Form(RETRACTION, {"notice": "Wrong"})
    with pytest.raises(Invalid) as refusal:
        form.key()
    form.refuse(refusal.value)
    assert refused(form) == {"": "Invalid"}
    assert form.key()


def test_a_key_used_for_other_words_is_renewed_and_the_words_are_kept() -> None:
    form = Form(RETRACTION, {"notice": "Wrong", "key": "used"})
    form.refuse(KeyReused())
    assert form.key() != "used"
    assert form.get("notice") == "Wrong"
    assert "has been done already" in str(form.refusals[""])


def test_a_refusal_stands_at_its_field_or_at_the_form() -> None:
    form = Form(CORRECTION, {"key": "k"})
    for refusal in (Invalid("note", "Shorter."), Invalid("nowhere", "What?"), StaleEdition()):
        form.refuse(refusal)
    assert {place: str(why) for place, why in form.refusals.items()} == {
        "note": "note: Shorter.",
        "": "nowhere: What?",
    }
    assert form.key() == "k"


def test_a_draft_is_read_with_the_defaults_of_the_press_centre() -> None:
    draft = draft_of(Form(DRAFT, {"text": "Closed", "text-en": " ", "text-fr": "Fermé"}))
    assert draft.words == {"": "Closed", "fr": "Fermé"}
    assert (draft.kind, draft.terms, draft.pinned) == (
        UpdateKind.STATEMENT,
        Terms.RECORD,
        False,
    )


def test_a_note_is_nobodys_words_whoever_was_chosen_before() -> None:
    chosen = {"text": "A question", "speaker": "Vera", "pinned": "1"}
    assert draft_of(Form(DRAFT, chosen | {"kind": "note"})).speaker is None
    assert draft_of(Form(DRAFT, chosen | {"kind": "flash"})).speaker == "Vera"


@pytest.mark.parametrize("field", ["kind", "terms"])
def test_an_unknown_choice_names_what_there_is(field: str) -> None:
    with pytest.raises(Invalid, match="Choose one of these: ") as refusal:
        draft_of(Form(DRAFT, {field: "off the record"}))
    assert refusal.value.field == field


def test_words_in_the_own_language_stand_first() -> None:
    assert words_of(Form(CORRECTION, {"text": "a", "text-vi": "b"})) == {"": "a", "vi": "b"}


@pytest.mark.parametrize("edition", ["", "one", "-1", "1e3", "٣", "9999999"])
def test_an_edition_that_is_no_number_is_refused(edition: str) -> None:
    with pytest.raises(Invalid, match="lost which words"):
        edition_of(Form(CORRECTION, {"edition": edition}))
