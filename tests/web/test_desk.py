"""The desk's acts: each by the open page and without JavaScript, and each with its refusals."""

import json
import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest

from hub.domain.audience import Audience
from hub.domain.question_state import QuestionState
from hub.store import desk as store
from tests.acting import on_agenda
from tests.cast import ANA, BAO, MILAN, OANH, VERA
from tests.centre import SLUG, Centre, now, open_centre
from tests.crowd import crowd
from tests.desk_acts import Desk
from tests.web.typed import Typed

AT = f"/briefings/{SLUG}"
DESK = f"{AT}/desk"
HTMX = {"HX-Request": "true"}
WAYS = [pytest.param(HTMX, id="open page"), pytest.param({}, id="no JavaScript")]


@pytest.fixture
async def centre(sqlite_url: str) -> AsyncIterator[Centre]:
    async with open_centre(sqlite_url) as centre:
        yield centre


@pytest.fixture
def desk(centre: Centre) -> Desk:
    return Desk(centre)


async def send(
    client: httpx2.AsyncClient, path: str, way: dict[str, str], values: dict[str, str]
) -> httpx2.Response:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return await client.post(path, content=urlencode(values).encode(), headers=way | kind)


async def typed(client: httpx2.AsyncClient, path: str, form: str) -> dict[str, str]:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    # What a list suggests (it is no field, and has no name) is not sent.
    return {name: value for name, value in Typed(answer.text, form).values.items() if name}


def is_done(answer: httpx2.Response, way: dict[str, str]) -> bool:
    if way:
        return (answer.status_code, answer.content) == (204, b"")
    return (answer.status_code, answer.headers.get("location")) == (303, DESK)


async def cards(centre: Centre) -> dict[str, list[str]]:
    """The words of every card, by list, as a fresh page shows them."""
    page = (await (await centre.client(MILAN)).get(DESK)).text
    found = {}
    for name in ("new", "approved", "called", "disposed"):
        inside = page.split(f'<ol id="{name}"', 1)[1].split("</ol>", 1)[0]
        found[name] = re.findall(r'class="words"[^>]*>([^<]*)', inside)
    return found


# What is done, to a question in which state, what is filled in, and where it stands then.
ACTS: list[Any] = [
    pytest.param("approval", "asked", {}, "approved", id="approve"),
    pytest.param("decline", "asked", {"reason": "private"}, "declined", id="decline"),
    pytest.param("merge", "asked", {"into": "q-1"}, "merged", id="merge"),
    pytest.param("call", "approved", {"reason": "life_safety"}, "called", id="call"),
    pytest.param("call", "asked", {"reason": "life_safety"}, "called", id="call a new one"),
    pytest.param("spoken-answer", "called", {"note": "He said yes."}, "answered", id="aloud"),
    pytest.param("move", "approved", {"reason": "interpreter"}, "approved", id="move"),
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("act", "state", "filled", "then"), ACTS)
async def test_milan_does_each_act_once_however_often_it_is_sent(
    centre: Centre,
    desk: Desk,
    way: dict[str, str],
    act: str,
    state: str,
    filled: dict[str, str],
    then: str,
) -> None:
    await desk.approved(BAO, "Who pays for the shelters?")
    begun = {"asked": desk.ask, "approved": desk.approved, "called": desk.called}[state]
    ref = await begun(ANA, "When does it end?")
    milan = await centre.client(MILAN)
    at = f"{AT}/questions/{ref}"
    form = await typed(milan, f"{at}/desk", act) | filled
    before = (await centre.briefing()).number
    for _ in range(2):
        assert is_done(await send(milan, f"{at}/{act}", way, form), way)
    question = await desk.question(ref)
    assert (question.state, question.acted_by_id) == (then, centre.people[MILAN.name].id)
    # Of a merge the other card tells too, and a new one is approved before it is called.
    events = 2 if act == "merge" or (act, state) == ("call", "asked") else 1
    assert (await centre.briefing()).number == before + events


@pytest.mark.parametrize("way", WAYS)
async def test_an_act_on_what_a_colleague_has_changed_says_so_and_shows_the_card(
    centre: Centre, desk: Desk, way: dict[str, str]
) -> None:
    ref = await desk.ask(ANA, "Is it <b>over</b>?")
    milan = await centre.client(MILAN)
    at = f"{AT}/questions/{ref}"
    form = await typed(milan, f"{at}/decline", "decline")
    await desk.approve(ref)
    answer = await send(milan, f"{at}/decline", way, form | {"reason": "private", "note": "So"})
    assert answer.status_code == 409
    back = Typed(answer.text, "decline")
    assert "this question has become “Approved”, by Milan Horák" in back.refusals["decline-alert"]
    assert (back.values["note"], back.values["revision"]) == ("So", "2")
    if way:
        assert f'hx-target="#q-{ref}"' in answer.text
        assert 'data-state="approved"' in answer.text
    assert "<b>over" not in answer.text
    assert (await desk.question(ref)).state == QuestionState.APPROVED


BAD: list[Any] = [
    pytest.param("decline", {}, "decline-reason", "Choose one of these reasons.", id="reason"),
    pytest.param("decline", {"reason": "no"}, "decline-reason", "Choose one", id="unknown"),
    pytest.param(
        "decline", {"reason": "private", "note": "x" * 601}, "decline-note", "too many", id="note"
    ),
    pytest.param("merge", {}, "merge-into", "for example Q-18", id="no number"),
    pytest.param("merge", {"into": "99"}, "merge-into", "no question of this number", id="none"),
    pytest.param("merge", {"into": "Q-1"}, "merge-into", "Choose another question", id="itself"),
    pytest.param("approval", {"revision": "x"}, "approval-alert", "has lost which", id="lost"),
    pytest.param("approval", {"key": ""}, "approval-alert", "without its key", id="no key"),
    pytest.param("approval", {"so": "1"}, "approval-alert", "does not belong", id="strange"),
    pytest.param("upholding", {"note": "No"}, "upholding-alert", "stands at “New”", id="state"),
    pytest.param(
        "spoken-answer", {"note": "So."}, "spoken-answer-alert", "stands at “New”", id="too early"
    ),
    pytest.param("move", {"before": "x"}, "move-before", "Only a question that waits", id="move"),
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("act", "filled", "where", "says"), BAD)
async def test_what_cannot_be_done_comes_back_filled_in_with_its_remedy(
    centre: Centre,
    desk: Desk,
    way: dict[str, str],
    act: str,
    filled: dict[str, str],
    where: str,
    says: str,
) -> None:
    ref = await desk.ask(ANA)
    milan = await centre.client(MILAN)
    at = f"{AT}/questions/{ref}"
    form = await typed(milan, f"{at}/{act}", act) | filled
    before = (await centre.briefing()).number
    answer = await send(milan, f"{at}/{act}", way, form)
    back = Typed(answer.text, act)
    assert answer.status_code == (409 if "stands at" in says else 422)
    assert says in back.refusals.get(f"{where}-refusal", back.refusals.get(where, ""))
    for field in set(filled) & {"into", "note"}:
        assert back.values[field] == filled[field]
    assert (await centre.briefing()).number == before


async def test_one_out_of_turn_needs_a_reason_and_the_first_one_none(
    centre: Centre, desk: Desk
) -> None:
    refs = [await desk.approved(ANA), await desk.approved(BAO), await desk.approved(BAO)]
    page = (await (await centre.client(MILAN)).get(DESK)).text
    first, *_, last = re.findall(r'data-ref="(\w+)"', page.split('<ol id="approved"')[1])[:3]
    assert {first, last} < set(refs)
    milan = await centre.client(MILAN)
    form = await typed(milan, f"{AT}/questions/{last}/call", "call")
    answer = await send(milan, f"{AT}/questions/{last}/call", HTMX, form)
    assert answer.status_code == 422
    refusal = Typed(answer.text, "call").refusals["call-reason-refusal"]
    assert refusal == "Another question is first. Say why this one is called."
    form = await typed(milan, f"{AT}/questions/{first}/call", "call")
    assert is_done(await send(milan, f"{AT}/questions/{first}/call", HTMX, form), HTMX)


@pytest.mark.parametrize("way", WAYS)
async def test_an_appeal_is_seen_and_answered_either_way(
    centre: Centre, desk: Desk, way: dict[str, str]
) -> None:
    milan = await centre.client(MILAN)
    for act, note, then in (("approval", "", "approved"), ("upholding", "It is", "declined")):
        ref = await desk.ask(ANA, f"Asked for {act}")
        await desk.decline(ref)
        ana = await centre.client(ANA)
        appeal = await typed(ana, f"{AT}/questions/{ref}/appeal", "appeal")
        name = next(field for field in appeal if field not in ("key", "revision"))
        answer = await send(ana, f"{AT}/questions/{ref}/appeal", way, appeal | {name: "Not so."})
        assert answer.status_code in (204, 303), answer.text
        assert "<q" in (await milan.get(DESK)).text
        form = await typed(milan, f"{AT}/questions/{ref}/desk", act)
        if note:
            form["note"] = note
        assert is_done(await send(milan, f"{AT}/questions/{ref}/{act}", way, form), way)
        assert (await desk.question(ref)).state == then


@pytest.mark.parametrize("way", WAYS)
async def test_undo_is_of_ones_own_last_act_and_once(
    centre: Centre, desk: Desk, way: dict[str, str]
) -> None:
    ref = await desk.approved(ANA)
    await desk.decline(ref)
    milan = await centre.client(MILAN)
    form = await typed(milan, DESK, "undo")
    for _ in range(2):
        assert is_done(await send(milan, f"{DESK}/undo", way, form), way)
    assert (await desk.question(ref)).state == QuestionState.APPROVED
    answer = await send(milan, f"{DESK}/undo", way, await typed(milan, DESK, "undo"))
    assert answer.status_code == 409
    assert "There is nothing of yours to undo" in answer.text


@pytest.mark.parametrize("way", WAYS)
async def test_several_are_declined_with_one_reason_all_or_none(
    centre: Centre, desk: Desk, way: dict[str, str]
) -> None:
    refs = [await desk.ask(ANA), await desk.approved(BAO)]
    milan = await centre.client(MILAN)
    form = await typed(milan, DESK, "declines") | {f"pick-{ref}": "1" for ref in refs}
    for wrong, says in (
        (form, "Choose one of these reasons."),
        ({"key": form["key"], "reason": "private"}, "Choose the questions first"),
        (form | {"reason": "private", "pick-nothing": "1"}, ""),
    ):
        answer = await send(milan, f"{DESK}/declines", way, wrong)
        assert answer.status_code == (422 if says else 404), says
        assert says in answer.text
    assert {(await desk.question(ref)).state for ref in refs} == {"asked", "approved"}
    for _ in range(2):
        answer = await send(milan, f"{DESK}/declines", way, form | {"reason": "private"})
        assert is_done(answer, way), answer.text
    assert {(await desk.question(ref)).state for ref in refs} == {"declined"}


@pytest.mark.parametrize("way", WAYS)
async def test_a_message_is_sent_once_and_shows_that_it_was_read(
    centre: Centre, way: dict[str, str]
) -> None:
    milan = await centre.client(MILAN)
    form = await typed(milan, DESK, "wire")
    answer = await send(milan, f"{DESK}/messages", way, form)
    assert (answer.status_code, Typed(answer.text, "wire").refusals) == (
        422,
        {"wire-words-refusal": "Write something here first."},
    )
    for _ in range(2):
        answer = await send(milan, f"{DESK}/messages", way, form | {"words": "The radio <waits>"})
        assert is_done(answer, way)
    page = (await milan.get(DESK)).text
    assert page.count("<q>The radio &lt;waits&gt;</q>") == 1
    assert "Podium has not acknowledged" in page
    ref = page.split('id="m-', 1)[1].split('"', 1)[0]
    await store.acknowledge(centre.database, SLUG, ref, by=centre.people[VERA.name], now=now())
    page = (await milan.get(DESK)).text
    assert "Podium has not acknowledged" not in page
    assert re.search(r"Acknowledged \d\d:\d\d:\d\d by Vera Lind:", page)


@pytest.mark.parametrize("way", WAYS)
async def test_the_settings_are_changed_and_the_proportion_only_before_the_start(
    centre: Centre, way: dict[str, str]
) -> None:
    milan = await centre.client(MILAN)
    await on_agenda(centre, "coming")
    for slug, allowed in ((SLUG, False), ("coming", True)):
        address = f"/briefings/{slug}/desk/settings"
        form = await typed(milan, address, "settings-form")
        form |= {"shown": "called", "person_limit": "5", "local": "2"}
        for field, wrong in (("person-limit", {"person_limit": "x"}), ("shown", {"shown": "?"})):
            answer = await send(milan, address, way, form | wrong)
            assert answer.status_code == 422
            assert f"{field}-refusal" in Typed(answer.text, "settings-form").refusals
        answer = await send(milan, address, way, form)
        if not allowed:
            assert answer.status_code == 422
            says = Typed(answer.text, "settings-form").refusals["proportion-refusal"]
            assert says == "Once the briefing has begun the proportion stays."
            answer = await send(milan, address, way, form | {"local": "1"})
        assert answer.status_code in (204, 303), answer.text
        page = (await milan.get(f"/briefings/{slug}/desk")).text
        assert 'id="settings" data-shown="called"' in page
        assert "5 a person, 6 an outlet" in page


async def test_who_holds_a_card_is_seen_and_hinders_nobody(centre: Centre, desk: Desk) -> None:
    ref = await desk.ask(ANA)
    milan = await centre.client(MILAN)
    at = f"{AT}/questions/{ref}"
    assert is_done(await send(milan, f"{at}/hold", HTMX, {}), HTMX)
    assert "Milan Horák holds this card" in (await milan.get(DESK)).text
    assert is_done(await send(milan, f"{at}/release", {}, {}), {})
    assert "holds this card" not in (await milan.get(DESK)).text
    await send(milan, f"{at}/hold", HTMX, {})
    form = await typed(milan, f"{at}/approval", "approval")
    assert is_done(await send(milan, f"{at}/approval", HTMX, form), HTMX)
    assert "holds this card" not in (await milan.get(DESK)).text


async def test_the_lists_stand_in_their_orders(centre: Centre, desk: Desk) -> None:
    first, second = await desk.ask(ANA, "New one"), await desk.ask(BAO, "Newer one")
    waits = [await desk.approved(ANA, "Waits"), await desk.approved(BAO, "Waits too")]
    await desk.move(waits[0], None)
    await desk.called(BAO, "On the podium")
    await desk.merge(second, first)
    await desk.decline(await desk.ask(ANA, "Declined"))
    assert await cards(centre) == {
        "new": ["New one"],
        "approved": ["Waits too", "Waits"],
        "called": ["On the podium"],
        "disposed": ["Declined", "Newer one"],
    }


@pytest.mark.parametrize("actor", [None, ANA, VERA, OANH])
async def test_for_others_there_is_no_desk(centre: Centre, desk: Desk, actor: Any) -> None:
    ref = await desk.ask(ANA)
    client = await centre.client(actor)
    at = f"{AT}/questions/{ref}"
    for path in (DESK, f"{DESK}/settings", f"{at}/desk", f"{at}/decline"):
        assert (await client.get(path)).status_code == (404 if actor else 303), path
    for path in (f"{DESK}/undo", f"{DESK}/declines", f"{DESK}/messages", f"{at}/approval"):
        assert (await send(client, path, {}, {})).status_code == (404 if actor else 401), path
    assert (await desk.question(ref)).state == QuestionState.ASKED


async def test_moderators_start_pause_and_resume_from_the_desk(centre: Centre) -> None:
    milan = await centre.client(MILAN)
    for act, state in (("pause", "Paused"), ("resumption", "Live since")):
        answer = await send(milan, f"{AT}/{act}", {}, {})
        assert is_done(answer, {}), answer.text
        assert state in (await milan.get(DESK)).text


async def test_an_act_with_500_waiting_is_a_frame_below_4_kb(centre: Centre, desk: Desk) -> None:
    await crowd(centre, 500, approved=True)
    ref = await desk.ask(ANA, "Is the hospital at Bãi Dâu on emergency power, and for how long?")
    head = (await centre.briefing()).head(Audience.DESK)
    async with centre.follow(Audience.DESK, MILAN, after=head) as milan:
        await milan.next()
        await desk.approve(ref)
        event = (await milan.upto(head + 1))[-1]
    assert len(json.dumps(event, ensure_ascii=False).encode()) < 4096
