"""What a spokesperson's program does, and what the public's program then reads."""

from typing import Any

import httpx2
import pytest

from hub.domain.audience import Audience
from hub.domain.update import UpdateKind
from hub.domain.words import LANGUAGES
from tests.cast import ANA, OANH, SECRET, SPEAKERS, VERA
from tests.centre import SLUG, Centre

STORM = f"/api/briefings/{SLUG}"


async def publish(client: httpx2.AsyncClient, text: str, **more: Any) -> dict[str, Any]:
    answer = await client.post(f"{STORM}/updates", json={"text": text} | more)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def events(client: httpx2.AsyncClient, **query: int) -> dict[str, Any]:
    answer = await client.get(f"{STORM}/events", params=query)
    assert answer.status_code == 200, answer.text
    read: dict[str, Any] = answer.json()
    return read


async def test_a_text_alone_is_published_with_the_briefings_own_defaults(centre: Centre) -> None:
    vera, public = await centre.api(VERA), await centre.api()
    answer = await vera.post(f"{STORM}/updates", json={"text": "Mực nước **4,72 m**."})
    made = answer.json()
    url = f"{centre.url}/briefings/{SLUG}/updates/{made['ref']}"
    assert (answer.status_code, answer.headers["location"]) == (201, url)
    assert answer.headers["cache-control"] == "no-store"
    assert made == {"ref": made["ref"], "n": 2, "url": url}
    last = (await events(public))["events"][-1]
    at = last["update"].pop("at")
    assert last == {
        "n": 2,
        "kind": "published",
        "at": at,
        "correction": None,
        "document": None,
        "question": None,
        "ref": None,
        "update": {
            "ref": made["ref"],
            "n": 2,
            "kind": "statement",
            "url": url,
            "language": "vi",
            "text": "Mực nước **4,72 m**.",
            "texts": {"vi": "Mực nước **4,72 m**."},
            "terms": "record",
            "attribution": None,
            "speaker": {
                "name": SPEAKERS[0][0],
                "title": "spokesperson of the city, Office of the City",
            },
            "pinned": False,
            "edition": 1,
            "corrected": None,
            "retracted": None,
            "notice": None,
            "answers": None,
            "attached": [],
        },
    }


async def test_everything_that_may_be_said_of_an_update_is_kept(centre: Centre) -> None:
    oanh, public = await centre.api(OANH), await centre.api()
    made = await publish(
        oanh,
        "The pumps run.",
        kind="flash",
        speaker="tạ thị ngọc diệp",
        language="en",
        translations={"fr": "Les pompes tournent."},
        pinned=True,
    )
    update = (await public.get(f"{STORM}/updates/{made['ref']}")).json()
    assert {name: update[name] for name in ("kind", "language", "texts", "pinned")} == {
        "kind": "flash",
        "language": "en",
        "texts": {"en": "The pumps run.", "fr": "Les pompes tournent."},
        "pinned": True,
    }
    assert update["speaker"]["name"] == SPEAKERS[0][0]


async def test_a_correction_stands_beside_the_words_before(centre: Centre) -> None:
    vera, public = await centre.api(VERA), await centre.api()
    made = await publish(vera, "4,72 m.", translations={"en": "4.72 m."})
    where = f"{STORM}/updates/{made['ref']}"
    answer = await vera.post(
        f"{where}/correction", json={"text": "4,27 m.", "note": "Digits swapped.", "edition": 1}
    )
    assert (answer.status_code, answer.json()) == (201, made | {"n": 3})
    update = (await public.get(where)).json()
    [correction] = update["corrections"]
    at = correction["at"]
    assert correction == {
        "number": 2,
        "n": 3,
        "at": at,
        "before": {"vi": "4,72 m."},
        "after": {"vi": "4,27 m."},
        "note": "Digits swapped.",
    }
    assert update["texts"] == {"vi": "4,27 m.", "en": "4.72 m."}
    assert (update["edition"], update["corrected"]) == (2, {"n": 3, "at": at})
    # An event is shown as things stand now, also the first one.
    assert [one["update"]["text"] for one in (await events(public))["events"][1:]] == [
        "4,27 m.",
        "4,27 m.",
    ]


async def test_a_correction_of_words_that_changed_meanwhile_is_refused(centre: Centre) -> None:
    vera = await centre.api(VERA)
    where = f"{STORM}/updates/{(await publish(vera, 'One.'))['ref']}/correction"
    assert (await vera.post(where, json={"text": "Two.", "edition": 1})).status_code == 201
    stale = await vera.post(where, json={"text": "Three.", "edition": 1})
    same = await vera.post(where, json={"text": "Two."})
    assert (stale.status_code, same.status_code) == (409, 409)
    assert "colleague has corrected" in stale.json()["detail"]


async def test_retracted_words_can_be_read_nowhere(centre: Centre) -> None:
    vera, public = await centre.api(VERA), await centre.api()
    made = await publish(vera, "CANARY one.", translations={"fr": "CANARY deux."}, pinned=True)
    where = f"{STORM}/updates/{made['ref']}"
    await vera.post(f"{where}/correction", json={"text": "CANARY three.", "note": "CANARY four."})
    answer = await vera.post(f"{where}/retraction", json={"notice": "This was wrong."})
    assert (answer.status_code, answer.json()) == (201, made | {"n": 4})
    gone = await public.get(where)
    problem = gone.json()
    since = problem.pop("retracted_at")
    assert gone.status_code == 410
    assert gone.headers["content-type"] == "application/problem+json"
    assert problem == {
        "type": "about:blank",
        "title": "Gone",
        "status": 410,
        "detail": "Retracted: This was wrong.",
        "notice": "This was wrong.",
    }
    read = await events(public)
    assert [one["kind"] for one in read["events"]] == [
        "opened",
        "published",
        "corrected",
        "retracted",
    ]
    for one in read["events"][1:]:
        update = one["update"]
        assert (update["text"], update["texts"], update["pinned"]) == (None, {}, False)
        assert (update["notice"], update["retracted"]["n"]) == ("This was wrong.", 4)
    assert since == read["events"][-1]["at"].replace("Z", "+00:00")
    assert "CANARY" not in str(read)


async def test_an_update_can_be_pinned_and_unpinned(centre: Centre) -> None:
    vera, public = await centre.api(VERA), await centre.api()
    made = await publish(vera, "Schools are closed.")
    where = f"{STORM}/updates/{made['ref']}"
    for act, pinned in (("pin", True), ("pin", True), ("unpin", False)):
        answer = await vera.post(f"{where}/{act}")
        assert (answer.status_code, answer.content) == (204, b"")
        assert (await public.get(where)).json()["pinned"] is pinned
    kinds = [one["kind"] for one in (await events(public))["events"]]
    assert kinds == ["opened", "published", "pinned", "unpinned"]


async def test_a_background_briefers_name_never_leaves_the_podium(centre: Centre) -> None:
    vera = await centre.api(VERA)
    made = await publish(
        vera,
        "The dyke holds.",
        speaker=SECRET,
        terms="background",
        attribution="a city engineer",
    )
    for reader in (None, ANA, VERA):
        client = await centre.api(reader)
        for path in ("", "/events", f"/updates/{made['ref']}"):
            answer = await client.get(f"{STORM}{path}")
            assert answer.status_code == 200
            assert SECRET not in answer.text
        shown = (await client.get(f"{STORM}/updates/{made['ref']}")).json()
        assert (shown["speaker"], shown["attribution"]) == (None, "a city engineer")


async def test_a_briefing_is_announced_held_and_closed_through_the_api(centre: Centre) -> None:
    vera, public = await centre.api(VERA), await centre.api()
    new = {
        "slug": "storm-10",
        "title": "Storm No. 10",
        "place": "Hall 2",
        "zone": "Asia/Ho_Chi_Minh",
        "language": "en",
        "languages": ["vi", "vi"],
        "titles": {"vi": "Bão số 10"},
        "speakers": [{"name": "Vy Le", "function": "engineer", "department": "Dykes"}],
        "scheduled_at": "2026-10-15T13:30:00+07:00",
        "public": True,
    }
    answer = await vera.post("/api/briefings", json=new)
    url = f"{centre.url}/briefings/storm-10"
    assert (answer.status_code, answer.headers["location"]) == (201, url)
    assert answer.json() == {"slug": "storm-10", "url": url}
    at = "/api/briefings/storm-10"
    assert [one["slug"] for one in (await public.get("/api/briefings")).json()["coming"]] == [
        "storm-10"
    ]
    early = await vera.post(f"{at}/updates", json={"text": "Too early."})
    assert early.status_code == 409
    states = []
    for act in ("opening", "pause", "resumption"):
        assert (await vera.post(f"{at}/{act}")).status_code == 204
        states.append((await public.get(at)).json()["state"])
    assert states == ["live", "paused", "live"]
    speaker = {"name": "Lan Do", "function": "doctor", "department": "Health"}
    assert (await vera.post(f"{at}/speakers", json=speaker)).status_code == 204
    said = await vera.post(f"{at}/updates", json={"text": "Be calm.", "speaker": "Lan Do"})
    assert said.status_code == 201
    assert (await vera.post(f"{at}/closing")).status_code == 204
    late = await vera.post(f"{at}/updates", json={"text": "Too late."})
    assert late.status_code == 409
    shown = (await public.get(at)).json()
    opened, closed, epoch = shown.pop("opened_at"), shown.pop("closed_at"), shown.pop("epoch")
    assert opened < closed
    assert epoch == (await events(public))["epoch"]
    assert shown == {
        "slug": "storm-10",
        "title": "Storm No. 10",
        "titles": {"en": "Storm No. 10", "vi": "Bão số 10"},
        "place": "Hall 2",
        "state": "closed",
        "zone": "Asia/Ho_Chi_Minh",
        "language": "en",
        "languages": ["en", "vi"],
        "public": True,
        "scheduled_at": "2026-10-15T06:30:00Z",
        "url": url,
        "live": f"{url.replace('http', 'ws')}/live",
        # Opened, paused, resumed, said, closed; that a speaker came, the public is not told.
        "head": 5,
    }
    past = (await public.get("/api/briefings")).json()["past"]
    assert [one["slug"] for one in past] == ["storm-10"]


async def test_the_socket_whose_address_the_api_gives_tells_what_the_api_took(
    centre: Centre,
) -> None:
    async with centre.follow(Audience.PUBLIC, after=1) as follower:
        made = await publish(await centre.api(VERA), "Heard at once.")
        [event] = await follower.upto(made["n"])
    assert made["ref"] in event["html"]


@pytest.mark.parametrize("kind", list(UpdateKind))
async def test_every_kind_of_update_can_be_published(small: Centre, kind: UpdateKind) -> None:
    made = await publish(await small.api(VERA), "Words.", kind=kind.value)
    shown = (await (await small.api()).get(f"{STORM}/updates/{made['ref']}")).json()
    assert shown["kind"] == kind.value


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_language_of_the_briefing_can_be_spoken(small: Centre, language: str) -> None:
    made = await publish(await small.api(VERA), "Words.", language=language)
    shown = (await (await small.api()).get(f"{STORM}/updates/{made['ref']}")).json()
    assert shown["texts"] == {language: "Words."}
