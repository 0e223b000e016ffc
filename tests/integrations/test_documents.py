"""Documents, for programs: handed in by the podium's, dropped, read by everybody's."""

from typing import Any

import httpx2
import pytest

from tests.cast import ANA, MILAN, VERA
from tests.centre import SLUG, Centre
from tests.staging import FOUND, Staging

DOCUMENTS = f"/api/briefings/{SLUG}/documents"
EVENTS = f"/api/briefings/{SLUG}/events"


async def done(client: httpx2.AsyncClient, address: str, **body: Any) -> dict[str, Any]:
    answer = await client.post(address, json=body)
    assert answer.is_success, answer.text
    result: dict[str, Any] = answer.json() if answer.content else {}
    return result


async def read(client: httpx2.AsyncClient, address: str) -> Any:
    answer = await client.get(address)
    assert answer.is_success, answer.text
    return answer.json()


async def test_a_document_is_described_dropped_and_read(centre: Centre) -> None:
    staging, vera, anybody = Staging(centre), await centre.api(VERA), await centre.api()
    ref = await staging.passed()
    assert await read(anybody, DOCUMENTS) == {"documents": []}
    await done(
        vera, f"{DOCUMENTS}/{ref}/description", titles={"vi": "Bản đồ", "en": "Map"}, language="vi"
    )
    made = await done(vera, f"{DOCUMENTS}/{ref}/drop")
    url = f"{centre.url}/briefings/{SLUG}/documents/{ref}"
    assert made == {"ref": ref, "state": "dropped", "version": 1, "url": url}

    shown = await read(anybody, f"{DOCUMENTS}/{ref}")
    version = shown["versions"][0]
    assert version["url"].startswith(f"{centre.url}/files/")
    assert shown == {
        "ref": ref, "state": "dropped", "n": 2, "at": version["at"], "url": url,
        "language": "vi", "titles": {"vi": "Bản đồ", "en": "Map"}, "descriptions": {},
        "public": True, "withdrawn_at": None, "reason": None,
        "versions": [{
            "number": 1, "at": version["at"], "url": version["url"], "name": "plan.pdf",
            "type": "pdf", "size": FOUND.size, "sha256": FOUND.given, "pages": FOUND.pages,
            "width": None, "height": None, "preview": None, "note": "",
        }],
    }  # fmt: skip
    assert await read(anybody, DOCUMENTS) == {"documents": [shown]}
    event = (await read(anybody, EVENTS))["events"][-1]
    assert (event["kind"], event["ref"], event["document"]) == ("dropped", ref, shown)


async def test_what_is_for_the_press_only_the_press_reads(centre: Centre) -> None:
    staging, vera = Staging(centre), await centre.api(VERA)
    ref = await staging.passed(public=False)
    head = (await read(vera, f"/api/briefings/{SLUG}"))["head"]
    await done(vera, f"{DOCUMENTS}/{ref}/drop")

    seen = {}
    for actor in (None, ANA, MILAN, VERA):
        client = await centre.api(actor)
        listed = [one["ref"] for one in (await read(client, DOCUMENTS))["documents"]]
        one = (await client.get(f"{DOCUMENTS}/{ref}")).status_code
        seen[actor.name if actor else ""] = (listed, one)
    assert seen == {
        "": ([], 404),
        ANA.name: ([ref], 200),
        MILAN.name: ([ref], 200),
        VERA.name: ([ref], 200),
    }
    # Not even a number tells of it.
    assert (await read(vera, f"/api/briefings/{SLUG}"))["head"] == head


async def test_once_it_is_withdrawn_its_address_is_gone_with_the_reason(centre: Centre) -> None:
    staging, vera, anybody = Staging(centre), await centre.api(VERA), await centre.api()
    ref = await staging.passed()
    await done(vera, f"{DOCUMENTS}/{ref}/drop")
    await done(vera, f"{DOCUMENTS}/{ref}/withdrawal", reason="The wrong map.")

    answer = await anybody.get(f"{DOCUMENTS}/{ref}")
    assert (answer.status_code, answer.json()["notice"]) == (410, "The wrong map.")
    events = (await read(anybody, EVENTS))["events"]
    assert [(one["kind"], one["document"]["versions"]) for one in events[1:]] == [
        ("dropped", []),
        ("document_withdrawn", []),
    ]


async def test_the_podium_s_program_sees_drafts_and_what_the_check_found(centre: Centre) -> None:
    staging, vera = Staging(centre), await centre.api(VERA)
    waiting = await staging.hand_in("waiting.csv")
    ready = await staging.hand_in("ready.pdf")
    listed = await read(vera, f"/api/briefings/{SLUG}/podium/documents")
    assert [
        (one["ref"], one["state"], one["staged"]["check"], one["staged"]["name"])
        for one in listed["documents"]
    ] == [(waiting, "draft", "waiting", "waiting.csv"), (ready, "draft", "waiting", "ready.pdf")]
    await done(vera, f"{DOCUMENTS}/{ready}/place", before=waiting)
    await done(vera, f"{DOCUMENTS}/{waiting}/discard")
    listed = await read(vera, f"/api/briefings/{SLUG}/podium/documents")
    assert [one["ref"] for one in listed["documents"]] == [ready]


@pytest.mark.parametrize(
    ("act", "body", "status", "field"),
    [
        ("drop", {}, 409, None),
        ("withdrawal", {"reason": "Wrong"}, 409, None),
        ("withdrawal", {"reason": " "}, 422, "reason"),
        ("place", {"before": "nobody"}, 422, "before"),
        ("description", {"titles": {"de": "Plan"}}, 422, "titles.de"),
        ("description", {"title": "Plan"}, 422, "title"),
    ],
)
async def test_what_cannot_be_done_names_the_field_or_the_state(
    small: Centre, act: str, body: dict[str, Any], status: int, field: str | None
) -> None:
    ref = await Staging(small).hand_in()
    answer = await (await small.api(VERA)).post(f"{DOCUMENTS}/{ref}/{act}", json=body)
    assert (answer.status_code, answer.json().get("field")) == (status, field)


async def test_an_update_carries_documents(centre: Centre) -> None:
    staging, vera, anybody = Staging(centre), await centre.api(VERA), await centre.api()
    ref = await staging.passed()
    made = await done(vera, f"/api/briefings/{SLUG}/updates", text="Xem.", attached=[ref])
    address = f"/api/briefings/{SLUG}/updates/{made['ref']}"
    shown = await read(anybody, address)
    assert [(one["ref"], one["n"]) for one in shown["attached"]] == [(ref, made["n"])]
    wrong = await vera.post(
        f"/api/briefings/{SLUG}/updates", json={"text": "Xem.", "attached": ["nobody"]}
    )
    assert (wrong.status_code, wrong.json()["field"]) == (422, "attached")
