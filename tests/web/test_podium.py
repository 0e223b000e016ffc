"""The podium's acts: each by the open page and without JavaScript, and each kind of bad input."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest
from sqlalchemy.orm import Session

from hub.domain.briefing import BriefingState
from hub.domain.words import TEXT_LIMIT
from hub.store.agenda import NewBriefing, add_briefing
from hub.store.finding import briefing_at, update_at
from tests.cast import ANA, OANH, SECRET, SPEAKERS, VERA
from tests.centre import SLUG, Centre, now, open_centre
from tests.web.typed import Typed

AT = f"/briefings/{SLUG}"
PODIUM = f"{AT}/podium"
HTMX = {"HX-Request": "true"}
WAYS = [pytest.param(HTMX, id="open page"), pytest.param({}, id="no JavaScript")]
LONG = "x" * (TEXT_LIMIT + 1)
FIRST = SPEAKERS[0][0]


@pytest.fixture
async def centre(database_url: str) -> AsyncIterator[Centre]:
    async with open_centre(database_url) as centre:
        yield centre


@pytest.fixture
async def small(sqlite_url: str) -> AsyncIterator[Centre]:
    """Where the database is of no interest."""
    async with open_centre(sqlite_url) as centre:
        yield centre


async def typed(client: httpx2.AsyncClient, form: str = "composer", path: str = PODIUM) -> Typed:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return Typed(answer.text, form)


async def send(
    client: httpx2.AsyncClient, path: str, way: dict[str, str], values: dict[str, str] | bytes
) -> httpx2.Response:
    body = values if isinstance(values, bytes) else urlencode(values).encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return await client.post(path, content=body, headers=way | kind)


def is_done(answer: httpx2.Response, way: dict[str, str]) -> bool:
    if way:
        return (answer.status_code, answer.content) == (204, b"")
    return (answer.status_code, answer.headers.get("location")) == (303, PODIUM)


async def words_in_the_room(centre: Centre) -> str:
    return (await (await centre.client(ANA)).get(AT)).text


async def scheduled(centre: Centre) -> str:
    """A briefing that has not begun."""
    new = NewBriefing(slug="later", title="Later", scheduled_at=now(), language="vi")
    await centre.do(lambda session: add_briefing(session, new, by=None, now=now()), "later")
    return "later"


@pytest.mark.parametrize("way", WAYS)
async def test_vera_publishes_and_the_room_reads_it(centre: Centre, way: dict[str, str]) -> None:
    vera = await centre.client(VERA)
    form = (await typed(vera)).values | {"text": "Trường học **đóng cửa**", "text-en": "Closed"}
    assert is_done(await send(vera, f"{AT}/updates", way, form), way)
    assert "Trường học <strong>đóng cửa</strong>" in await words_in_the_room(centre)
    assert '<p class="words" lang="en">Closed</p>' in (await vera.get(PODIUM)).text


async def test_the_same_form_sent_twice_is_one_update(centre: Centre) -> None:
    vera = await centre.client(VERA)
    form = (await typed(vera)).values | {"text": "Only once"}
    for way in ({}, HTMX, {}):
        assert is_done(await send(vera, f"{AT}/updates", way, form), way)
    assert (await words_in_the_room(centre)).count("<p>Only once</p>") == 1


async def test_a_key_that_was_used_comes_back_renewed_with_the_new_words(small: Centre) -> None:
    vera = await small.client(VERA)
    form = (await typed(vera)).values | {"text": "Arrived although nobody heard"}
    await send(vera, f"{AT}/updates", HTMX, form)
    answer = await send(vera, f"{AT}/updates", HTMX, form | {"text": "Changed since"})
    back = Typed(answer.text, "composer")
    assert answer.status_code == 422
    assert "has been done already" in back.refusals["composer-alert"]
    assert back.values == form | {"text": "Changed since", "key": back.values["key"]}
    assert is_done(await send(vera, f"{AT}/updates", HTMX, back.values), HTMX)


# What was typed, what else comes back (None: nothing is chosen), where it says so, and what.
BAD: list[Any] = [
    pytest.param({"text": " \r\n "}, {}, "text", "Write something here first.", id="empty"),
    pytest.param({"text": LONG}, {}, "text", "5001 characters are too many", id="too long"),
    pytest.param({"text-vi": LONG}, {}, "text-vi", "are too many", id="translation"),
    pytest.param({"text": "a\0b"}, {}, "text", "cannot be shown", id="control letters"),
    pytest.param({"terms": "background"}, {}, "attribution", "how to attribute", id="whom"),
    pytest.param({"kind": "rumour"}, {"kind": None}, "kind", "Choose one of these", id="kind"),
    pytest.param({"terms": "no"}, {"terms": "record"}, "terms", "Choose one of", id="terms"),
    pytest.param({"speaker": "No"}, {"speaker": FIRST}, "speaker", "not a speaker", id="speaker"),
    pytest.param({"language": "de"}, {"language": "vi"}, "tongue", "held in vi, en", id="language"),
    pytest.param({"key": ""}, {}, "composer-alert", "without its key", id="no key"),
    pytest.param({"key": "k" * 200}, {}, "composer-alert", "1 to 128", id="long key"),
    pytest.param({"role": "admin"}, {"role": None}, "composer-alert", "not belong", id="foreign"),
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("wrong", "becomes", "place", "says"), BAD)
async def test_a_form_comes_back_as_it_was_with_the_reason_beside_the_field(
    small: Centre,
    way: dict[str, str],
    wrong: dict[str, str],
    becomes: dict[str, str | None],
    place: str,
    says: str,
) -> None:
    vera = await small.client(VERA)
    good = {"text": "Closed\n\nuntil **Monday**", "kind": "flash", "pinned": "1", "text-fr": "É"}
    form = (await typed(vera)).values | {"speaker": SECRET, "language": "en"} | good | wrong
    answer = await send(vera, f"{AT}/updates", way, form)
    back = Typed(answer.text, "composer")
    ((said_at, reason),) = back.refusals.items()
    assert (answer.status_code, said_at.removesuffix("-refusal")) == (422, place)
    assert says in reason
    expected = {name: value for name, value in (form | becomes).items() if value is not None}
    assert back.values | {"key": ""} == expected | {"key": ""}
    assert back.values["key"]
    assert answer.headers.get("HX-Retarget") == ("#composer" if way else None)
    assert "<p>Closed" not in await words_in_the_room(small)


async def test_broken_utf_8_comes_back_marked_and_is_not_published(small: Centre) -> None:
    vera = await small.client(VERA)
    form = urlencode((await typed(vera)).values | {"text": "x"}).replace("text=x", "text=caf%E9")
    answer = await send(vera, f"{AT}/updates", {}, form.encode())
    back = Typed(answer.text, "composer")
    assert (answer.status_code, back.values["text"]) == (422, "caf\N{REPLACEMENT CHARACTER}")
    assert "damaged on the way" in back.refusals["text-refusal"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("verb", ["pause", "close", "not started"])
async def test_words_for_a_briefing_that_is_not_live_are_kept(
    centre: Centre, way: dict[str, str], verb: str
) -> None:
    slug = SLUG if verb != "not started" else await scheduled(centre)

    def act(session: Session) -> None:
        briefing = briefing_at(session, slug, lock=True)
        if verb != "not started":
            getattr(briefing, verb)(by=centre.people[VERA.name], now=now())

    await centre.do(act)
    vera = await centre.client(VERA)
    form = (await typed(vera, path=f"/briefings/{slug}/podium")).values | {"text": "Too soon"}
    answer = await send(vera, f"/briefings/{slug}/updates", way, form)
    back = Typed(answer.text, "composer")
    assert (answer.status_code, back.values) == (409, form)
    assert back.refusals["composer-alert"].startswith("The briefing ")


@pytest.mark.parametrize("way", WAYS)
async def test_the_podium_starts_pauses_resumes_and_closes(
    centre: Centre, way: dict[str, str]
) -> None:
    slug = await scheduled(centre)
    vera = await centre.client(OANH)
    for act, becomes in (
        ("opening", BriefingState.LIVE),
        ("pause", BriefingState.PAUSED),
        ("resumption", BriefingState.LIVE),
        ("closing", BriefingState.CLOSED),
    ):
        typed = {"key": "close"} if act == "closing" else {}
        answer = await send(vera, f"/briefings/{slug}/{act}", way, typed)
        assert answer.status_code == (204 if way else 303)
        found = await centre.database.read(lambda session: briefing_at(session, slug))
        assert found.state == becomes
        again = dict.fromkeys(typed, "another")
        assert (await send(vera, f"/briefings/{slug}/{act}", way, again)).status_code == 409


@pytest.mark.parametrize("way", WAYS)
async def test_a_speaker_is_added_once(centre: Centre, way: dict[str, str]) -> None:
    vera = await centre.client(VERA)
    new = {"name": "Lương Quốc Bảo", "function": "director", "department": "Department of Health"}
    assert is_done(await send(vera, f"{AT}/speakers", way, new), way)
    assert [one.name for one in (await centre.briefing()).speakers][2:] == ["Lương Quốc Bảo"]
    again = new | {"name": "luong quoc bao"}
    answer = await send(vera, f"{AT}/speakers", way, again)
    back = Typed(answer.text, "newcomer")
    assert (answer.status_code, back.values) == (422, again)
    assert back.refusals == {"newcomer-alert": "luong quoc bao is on the list already."}


@pytest.mark.parametrize("way", WAYS)
async def test_a_point_is_pinned_and_unpinned(centre: Centre, way: dict[str, str]) -> None:
    vera, ref = await centre.client(VERA), await centre.say("Pinned")
    for act, pinned in (("pin", True), ("pin", True), ("unpin", False)):
        assert is_done(await send(vera, f"{AT}/updates/{ref}/{act}", way, {}), way)
        update = await centre.database.read(lambda session: update_at(session, SLUG, ref))
        assert (update.pinned_at is not None) is pinned


async def test_the_preview_is_the_rooms_own_article_without_the_name(small: Centre) -> None:
    vera = await small.client(VERA)
    draft = (await typed(vera)).values | {"text": "It *holds*", "speaker": SECRET}
    background = draft | {"terms": "background", "attribution": "a city engineer"}
    seen = (await send(vera, f"{AT}/updates/preview", HTMX, background)).text
    assert "<p>It <em>holds</em></p>" in seen
    assert "a city engineer" in seen
    assert SECRET not in seen
    assert SECRET in (await send(vera, f"{AT}/updates/preview", HTMX, draft)).text
    assert "It <em>holds" not in await words_in_the_room(small)


@pytest.mark.parametrize(
    ("draft", "says"),
    [
        ({"text": " "}, "stands here as the room will see it"),
        ({"text": LONG}, "5001 characters are too many"),
        ({"text": "x", "terms": "background"}, "how to attribute it"),
        ({"text": "x", "other": "y"}, "does not belong"),
    ],
)
async def test_the_preview_says_what_is_wrong(
    small: Centre, draft: dict[str, str], says: str
) -> None:
    answer = await send(await small.client(VERA), f"{AT}/updates/preview", HTMX, draft)
    assert answer.status_code == 200
    assert says in answer.text
    assert "<article" not in answer.text
