"""Who may do what with questions, what nobody else learns of them, and which fields are refused."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from tests.cast import ADAM, ANA, BAO, MILAN, OANH, VERA, Actor
from tests.centre import SLUG, Centre, open_centre
from tests.integrations.asking import DESK, QUESTIONS, STORM, Programs, done, refused
from tests.integrations.test_reading import told

QUESTION = f"{QUESTIONS}/bcd234fgh"
PEOPLE = (ANA, BAO, MILAN, VERA, OANH, ADAM)
ASKERS, MODERATORS, PODIUM = {ANA, BAO}, {MILAN}, {VERA, OANH}

READS: dict[str, set[Actor]] = {
    f"{QUESTIONS}/mine": ASKERS,
    f"{STORM}/podium/questions": PODIUM,
    f"{DESK}/questions": MODERATORS,
    f"{DESK}/questions/bcd234fgh": MODERATORS,
}
WRITES: dict[str, set[Actor]] = {
    QUESTIONS: ASKERS,
    f"{QUESTION}/edit": ASKERS,
    f"{QUESTION}/withdrawal": ASKERS,
    f"{QUESTION}/appeal": ASKERS,
    **dict.fromkeys(
        (
            *(f"{QUESTION}/{act}" for act in ("approval", "decline", "upholding", "merge")),
            *(f"{QUESTION}/{act}" for act in ("call", "spoken-answer", "move", "hold", "release")),
            *(f"{DESK}/{act}" for act in ("undo", "declines", "messages", "settings")),
        ),
        MODERATORS,
    ),
    f"{QUESTION}/taken": MODERATORS | PODIUM,
    f"{QUESTION}/referral": MODERATORS | PODIUM,
    f"{STORM}/messages/bcd234fgh/acknowledgement": PODIUM,
    f"{STORM}/closing": MODERATORS | PODIUM,
}


@pytest.fixture(scope="module")
async def untouched(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Centre]:
    """One for all tests that must leave it as it was."""
    folder = tmp_path_factory.mktemp("untouched")
    async with open_centre(f"sqlite:///{folder / 'hub.db'}") as centre:
        yield centre


@pytest.mark.parametrize(("method", "path"), [
    *(("GET", path) for path in READS), *(("POST", path) for path in WRITES),
])  # fmt: skip
async def test_who_may_not_do_it_learns_nothing_of_what_exists(
    untouched: Centre, method: str, path: str
) -> None:
    allowed = (READS if method == "GET" else WRITES)[path]
    nobody = await (await untouched.api()).request(method, path)
    assert nobody.status_code == 401
    for actor in set(PEOPLE) - allowed:
        client = await untouched.api(actor)
        here = await client.request(method, path)
        nowhere = await client.request(method, path.replace(SLUG, "nowhere"))
        assert here.status_code == 403, (actor, path)
        assert told(here) == told(nowhere), (actor, path)
    for actor in allowed:
        client = await untouched.api(actor)
        nowhere = await client.request(method, path.replace(SLUG, "nowhere"), json={})
        assert nowhere.status_code in (404, 422), (actor, path)
    assert (await untouched.briefing()).number == 3


async def test_a_question_that_one_may_not_see_is_not_there(centre: Centre) -> None:
    they = await Programs.of(centre)
    ref = await they.ask("CANARY?")
    for client in (they.public, they.bao, they.vera, await centre.api(ADAM)):
        there = await client.get(f"{QUESTIONS}/{ref}")
        nowhere = await client.get(f"{QUESTIONS}/bcd234fgh")
        assert there.status_code == 404
        assert told(there) == told(nowhere)
    for client in (they.ana, they.milan):
        assert (await client.get(f"{QUESTIONS}/{ref}")).json()["words"] == "CANARY?"
    bodies: dict[str, dict[str, Any]] = {
        "taken": {"department": "Finance", "revision": 7},
        "referral": {"body": "Finance", "revision": 7},
    }
    for act, body in bodies.items():
        there = await they.vera.post(f"{QUESTIONS}/{ref}/{act}", json=body)
        nowhere = await they.vera.post(f"{QUESTION}/{act}", json=body)
        assert there.status_code == 404
        assert told(there) == told(nowhere)
    for act, body in (("edit", {"words": "x"}), ("withdrawal", {}), ("appeal", {"words": "x"})):
        there = await they.bao.post(f"{QUESTIONS}/{ref}/{act}", json=body)
        nowhere = await they.bao.post(f"{QUESTION}/{act}", json=body)
        assert there.status_code == 404
        assert told(there) == told(nowhere)
    for field, path, more in (
        ("answers", f"{STORM}/updates", {"text": "x"}),
        ("follows", QUESTIONS, {"words": "x"}),
    ):
        client = they.vera if field == "answers" else they.bao
        answers = [
            await client.post(path, json=more | {field: name}) for name in (ref, "bcd234fgh")
        ]
        assert [one.status_code for one in answers] == [422, 422]
        assert told(answers[0]) == told(answers[1])
        assert answers[0].json()["field"] == field


async def test_who_asked_and_what_is_not_approved_is_in_nothing_that_others_read(
    centre: Centre,
) -> None:
    they = await Programs.of(centre)
    hidden = await they.ask("CANARY words?")
    await they.act(hidden, "decline", reason="private", note="CANARY note")
    await done(they.ana, f"{QUESTIONS}/{hidden}/appeal", words="CANARY appeal")
    shown = await they.approved("Shown?")
    merged = await they.ask("CANARY twin?")
    await they.act(merged, "merge", into=shown)
    called = await they.called("Called?")
    paths = ["", "/events", "/questions", *(f"/questions/{ref}" for ref in (shown, called))]
    for client in (they.public, they.bao, await centre.api(ADAM)):
        for path in paths:
            answer = await client.get(f"{STORM}{path}")
            assert answer.status_code == 200, path
            for secret in ("CANARY", "Ana", ANA.outlet or "", hidden, merged):
                assert secret not in answer.text, (path, secret)
    mine = (await they.bao.get(f"{QUESTIONS}/mine")).text
    at_podium = (await they.vera.get(f"{STORM}/podium/questions")).text
    assert "CANARY" not in mine + at_podium
    assert ANA.name not in mine
    assert at_podium.count(ANA.name) == 1


async def test_every_act_on_questions_is_done_once_under_its_key(centre: Centre) -> None:
    they = await Programs.of(centre)
    one, two = await they.ask("One?"), await they.ask("Two?", by=they.bao)
    acts: list[tuple[httpx2.AsyncClient, str, dict[str, Any]]] = [
        (they.ana, QUESTIONS, {"words": "Three?"}),
        (they.ana, f"{QUESTIONS}/{one}/edit", {"words": "One, then?"}),
        (they.milan, f"{QUESTIONS}/{one}/hold", {}),
        (they.milan, f"{QUESTIONS}/{one}/approval", {"revision": 2}),
        (they.milan, f"{QUESTIONS}/{two}/approval", {}),
        (they.milan, f"{QUESTIONS}/{two}/move", {"reason": "interpreter"}),
        (they.milan, f"{DESK}/undo", {}),
        (they.milan, f"{QUESTIONS}/{one}/call", {"reason": "life_safety"}),
        (they.vera, f"{QUESTIONS}/{one}/taken", {"department": "Finance"}),
        (they.vera, f"{STORM}/updates", {"text": "So much.", "answers": one}),
        (they.milan, f"{QUESTIONS}/{two}/decline", {"reason": "private"}),
        (they.bao, f"{QUESTIONS}/{two}/appeal", {"words": "No."}),
        (they.milan, f"{QUESTIONS}/{two}/upholding", {"note": "Yes."}),
        (they.milan, f"{DESK}/messages", {"words": "Two minutes."}),
        (they.milan, f"{DESK}/settings", {"shown": "called"}),
        (they.milan, f"{STORM}/closing", {"rest": {"decline": {"reason": "no_time"}}}),
    ]
    for number, (client, path, body) in enumerate(acts):
        headers = {"Idempotency-Key": f"act {number}"}
        first = await client.post(path, json=body, headers=headers)
        head = (await centre.briefing()).number
        again = await client.post(path, json=body, headers=headers)
        assert first.status_code in (201, 204), (path, first.text)
        assert (again.status_code, again.content) == (first.status_code, first.content), path
        assert (await centre.briefing()).number == head, path


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        (QUESTIONS, {}, "words"),
        (QUESTIONS, {"words": " "}, "words"),
        (QUESTIONS, {"words": "x" * 601}, "words"),
        (QUESTIONS, {"words": "x", "language": "de"}, "language"),
        (QUESTIONS, {"words": "x", "zone": "Hanoi"}, "zone"),
        (QUESTIONS, {"words": "x", "files_at": "18:30"}, "files_at"),
        (QUESTIONS, {"words": "x", "follows": "../x"}, "follows"),
        (QUESTIONS, {"words": "x", "outlet": "Delta Wire"}, "outlet"),
        (f"{QUESTION}/edit", {"words": "x", "language": "en"}, "language"),
        (f"{QUESTION}/approval", {"revision": 0}, "revision"),
        (f"{QUESTION}/approval", {"revision": "1"}, "revision"),
        (f"{QUESTION}/decline", {}, "reason"),
        (f"{QUESTION}/decline", {"reason": "boring"}, "reason"),
        (f"{QUESTION}/decline", {"reason": "private", "note": "x" * 601}, "note"),
        (f"{QUESTION}/upholding", {}, "note"),
        (f"{QUESTION}/merge", {}, "into"),
        (f"{QUESTION}/call", {"reason": "no_time"}, "reason"),
        (f"{QUESTION}/move", {"before": "bcd234fgh"}, "reason"),
        (f"{QUESTION}/taken", {}, "department"),
        (f"{QUESTION}/taken", {"department": "F", "hours": 0}, "hours"),
        (f"{QUESTION}/referral", {"body": ""}, "body"),
        (f"{DESK}/declines", {"questions": [], "reason": "private"}, "questions"),
        (f"{DESK}/messages", {"words": "x" * 161}, "words"),
        (f"{DESK}/settings", {"shown": "some"}, "shown"),
        (f"{DESK}/settings", {"person_limit": 0}, "person_limit"),
        (f"{DESK}/settings", {"proportion": {"regional": 1}}, "proportion.regional"),
        (f"{STORM}/closing", {"dispositions": [{"question": "b"}]}, "dispositions.0"),
        (f"{STORM}/closing", {"rest": {"decline": {"reason": "x"}}}, "rest.decline.reason"),
        (
            f"{STORM}/closing",
            {"dispositions": [{"question": "bcd234fgh", "decline": {"reason": "private"}}]},
            "dispositions",
        ),
    ],
)
async def test_a_field_that_cannot_be_taken_is_named_with_its_remedy(
    untouched: Centre, path: str, body: dict[str, Any], field: str
) -> None:
    client = await untouched.api(ANA if ANA in WRITES[path] else MILAN)
    problem = await refused(client, path, 422, **body)
    assert problem["field"] == field
    assert [one["field"] for one in problem["errors"]] == [field]
    assert problem["errors"][0]["remedy"].endswith(".")
    assert (await untouched.briefing()).number == 3


async def test_a_promise_has_one_time_and_it_is_to_come(small: Centre) -> None:
    they = await Programs.of(small)
    path = f"{QUESTIONS}/{await they.approved('When?')}/taken"
    due: dict[str, Any] = {"department": "Finance", "due_at": "2026-01-01T00:00:00Z"}
    assert (await refused(they.milan, path, 422, hours=4, **due))["field"] == "body"
    assert (await refused(they.milan, path, 422, **due))["field"] == "due_at"


async def test_once_it_is_called_the_asker_changes_nothing(small: Centre) -> None:
    they = await Programs.of(small)
    ref = await they.called("When?")
    for act, body in (("edit", {"words": "Where?"}), ("withdrawal", {})):
        problem = await refused(they.ana, f"{QUESTIONS}/{ref}/{act}", 409, **body)
        assert "“called”" in problem["detail"]
    assert (await they.own(ref))["words"] == "When?"
