"""The close of a briefing: each open question ends with it, in one act, or nothing happens."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy.orm import Session

from hub.domain.briefing import BriefingState
from hub.domain.question_state import QuestionState
from hub.domain.reason import DECLINED
from hub.store.finding import briefing_at
from tests.cast import ADAM, ANA, BAO, MILAN, OANH, VERA
from tests.centre import SLUG, Centre, now, open_centre
from tests.desk_acts import Desk
from tests.web.test_podium import AT, HTMX, PODIUM, WAYS, send, typed
from tests.web.typed import Typed

CLOSING = f"{AT}/closing"
PRESSED = {"key": f"close-{SLUG}"}
"""What one press at the podium or the desk sends."""

DESK = f"{AT}/desk"
ASKED = "An unapproved question about the dam?"
DEPARTMENT = "Department of Health"


@pytest.fixture
async def centre(database_url: str) -> AsyncIterator[Centre]:
    async with open_centre(database_url) as centre:
        yield centre


@pytest.fixture
async def small(sqlite_url: str) -> AsyncIterator[Centre]:
    """Where the database is of no interest."""
    async with open_centre(sqlite_url) as centre:
        yield centre


async def filled_in(client: httpx2.AsyncClient, **values: str) -> dict[str, str]:
    """The form as it is shown, and then what is chosen: `what_REF="taken"`."""
    form = (await typed(client, "closing", CLOSING)).values
    return form | {name.replace("_", "-"): value for name, value in values.items()}


async def is_live(centre: Centre) -> bool:
    return (await centre.briefing()).state == BriefingState.LIVE


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("actor", [VERA, OANH, MILAN], ids=lambda actor: actor.role.value)
async def test_with_no_question_open_one_press_closes(
    small: Centre, way: dict[str, str], actor: Any
) -> None:
    answer = await send(await small.client(actor), CLOSING, way, PRESSED)
    if way:
        assert (answer.status_code, answer.content) == (204, b"")
    else:
        window = DESK if actor is MILAN else PODIUM
        assert (answer.status_code, answer.headers["location"]) == (303, window)
    assert (await small.briefing()).state == BriefingState.CLOSED


@pytest.mark.parametrize("way", WAYS)
async def test_with_open_questions_one_press_shows_all_of_them_and_closes_nothing(
    centre: Centre, way: dict[str, str]
) -> None:
    desk, milan = Desk(centre), await centre.client(MILAN)
    called, waiting = await desk.called(ANA, "One?"), await desk.approved(BAO, "Two?")
    asked = await desk.ask(ANA, ASKED)
    answer = await send(milan, CLOSING, way, PRESSED)
    form = Typed(answer.text, "closing")
    assert answer.status_code == 409
    assert answer.headers.get("HX-Redirect") == (CLOSING if way else None)
    assert {name for name in form.values if name.startswith("what-")} == {
        f"what-{ref}" for ref in (called, waiting, asked)
    }
    assert list(form.refusals) == ["closing-alert"]
    assert form.refusals["closing-alert"].startswith("Questions still open: 3.")
    assert await is_live(centre)


@pytest.mark.parametrize("way", WAYS)
async def test_each_question_ends_as_was_said_in_one_commit_with_the_close(
    centre: Centre, way: dict[str, str]
) -> None:
    desk, vera = Desk(centre), await centre.client(VERA)
    first, second = await desk.called(ANA, "One?"), await desk.approved(BAO, "Two?")
    third = await desk.approved(ANA, "Three?")
    tomorrow = (now() + timedelta(days=1)).replace(second=0, microsecond=0)
    hanoi = tomorrow + timedelta(hours=7)
    form = await filled_in(
        vera,
        **{
            f"what_{first}": "taken", f"department_{first}": DEPARTMENT,
            f"due_{first}": f"{hanoi:%Y-%m-%dT%H:%M}",
            f"what_{second}": "another_matter", f"note_{second}": "Ask the water company.",
        },
    )  # fmt: skip
    answer = await send(vera, CLOSING, way, form)
    back = Typed(answer.text, "closing")
    assert answer.status_code == 409
    assert back.refusals == {
        "closing-alert": "Questions still open: 1. Say of each what becomes of it: an answer in "
        "writing, or a reason why not.",
        f"what-{third}-refusal": "Say what becomes of this one.",
    }
    # All that was filled in is there again, and nothing was done.
    assert back.values | {"since": ""} == form | {"since": ""}
    assert await is_live(centre)
    assert (await desk.question(first)).state == QuestionState.CALLED

    answer = await send(vera, CLOSING, way, back.values | {f"what-{third}": "no_time"})
    assert answer.status_code == (204 if way else 303)
    briefing = await centre.briefing()
    assert briefing.state == BriefingState.CLOSED
    ends = [await desk.question(ref) for ref in (first, second, third)]
    assert [(one.state.value, one.reason, one.note) for one in ends] == [
        ("taken", "taken", ""),
        ("declined", "another_matter", "Ask the water company."),
        ("declined", "no_time", ""),
    ]
    assert (ends[0].department, ends[0].due_at) == (DEPARTMENT, tomorrow)
    assert all(one.ended_at == briefing.closed_at for one in ends)


async def test_what_the_podium_may_not_read_it_can_only_decline_together(small: Centre) -> None:
    desk, vera = Desk(small), await small.client(VERA)
    waiting, asked = await desk.approved(BAO, "Two?"), await desk.ask(ANA, ASKED)
    page = (await vera.get(CLOSING)).text
    assert "1 question that the desk has not approved" in page
    assert "Two?" in page
    for secret in (ASKED, asked, ANA.name, BAO.name):
        assert secret not in page
    form = await filled_in(vera, **{f"what_{waiting}": "no_time"})
    # Guessing its name does not help, and says nothing.
    promised = {f"what-{asked}": "taken", f"department-{asked}": DEPARTMENT}
    for more, place in (({}, "rest-refusal"), (promised, "closing-alert")):
        answer = await send(vera, CLOSING, {}, form | more)
        assert answer.status_code == 409
        assert place in Typed(answer.text, "closing").refusals
        assert ASKED not in answer.text
        assert asked not in answer.text
    assert (await send(vera, CLOSING, {}, form | {"rest": "no_time"})).status_code == 303
    assert (await desk.question(asked)).reason == "no_time"


async def test_at_the_desk_all_stand_with_their_askers_and_the_rest_is_declined_at_once(
    small: Centre,
) -> None:
    desk, milan = Desk(small), await small.client(MILAN)
    refs = [await desk.ask(ANA, f"{ASKED} {number}") for number in range(3)]
    page = (await milan.get(CLOSING)).text
    assert page.count(ANA.name) == 3
    form = await filled_in(
        milan, rest="no_time", **{f"what_{refs[0]}": "taken", f"department_{refs[0]}": DEPARTMENT}
    )
    assert (await send(milan, CLOSING, HTMX, form)).status_code == 204
    states = [(await desk.question(ref)).state.value for ref in refs]
    assert states == ["taken", "declined", "declined"]


def bad(one: str) -> list[tuple[dict[str, str], dict[str, str]]]:
    """What was filled in about a question, and what is said of it and where."""
    taken = {f"what-{one}": "taken"}
    return [
        (taken, {f"department-{one}": "Write something here first."}),
        (taken | {f"department-{one}": "a\0b"}, {f"department-{one}": "This text has"}),
        (taken | {f"hours-{one}": "900"}, {f"hours-{one}": "Name a number from 1 to 200."}),
        (taken | {f"due-{one}": "1999-01-01T00:00"}, {f"due-{one}": "Name a time to come"}),
        (taken | {f"due-{one}": "9999-12-31T23:59"}, {f"due-{one}": "Name a"}),
        (taken | {f"due-{one}": "x"}, {f"due-{one}": "Name a day and a time"}),
        ({f"what-{one}": "boring"}, {f"what-{one}": "Choose one of these: another_matter"}),
        (
            {f"what-{one}": "private", f"note-{one}": "x" * 601},
            {f"note-{one}": "601 characters are too many"},
        ),
        ({f"what-{one}": "", "rest": "boring"}, {"rest": "Choose one of these"}),
    ]


@pytest.mark.parametrize("case", range(len(bad("ref"))))
async def test_what_is_wrong_is_said_beside_each_question_and_all_of_it_at_once(
    small: Centre, case: int
) -> None:
    desk, vera = Desk(small), await small.client(VERA)
    one, other = await desk.approved(ANA, "One?"), await desk.approved(BAO, "Two?")
    wrong, said = bad(one)[case]
    form = await filled_in(vera, **{f"what_{other}": "taken"}) | wrong
    answer = await send(vera, CLOSING, {}, form)
    back = Typed(answer.text, "closing")
    assert answer.status_code == 409
    for name, words in (said | {f"department-{other}": "Write something here first."}).items():
        assert back.refusals[f"{name}-refusal"].startswith(words)
    assert back.refusals["closing-alert"].startswith("Questions still open: 2.")
    assert await is_live(small)
    for ref in (one, other):
        assert (await desk.question(ref)).state == QuestionState.APPROVED


async def test_a_question_that_ended_meanwhile_stops_the_close_and_the_others_stay_filled_in(
    small: Centre,
) -> None:
    desk, vera = Desk(small), await small.client(VERA)
    one, other = await desk.approved(ANA, "One?"), await desk.approved(BAO, "Two?")
    form = await filled_in(vera, **{f"what_{one}": "private", f"what_{other}": "no_time"})
    await desk.decline(one)
    answer = await send(vera, CLOSING, {}, form)
    back = Typed(answer.text, "closing")
    assert answer.status_code == 409
    assert back.refusals["closing-alert"].startswith("Meanwhile a question has ended")
    assert f"what-{one}" not in back.values
    assert back.values[f"what-{other}"] == "no_time"
    assert await is_live(small)
    assert (await send(vera, CLOSING, {}, back.values)).status_code == 303


async def test_a_question_that_came_meanwhile_stops_the_close(small: Centre) -> None:
    desk, milan = Desk(small), await small.client(MILAN)
    one = await desk.approved(ANA, "One?")
    form = await filled_in(milan, **{f"what_{one}": "no_time"})
    new = await desk.ask(BAO, "Two?")
    answer = await send(milan, CLOSING, {}, form)
    back = Typed(answer.text, "closing")
    assert answer.status_code == 409
    assert f"what-{new}-refusal" in back.refusals
    assert await is_live(small)


@pytest.mark.parametrize(
    "hostile",
    [
        {"what-": "taken"},
        {"what-é": "taken"},
        {"what-" + "x" * 5_000: "taken"},
        {"role-2345": "taken"},
        {"what": "taken"},
        {"rest": "\0"},
        {"since": "x" * 5_000},
        {"what-nothing22": "taken"},
        {"what-nothing22": "\0"},
    ],
)
async def test_what_never_was_in_the_form_is_refused_and_never_our_fault(
    small: Centre, hostile: dict[str, str]
) -> None:
    desk, vera = Desk(small), await small.client(VERA)
    await desk.approved(ANA, "One?")
    for way in (HTMX, {}):
        answer = await send(vera, CLOSING, way, hostile)
        assert answer.status_code in (404, 409, 422)
    assert await is_live(small)


async def test_hundreds_of_questions_are_closed_in_one_act(small: Centre) -> None:
    desk, milan = Desk(small), await small.client(MILAN)
    await small.do(_no_limits)
    refs = [await desk.ask((ANA, BAO)[n % 2], f"Number {n}?") for n in range(120)]
    form = await filled_in(milan, **{f"what_{ref}": "no_time" for ref in refs})
    assert (await send(milan, CLOSING, HTMX, form)).status_code == 204
    assert {(await desk.question(ref)).reason for ref in refs} == {"no_time"}


def _no_limits(session: Session) -> None:
    briefing = briefing_at(session, SLUG, lock=True)
    briefing.person_limit = briefing.outlet_limit = 99


@pytest.mark.parametrize("way", WAYS)
async def test_without_its_key_nothing_is_closed(small: Centre, way: dict[str, str]) -> None:
    answer = await send(await small.client(VERA), CLOSING, way, {})
    assert answer.status_code == 422
    refused = Typed(answer.text, "closing").refusals["closing-alert"]
    assert refused == "The form came without its key. Press the button once more."
    assert await is_live(small)


@pytest.mark.parametrize("way", WAYS)
async def test_what_was_filled_in_and_sent_twice_is_one_close(
    small: Centre, way: dict[str, str]
) -> None:
    desk, vera = Desk(small), await small.client(VERA)
    form = await filled_in(vera, **{f"what_{await desk.approved(ANA, 'One?')}": "no_time"})
    for _ in range(2):
        answer = await send(vera, CLOSING, way, form)
        assert answer.status_code == (204 if way else 303)
    briefing = await small.briefing()
    assert briefing.state == BriefingState.CLOSED


@pytest.mark.parametrize("way", WAYS)
async def test_a_closed_briefing_is_not_closed_again(small: Centre, way: dict[str, str]) -> None:
    vera = await small.client(VERA)
    for _ in range(2):
        # The same press twice is one close and the same answer.
        answer = await send(vera, CLOSING, way, PRESSED)
        assert answer.status_code == (204 if way else 303)
    again = await send(vera, CLOSING, way, {"key": "another"})
    assert again.status_code == 409
    assert "The briefing is closed" in again.text
    assert (await vera.get(CLOSING)).status_code == 409


@pytest.mark.parametrize("act", ["closing", "pause", "resumption", "opening"])
async def test_for_readers_and_administrators_there_is_nothing_there(
    small: Centre, act: str
) -> None:
    for actor in (ANA, ADAM):
        client = await small.client(actor)
        for slug_at in (AT, "/briefings/nowhere"):
            assert (await send(client, f"{slug_at}/{act}", {}, {})).status_code == 404
    assert await is_live(small)


@pytest.mark.parametrize("way", WAYS)
async def test_a_moderator_pauses_resumes_and_is_back_at_the_desk(
    small: Centre, way: dict[str, str]
) -> None:
    milan = await small.client(MILAN)
    for act, state in (("pause", BriefingState.PAUSED), ("resumption", BriefingState.LIVE)):
        answer = await send(milan, f"{AT}/{act}", way, {})
        assert answer.status_code == (204 if way else 303)
        assert way or answer.headers["location"] == DESK
        assert (await small.briefing()).state == state


def test_every_reason_may_be_given_at_the_close() -> None:
    # "taken" is the form's own word beside them.
    assert "taken" not in DECLINED
