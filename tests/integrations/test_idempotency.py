"""One key is one act and one answer, however often and wherever it is sent."""

import asyncio

import httpx2
import pytest

from hub.server import listen, serving
from tests.cast import OANH, VERA
from tests.centre import SLUG, Centre, shared_renderer

STORM = f"/api/briefings/{SLUG}"
KEYS, POSTS = 20, 200


async def test_200_parallel_posts_with_20_keys_to_two_workers_make_20_updates(
    centre: Centre,
) -> None:
    listening = listen("127.0.0.1", 0)
    other = f"http://127.0.0.1:{listening.getsockname()[1]}"
    async with (
        serving(centre.config, listening, shared_renderer()),
        await centre.api(VERA) as client,
    ):
        client.timeout = httpx2.Timeout(60)

        async def post(number: int) -> tuple[int, int, bytes]:
            key = number % KEYS
            answer = await client.post(
                f"{(centre.url, other)[number // KEYS % 2]}{STORM}/updates",
                json={"text": f"Words of key {key}."},
                headers={"Idempotency-Key": f"key-{key}"},
            )
            return key, answer.status_code, answer.content

        answers = await asyncio.gather(*(post(number) for number in range(POSTS)))
    assert {status for _, status, _ in answers} == {201}
    different = {(key, content) for key, _, content in answers}
    assert len(different) == KEYS
    read = (await (await centre.api()).get(f"{STORM}/events?after=1")).json()
    assert [event["n"] for event in read["events"]] == list(range(2, KEYS + 2))
    assert {event["update"]["text"] for event in read["events"]} == {
        f"Words of key {key}." for key in range(KEYS)
    }


async def test_a_key_stands_for_one_request_of_one_person(centre: Centre) -> None:
    vera, oanh = await centre.api(VERA), await centre.api(OANH)
    headers = {"Idempotency-Key": "the key"}
    first = await vera.post(f"{STORM}/updates", json={"text": "One."}, headers=headers)
    again = await vera.post(f"{STORM}/updates", json={"text": "One."}, headers=headers)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["location"] == first.headers["location"]
    other = await vera.post(f"{STORM}/updates", json={"text": "Two."}, headers=headers)
    assert (other.status_code, other.json()["field"]) == (422, "Idempotency-Key")
    hers = await oanh.post(f"{STORM}/updates", json={"text": "Two."}, headers=headers)
    assert (hers.status_code, hers.json()["n"]) == (201, 3)


async def test_every_act_is_done_once_under_its_key(centre: Centre) -> None:
    vera = await centre.api(VERA)
    ref = (await centre.publish("One."))["ref"]
    update = f"{STORM}/updates/{ref}"
    acts = [
        ("/api/briefings", {"slug": "next", "title": "Next", "language": "en"}),
        ("/api/briefings/next/opening", None),
        (f"{STORM}/speakers", {"name": "Lan Do"}),
        (f"{update}/correction", {"text": "Two.", "edition": 1}),
        (f"{update}/pin", None),
        (f"{update}/unpin", None),
        (f"{update}/retraction", {"notice": "Wrong."}),
        (f"{STORM}/pause", None),
        (f"{STORM}/resumption", None),
        (f"{STORM}/closing", None),
    ]
    for number, (path, body) in enumerate(acts):
        headers = {"Idempotency-Key": f"act {number}"}
        first = await vera.post(path, json=body, headers=headers)
        head = (await vera.get(STORM)).json()["head"]
        again = await vera.post(path, json=body, headers=headers)
        assert first.status_code in (201, 204), (path, first.text)
        assert (again.status_code, again.content) == (first.status_code, first.content), path
        assert (await vera.get(STORM)).json()["head"] == head, path
    # The same key for another act, even one without a body, is another request.
    reused = await vera.post(f"{STORM}/pause", headers={"Idempotency-Key": "act 9"})
    assert (reused.status_code, reused.json()["field"]) == (422, "Idempotency-Key")


async def test_two_requests_at_once_put_one_briefing_on_the_agenda(centre: Centre) -> None:
    vera = await centre.api(VERA)

    async def add() -> httpx2.Response:
        body = {"slug": "next", "title": "Next"}
        return await vera.post("/api/briefings", json=body, headers={"Idempotency-Key": "k"})

    answers = await asyncio.gather(*(add() for _ in range(8)))
    assert {(answer.status_code, answer.content) for answer in answers} == {
        (201, answers[0].content)
    }


@pytest.mark.parametrize("key", ["", "x" * 129, "clé", "a\tb"])
async def test_a_key_that_is_none_is_refused_by_its_name(small: Centre, key: str) -> None:
    answer = await (await small.api(VERA)).post(
        f"{STORM}/updates", json={"text": "One."}, headers={b"Idempotency-Key": key.encode()}
    )
    assert (answer.status_code, answer.json()["field"]) == (422, "Idempotency-Key")
    assert (await small.briefing()).number == 3  # the two speakers, the opening


async def test_two_keys_on_one_request_are_refused(small: Centre) -> None:
    answer = await (await small.api(VERA)).post(
        f"{STORM}/updates",
        json={"text": "One."},
        headers=[("Idempotency-Key", "a"), ("Idempotency-Key", "b")],
    )
    assert (answer.status_code, answer.json()["field"]) == (422, "Idempotency-Key")
