"""Documents at the podium: each act by the open page and without JavaScript."""

import re
import resource
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest

from tests.cast import ANA, OANH, VERA
from tests.centre import Centre, open_centre
from tests.files import pdf, png
from tests.web.handing import AT, DOCUMENTS, PODIUM, checked, form, lines, says, upload
from tests.web.typed import Typed

HTMX = {"HX-Request": "true"}
WAYS = [pytest.param(HTMX, id="open page"), pytest.param({}, id="no JavaScript")]
CSV = ("figures.csv", b"gauge,metres\nBen Nua,10.4\n")


@pytest.fixture
async def centre(database_url: str) -> AsyncIterator[Centre]:
    async with open_centre(database_url) as centre:
        yield centre


@pytest.fixture
async def small(sqlite_url: str) -> AsyncIterator[Centre]:
    """Where the database is of no interest."""
    async with open_centre(sqlite_url) as centre:
        yield centre


async def send(
    client: httpx2.AsyncClient, path: str, way: dict[str, str], values: dict[str, str]
) -> httpx2.Response:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return await client.post(path, content=urlencode(values).encode(), headers=way | kind)


def is_done(answer: httpx2.Response, way: dict[str, str]) -> bool:
    if way:
        return (answer.status_code, answer.content) == (204, b"")
    return (answer.status_code, answer.headers.get("location")) == (303, PODIUM)


async def in_the_room(centre: Centre) -> str:
    return (await (await centre.client(ANA)).get(AT)).text


async def test_files_of_an_ordinary_form_are_checked_and_then_dropped_with_one_button(
    centre: Centre,
) -> None:
    vera = await centre.client(VERA)
    key = Typed((await vera.get(PODIUM)).text, "handing").values["key"]
    files = [("files", ("Kế hoạch.pdf", pdf(3))), ("files", CSV)]
    for _ in range(2):  # pressed twice
        answer = await vera.post(DOCUMENTS, data={"key": key}, files=files)
        assert is_done(answer, {})
    plan, figures = await lines(vera)
    assert "Kế hoạch.pdf · PDF ·" in await says(vera, plan, "Checked")
    assert "3 pages" in await says(vera, plan, "Checked")
    await says(vera, figures, "Checked")
    assert "Kế hoạch" not in await in_the_room(centre)
    button = {"key": f"drop-{plan}-1"}
    for _ in range(2):
        assert is_done(await send(vera, f"{DOCUMENTS}/{plan}/drop", {}, button), {})
    assert "Dropped at" in (await lines(vera))[plan]
    room = await in_the_room(centre)
    assert room.count(f'id="d-{plan}-1"') == 1
    assert figures not in room
    address = re.findall(r'href="(/files/[\w-]+)"', room)[0]
    assert (await vera.get(address)).content.startswith(b"%PDF")


async def test_an_upload_for_the_press_only_is_not_for_the_public(centre: Centre) -> None:
    vera = await centre.client(VERA)
    ref = await checked(vera, *CSV, press="1")
    await send(vera, f"{DOCUMENTS}/{ref}/drop", HTMX, {"key": "k"})
    assert "For the press only" in (await lines(vera))[ref]
    assert ref in await in_the_room(centre)
    assert ref not in (await (await centre.client()).get(AT)).text


@pytest.mark.parametrize("way", WAYS)
async def test_of_a_picture_it_is_asked_what_it_shows_before_the_drop(
    small: Centre, way: dict[str, str]
) -> None:
    vera = await small.client(VERA)
    ref = await checked(vera, "map.png", png())
    assert "Say what it shows" in (await lines(vera))[ref]
    refused = await send(vera, f"{DOCUMENTS}/{ref}/drop", way, {"key": "k"})
    assert refused.status_code == 422
    assert "Say in words what the picture shows" in refused.text
    words = await form(vera, ref, "description") | {
        "title-vi": "Bản đồ", "description-vi": "Bản đồ nơi trú ẩn", "description-en": "Shelters",
    }  # fmt: skip
    assert is_done(await send(vera, f"{DOCUMENTS}/{ref}/description", way, words), way)
    assert is_done(await send(vera, f"{DOCUMENTS}/{ref}/drop", way, {"key": "k2"}), way)
    assert "Bản đồ" in await in_the_room(small)


@pytest.mark.parametrize("way", WAYS)
async def test_a_new_version_is_dropped_with_what_has_changed(
    small: Centre, way: dict[str, str]
) -> None:
    vera = await small.client(VERA)
    ref = await checked(vera, *CSV)
    await send(vera, f"{DOCUMENTS}/{ref}/drop", way, {"key": "k"})
    key = (await form(vera, ref, "versions"))["key"]
    file = {"file": ("figures-2.csv", b"gauge,metres\nBen Nua,11\n")}
    answer = await vera.post(f"{DOCUMENTS}/{ref}/versions", data={"key": key}, files=file)
    assert is_done(answer, {})
    await says(vera, ref, "Checked")
    typed = await form(vera, ref, "drop")
    refused = await send(vera, f"{DOCUMENTS}/{ref}/drop", way, typed)
    back = Typed(refused.text, "document-drop")
    assert refused.status_code == 422
    assert back.refusals == {"document-note-refusal": "Write something here first."}
    typed = back.values | {"note": "The gauge was wrong"}
    assert is_done(await send(vera, f"{DOCUMENTS}/{ref}/drop", way, typed), way)
    room = await in_the_room(small)
    assert f'id="d-{ref}-2"' in room
    assert "The gauge was wrong" in room


@pytest.mark.parametrize("way", WAYS)
async def test_what_is_withdrawn_says_why_and_what_is_discarded_is_gone(
    small: Centre, way: dict[str, str]
) -> None:
    vera = await small.client(VERA)
    wrong, draft = await checked(vera, *CSV), await checked(vera, "b.csv", b"a,b\n1,2\n")
    await send(vera, f"{DOCUMENTS}/{wrong}/drop", way, {"key": "k"})
    typed = await form(vera, wrong, "withdrawal")
    refused = await send(vera, f"{DOCUMENTS}/{wrong}/withdrawal", way, typed)
    assert Typed(refused.text, "document-withdrawal").refusals == {
        "document-reason-refusal": "Write something here first."
    }
    typed |= {"reason": "Last year’s figures"}
    assert is_done(await send(vera, f"{DOCUMENTS}/{wrong}/withdrawal", way, typed), way)
    typed = await form(vera, draft, "discard")
    assert is_done(await send(vera, f"{DOCUMENTS}/{draft}/discard", way, typed), way)
    assert list(await lines(vera)) == [wrong]
    assert "Last year’s figures" in (await lines(vera))[wrong]
    assert "Last year’s figures" in await in_the_room(small)


async def test_documents_are_put_up_and_down(small: Centre) -> None:
    vera = await small.client(VERA)
    first, second, third = [
        str((await upload(vera, f"{name}.csv", b"a,b\n")).json()["ref"]) for name in "abc"
    ]
    await send(vera, f"{DOCUMENTS}/{third}/place", HTMX, {"before": first})
    assert list(await lines(vera)) == [third, first, second]
    await send(vera, f"{DOCUMENTS}/{third}/place", {}, {"before": ""})
    assert list(await lines(vera)) == [first, second, third]
    await send(vera, f"{DOCUMENTS}/{third}/place", HTMX, {"way": "up"})
    assert list(await lines(vera)) == [first, third, second]
    await send(vera, f"{DOCUMENTS}/{first}/place", {}, {"way": "down"})
    assert list(await lines(vera)) == [third, first, second]
    # Where there is nothing to go to it stays.
    await send(vera, f"{DOCUMENTS}/{third}/place", HTMX, {"way": "up"})
    await send(vera, f"{DOCUMENTS}/{second}/place", HTMX, {"way": "down"})
    assert list(await lines(vera)) == [third, first, second]


LONG = "x" * 700
BAD: list[Any] = [
    pytest.param({"title-vi": LONG}, "title-vi-refusal", "are too many", id="title"),
    pytest.param({"description-fr": LONG}, "description-fr-refusal", "are too many", id="words"),
    pytest.param({"title-en": "a\0b"}, "title-en-refusal", "cannot be shown", id="control"),
    pytest.param({"language": "de"}, "document-language-refusal", "held in vi", id="language"),
    pytest.param({"role": "admin"}, "document-description-alert", "not belong", id="foreign"),
    pytest.param({"key": ""}, "document-description-alert", "without its key", id="no key"),
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("wrong", "place", "reason"), BAD)
async def test_a_description_comes_back_as_typed_with_the_reason_beside_the_field(
    small: Centre, way: dict[str, str], wrong: dict[str, str], place: str, reason: str
) -> None:
    vera = await small.client(VERA)
    ref = str((await upload(vera, *CSV)).json()["ref"])
    typed = await form(vera, ref, "description") | {"title-fr": "Chiffres"} | wrong
    answer = await send(vera, f"{DOCUMENTS}/{ref}/description", way, typed)
    assert answer.status_code == 422
    back = Typed(answer.text, "document-description")
    assert reason in back.refusals[place]
    assert back.values["title-fr"] == "Chiffres"
    for field in set(wrong) & set(back.values) - {"key", "language"}:
        assert back.values[field] == wrong[field]


async def test_the_original_is_its_owners_alone(small: Centre) -> None:
    vera, oanh = await small.client(VERA), await small.client(OANH)
    ref = await checked(vera, *CSV)
    at = f"{DOCUMENTS}/{ref}/versions/1/original"
    got = await vera.get(at)
    assert got.content == CSV[1]
    assert got.headers["content-disposition"].startswith("attachment; ")
    assert (await oanh.get(at)).status_code == 404
    assert at in (await vera.get(f"{DOCUMENTS}/{ref}/versions")).text
    assert at not in (await oanh.get(f"{DOCUMENTS}/{ref}/versions")).text


async def test_a_file_that_is_refused_says_why_and_cannot_be_dropped(small: Centre) -> None:
    vera = await small.client(VERA)
    ref = str((await upload(vera, "page.pdf", b"<html><script>1</script>")).json()["ref"])
    line = await says(vera, ref, "Refused.")
    assert "not what its name says" in line
    answer = await send(vera, f"{DOCUMENTS}/{ref}/drop", HTMX, {"key": "k"})
    assert answer.status_code == 409
    assert "did not pass the check" in answer.text


async def test_a_form_without_a_file_and_one_that_is_too_large_come_back(sqlite_url: str) -> None:
    async with open_centre(sqlite_url, upload_megabytes=1) as centre:
        vera = await centre.client(VERA)
        key = Typed((await vera.get(PODIUM)).text, "handing").values["key"]
        sent = {"key": key, "press": "1"}
        answer = await vera.post(DOCUMENTS, data=sent, files=[("files", ("", b""))])
        back = Typed(answer.text, "handing")
        assert answer.status_code == 422
        assert back.refusals == {"files-refusal": "Choose a file first."}
        assert back.values == {"key": key, "press": "1", "files": ""}
        large = [("files", ("large.csv", b"x" * (1 << 21)))]
        answer = await vera.post(DOCUMENTS, data=sent, files=large)
        back = Typed(answer.text, "handing")
        assert answer.status_code == 413
        assert "the limit is 1 MB" in back.refusals["handing-alert"]
        assert back.values["press"] == "1"
        assert await lines(vera) == {}


async def test_where_there_is_no_room_the_form_is_kept_and_the_next_try_is_taken(
    small: Centre,
) -> None:
    vera = await small.client(VERA)
    key = Typed((await vera.get(PODIUM)).text, "handing").values["key"]
    sent, large = {"key": key, "press": "1"}, [("files", ("a.txt", b"words\n" * (1 << 20)))]
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4 << 20, hard))
    try:
        answer = await vera.post(DOCUMENTS, data=sent, files=large)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    back = Typed(answer.text, "handing")
    assert answer.status_code == 507
    assert "no room for this file" in back.refusals["handing-alert"]
    assert back.values["press"] == "1"
    again = {"key": back.values["key"], "press": "1"}
    assert is_done(await vera.post(DOCUMENTS, data=again, files=large), {})
    assert len(await lines(vera)) == 1


async def test_an_update_carries_pictures_and_documents(centre: Centre) -> None:
    vera = await centre.client(VERA)
    figures, picture = await checked(vera, *CSV), await checked(vera, "map.png", png())
    hidden = await checked(vera, "c.csv", b"a\n1\n", press="1")
    words = await form(vera, picture, "description") | {"description-vi": "Nơi trú ẩn"}
    await send(vera, f"{DOCUMENTS}/{picture}/description", HTMX, words)
    page = (await vera.get(PODIUM)).text
    offered = re.findall(r'name="attached" value="(\w+)"', page)
    assert offered == [figures, picture]
    assert hidden not in offered
    draft = Typed(page, "composer").values | {"text": "Xem bản đồ"}
    both = [*draft.items(), ("attached", picture), ("attached", figures)]
    kind = {"Content-Type": "application/x-www-form-urlencoded"} | HTMX
    body = urlencode(both).encode()
    seen = (await vera.post(f"{AT}/updates/preview", content=body, headers=kind)).text
    assert f'src="{DOCUMENTS}/{picture}/versions/1/preview"' in seen
    assert 'alt="Nơi trú ẩn"' in seen
    assert "figures" in seen
    assert (await vera.get(f"{DOCUMENTS}/{picture}/versions/1/preview")).status_code == 200
    answer = await vera.post(f"{AT}/updates", content=body, headers=kind)
    assert answer.status_code == 204, answer.text
    room = await in_the_room(centre)
    shown = re.search(r'<img src="(/files/[^"]+)" srcset="([^"]+)"[^>]*alt="([^"]+)"[^>]*>', room)
    assert shown is not None
    assert shown[3] == "Nơi trú ẩn"
    assert 'width="1200" height="800"' in shown[0]
    for address in (shown[1], *(one.split()[0] for one in shown[2].split(", "))):
        assert (await vera.get(address)).headers["content-type"] == "image/webp"
    assert re.search(r'(?s)<ul class="attached".*?href="/files/[\w-]+".*?figures', room)
    # They came with the update and have no event of their own.
    assert f'id="d-{figures}-1"' not in room
