"""What was said is put right or withdrawn: in the podium's dialog, and as a page of its own."""

from collections.abc import AsyncIterator

import pytest

from hub.domain.update import Update
from hub.domain.words import NOTICE_LIMIT
from hub.store.finding import update_at
from tests.cast import ADAM, ANA, MILAN, OANH, VERA, Actor
from tests.centre import SLUG, Centre, now, open_centre
from tests.web.test_podium import AT, HTMX, PODIUM, WAYS, is_done, send, typed
from tests.web.typed import Typed


@pytest.fixture
async def centre(database_url: str) -> AsyncIterator[Centre]:
    async with open_centre(database_url) as centre:
        yield centre


@pytest.fixture
async def small(sqlite_url: str) -> AsyncIterator[Centre]:
    """Where the database is of no interest."""
    async with open_centre(sqlite_url) as centre:
        yield centre


async def update(centre: Centre, ref: str) -> Update:
    return await centre.database.read(lambda session: update_at(session, SLUG, ref))


async def corrected_by_a_colleague(centre: Centre, ref: str, words: str) -> None:
    oanh = centre.people[OANH.name]
    await centre.do(
        lambda session: update_at(session, SLUG, ref, lock=True).correct(
            {"": words}, note="", edition=None, by=oanh, now=now()
        )
    )


@pytest.mark.parametrize("way", WAYS)
async def test_a_correction_starts_from_the_words_as_they_stand(
    centre: Centre, way: dict[str, str]
) -> None:
    vera, ref = await centre.client(VERA), await centre.say("11,4 mét")
    path = f"{AT}/updates/{ref}/correction"
    answer = await vera.get(path, headers=way)
    assert ("<html" in answer.text) is not bool(way)
    form = Typed(answer.text, "correction").values
    assert (form["text"], form["edition"]) == ("11,4 mét", "1")
    right = form | {"text": "10,4 mét", "text-en": "10.4 metres", "note": "A slip."}
    for _ in range(2):
        assert is_done(await send(vera, path, way, right), way)
    found = await update(centre, ref)
    assert [edition.words for edition in found.editions] == [
        {"vi": "11,4 mét"},
        {"vi": "10,4 mét", "en": "10.4 metres"},
    ]
    assert found.editions[1].note == "A slip."


@pytest.mark.parametrize("way", WAYS)
async def test_a_colleague_who_was_faster_is_shown_beside_what_was_typed(
    centre: Centre, way: dict[str, str]
) -> None:
    vera, ref = await centre.client(VERA), await centre.say("11,4 mét")
    path = f"{AT}/updates/{ref}/correction"
    mine = (await typed(vera, "correction", path)).values | {"text": "10,5 mét"}
    await corrected_by_a_colleague(centre, ref, "10,4 mét")
    answer = await send(vera, path, way, mine)
    back = Typed(answer.text, "correction")
    assert answer.status_code == 409
    assert back.values == mine | {"edition": "2"}
    assert "A colleague has corrected" in back.refusals["correction-alert"]
    assert "<p>10,4 mét</p>" in answer.text
    assert is_done(await send(vera, path, way, back.values), way)
    assert (await update(centre, ref)).words == {"vi": "10,5 mét"}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("wrong", "status", "place", "says"),
    [
        ({"text": ""}, 422, "correction-text-refusal", "Write something"),
        ({"text": "x\0"}, 422, "correction-text-refusal", "cannot be shown"),
        ({"text-en": "x" * 5001}, 422, "correction-en-refusal", "too many"),
        ({"note": "x" * (NOTICE_LIMIT + 1)}, 422, "correction-note-refusal", "601 characters"),
        ({"edition": "99"}, 409, "correction-alert", "A colleague"),
        ({"edition": "two"}, 422, "correction-alert", "lost which words"),
        ({"key": ""}, 422, "correction-alert", "without its key"),
        ({"ref": "other"}, 422, "correction-alert", "does not belong"),
        ({"text": "As it was"}, 409, "correction-alert", "same as the words before"),
    ],
)
async def test_a_correction_that_is_refused_comes_back_as_it_was(
    small: Centre, way: dict[str, str], wrong: dict[str, str], status: int, place: str, says: str
) -> None:
    vera, ref = await small.client(VERA), await small.say("As it was")
    path = f"{AT}/updates/{ref}/correction"
    fresh = {"text": "As it is", "text-en": "As it is in English"}
    form = (await typed(vera, "correction", path)).values
    form |= ({} if wrong.get("text") == "As it was" else fresh) | wrong
    answer = await send(vera, path, way, form)
    back = Typed(answer.text, "correction")
    assert (answer.status_code, list(back.refusals)) == (status, [place])
    assert says in back.refusals[place]
    expected = form | {"edition": "1", "key": back.values["key"]}
    expected.pop("ref", None)
    assert back.values == expected
    assert answer.headers.get("HX-Retarget") == ("#correction" if way else None)
    assert len((await update(small, ref)).editions) == 1


@pytest.mark.parametrize("way", WAYS)
async def test_a_retraction_asks_what_was_wrong_and_takes_the_words_away(
    centre: Centre, way: dict[str, str]
) -> None:
    vera, ref = await centre.client(VERA), await centre.say("The bridge is closed")
    path = f"{AT}/updates/{ref}/retraction"
    form = (await typed(vera, "retraction", path)).values
    for notice, says in (("", "Write something"), ("x" * (NOTICE_LIMIT + 1), "601 characters")):
        answer = await send(vera, path, way, form | {"notice": notice})
        back = Typed(answer.text, "retraction")
        assert (answer.status_code, back.values) == (422, form | {"notice": notice})
        assert says in back.refusals["notice-refusal"]
    assert not (await update(centre, ref)).retracted
    for _ in range(2):
        assert is_done(await send(vera, path, way, form | {"notice": "It is open."}), way)
    room = (await (await centre.client(ANA)).get(AT)).text
    assert "It is open." in room
    assert "The bridge is closed" not in room


async def test_what_was_retracted_can_be_neither_corrected_nor_retracted(centre: Centre) -> None:
    vera, ref = await centre.client(VERA), await centre.say("The bridge is closed")
    forms = {
        act: (await typed(vera, act, f"{AT}/updates/{ref}/{act}")).values
        for act in ("correction", "retraction")
    }
    wrong = forms["retraction"] | {"notice": "It is open."}
    await send(vera, f"{AT}/updates/{ref}/retraction", {}, wrong)
    for act, form in (
        ("correction", forms["correction"] | {"text": "It was"}),
        ("retraction", forms["retraction"] | {"notice": "Once more", "key": "another"}),
    ):
        path = f"{AT}/updates/{ref}/{act}"
        assert (await vera.get(path)).status_code == 409
        back = Typed((await send(vera, path, HTMX, form)).text, act)
        assert back.values | {"edition": ""} == form | {"edition": ""}
        assert back.refusals == {f"{act}-alert": "This update has been retracted."}


@pytest.mark.parametrize(
    "actor", [ANA, MILAN, ADAM, None], ids=["journalist", "desk", "admin", "-"]
)
async def test_who_has_no_seat_at_the_podium_finds_nothing_there(
    small: Centre, actor: Actor | None
) -> None:
    ref = await small.say("Said")
    client = await small.client(actor)
    acts = ["speakers", "updates", "updates/preview"]
    if actor is not MILAN:
        # A moderator runs the briefing from the desk.
        acts += ["opening", "pause", "resumption", "closing"]
    acts += [f"updates/{ref}/{act}" for act in ("correction", "retraction", "pin", "unpin")]
    pages = [PODIUM, *(f"{AT}/updates/{ref}/{act}" for act in ("correction", "retraction"))]
    before = (await small.briefing()).number
    shown = [(await client.get(page)).status_code for page in pages]
    sent = [
        (await send(client, f"{AT}/{act}", way, {"text": "x", "notice": "x", "key": "k"}))
        for way in ({}, HTMX)
        for act in acts
    ]
    assert set(shown) == ({404} if actor else {303})
    assert {answer.status_code for answer in sent} == ({404} if actor else {401})
    assert (await small.briefing()).number == before


async def test_what_is_not_there_is_not_found_by_any_act(centre: Centre) -> None:
    vera = await centre.client(VERA)
    form = {"key": "k", "edition": "1", "text": "x"}
    for act, sent in (("correction", form), ("retraction", {"key": "k", "notice": "x"})):
        for ref in ("bcdfghjkm", "x" * 300):
            path = f"{AT}/updates/{ref}/{act}"
            assert (await vera.get(path)).status_code == 404
            assert (await send(vera, path, HTMX, sent)).status_code == 404
    assert (await vera.get("/briefings/nothing/podium")).status_code == 404
    assert (await send(vera, "/briefings/nothing/updates", {}, form)).status_code == 404
