"""What any program may read, and how it reads on."""

from datetime import timedelta

import httpx2
import pytest
from sqlalchemy.orm import Session

from hub.store.agenda import NewBriefing, add_briefing
from tests.cast import ADAM, ANA, MILAN, VERA
from tests.centre import SLUG, Centre, now

STORM = f"/api/briefings/{SLUG}"


async def test_a_reader_who_asks_on_and_on_has_every_number_once(centre: Centre) -> None:
    vera, public = await centre.api(VERA), await centre.api()
    for number in range(7):
        await vera.post(f"{STORM}/updates", json={"text": f"No. {number}"})
    seen: list[int] = []
    more = True
    while more:
        after = seen[-1] if seen else 0
        page = (await public.get(f"{STORM}/events", params={"after": after, "limit": 3})).json()
        seen += [event["n"] for event in page["events"]]
        more = page["more"]
        assert page["head"] == 8
    assert seen == list(range(1, 9))


async def test_beyond_the_head_there_is_nothing_yet(centre: Centre) -> None:
    page = (await (await centre.api()).get(f"{STORM}/events", params={"after": 9_999})).json()
    assert (page["events"], page["head"], page["more"]) == ([], 1, False)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("after=-1", "after"),
        ("after=one", "after"),
        ("after=1.5", "after"),
        ("after=%2B1", "after"),
        ("after=٣", "after"),
        ("after=", "after"),
        (f"after={2**53}", "after"),
        (f"after={'9' * 400}", "after"),
        ("after=1&after=2", "after"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("before=3", "before"),
    ],
)
async def test_a_cursor_that_is_none_is_refused_by_its_name(
    small: Centre, query: str, field: str
) -> None:
    answer = await (await small.api()).get(f"{STORM}/events?{query}")
    problem = answer.json()
    assert (answer.status_code, problem["field"]) == (422, field)
    assert [one["field"] for one in problem["errors"]] == [field]
    assert problem["errors"][0]["remedy"]


async def test_what_has_not_changed_is_not_sent_again(small: Centre) -> None:
    public = await small.api()
    first = await public.get(f"{STORM}/events")
    known = {"If-None-Match": first.headers["etag"]}
    again = await public.get(f"{STORM}/events", headers=known)
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["cache-control"] == again.headers["cache-control"] == "no-cache"
    assert first.headers["vary"] == "Authorization"
    await small.publish("Something new.")
    assert (await public.get(f"{STORM}/events", headers=known)).status_code == 200


async def test_head_answers_as_get_without_a_body(small: Centre) -> None:
    public = await small.api()
    for path in ("/api/briefings", STORM, f"{STORM}/events", "/api/openapi.json"):
        get, head = await public.get(path), await public.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == get.headers["content-length"]
        assert head.headers.get("etag") == get.headers.get("etag")


async def test_a_closed_circles_briefing_is_not_there_for_strangers(centre: Centre) -> None:
    def hold_behind_doors(session: Session) -> None:
        new = NewBriefing(
            slug="doors", title="Doors", scheduled_at=now(), language="en", public=False
        )
        briefing = add_briefing(session, new, by=None, now=now())
        briefing.open(by=None, now=now() + timedelta(seconds=1))

    await centre.do(hold_behind_doors)
    for actor, status in ((None, 404), (ADAM, 404), (ANA, 200), (MILAN, 200), (VERA, 200)):
        client = await centre.api(actor)
        for path in ("", "/events"):
            there = await client.get(f"/api/briefings/doors{path}")
            assert there.status_code == status, (actor, path)
            if status == 404:
                nowhere = await client.get(f"/api/briefings/nowhere{path}")
                assert told(there) == told(nowhere)
        listed = (await client.get("/api/briefings")).json()["live"]
        slugs = {one["slug"] for one in listed}
        assert slugs == ({SLUG, "doors"} if status == 200 else {SLUG})


def told(answer: httpx2.Response) -> tuple[int, bytes, list[tuple[str, str]]]:
    """All that an answer tells, but what differs for everybody."""
    headers = [pair for pair in answer.headers.items() if pair[0] not in ("x-request-id", "date")]
    return answer.status_code, answer.content, headers
