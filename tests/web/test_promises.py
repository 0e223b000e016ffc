"""A question is promised an answer in writing: by whom, and until when, on the office's clock."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hub.domain.question_state import QuestionState
from hub.domain.words import NAME_LIMIT
from hub.domain.working_time import OFFICE
from tests.cast import ANA, BAO, MILAN, OANH, VERA
from tests.centre import Centre, now, open_centre
from tests.desk_acts import Desk
from tests.web.test_floor import ASKED, DEPARTMENT, HANOI
from tests.web.test_podium import AT, WAYS, is_done, send, typed
from tests.web.typed import Typed


@pytest.fixture
async def small(sqlite_url: str) -> AsyncIterator[Centre]:
    """Where the database is of no interest."""
    async with open_centre(sqlite_url) as centre:
        yield centre


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("actor", [VERA, OANH, MILAN], ids=lambda actor: actor.role.value)
async def test_a_promise_is_due_when_the_form_said(
    small: Centre, way: dict[str, str], actor: Any
) -> None:
    desk, client = Desk(small), await small.client(actor)
    ref = await desk.called(ANA, ASKED)
    at = f"{AT}/questions/{ref}/taken"
    form = await typed(client, "taken", at)
    assert form.values["hours"] == "16"
    since = datetime.fromtimestamp(int(form.values["since"]), UTC)
    shown = OFFICE.due(since, 16).astimezone(HANOI)
    assert f"{shown:%a} {shown.day} {shown:%b, %H:%M}: 16 working hours" in (
        await client.get(at)
    ).text.replace("&nbsp;", " ")
    answer = await send(client, at, way, form.values | {"department": DEPARTMENT})
    window = "desk" if actor is MILAN else "podium"
    if way:
        assert answer.status_code == 204
    else:
        assert (answer.status_code, answer.headers["location"]) == (303, f"{AT}/{window}")
    question = await desk.question(ref)
    assert (question.state, question.department) == (QuestionState.TAKEN, DEPARTMENT)
    assert question.due_at == OFFICE.due(since, 16)
    assert DEPARTMENT in (await (await small.client(BAO)).get(AT)).text


async def test_another_time_is_read_on_the_briefings_own_clock(small: Centre) -> None:
    desk, vera = Desk(small), await small.client(VERA)
    ref = await desk.called(ANA, ASKED)
    at = f"{AT}/questions/{ref}/taken"
    form = (await typed(vera, "taken", at)).values
    tomorrow = (now() + timedelta(days=1)).astimezone(HANOI).replace(second=0, microsecond=0)
    chosen = {"department": DEPARTMENT, "hours": "40", "due": f"{tomorrow:%Y-%m-%dT%H:%M}"}
    assert is_done(await send(vera, at, {}, form | chosen), {})
    assert (await desk.question(ref)).due_at == tomorrow


BAD_PROMISES: list[Any] = [
    pytest.param({"department": " "}, "department-promised", "Write something", id="nobody"),
    pytest.param(
        {"department": "x" * (NAME_LIMIT + 1)}, "department-promised", "too many", id="long"
    ),
    pytest.param(
        {"department": "a\0b"}, "department-promised", "cannot be shown", id="control letters"
    ),
    pytest.param({"hours": "0"}, "hours-promised", "from 1 to 200", id="no hours"),
    pytest.param({"hours": "201"}, "hours-promised", "from 1 to 200", id="too many hours"),
    pytest.param({"hours": "-1"}, "hours-promised", "from 1 to 200", id="negative"),
    pytest.param({"hours": "٣"}, "hours-promised", "from 1 to 200", id="other digits"),
    pytest.param({"due": "soon"}, "due-promised", "Name a day and a time", id="no date"),
    pytest.param({"due": "0001-01-01T00:00"}, "due-promised", "Name a", id="the first day"),
    pytest.param({"due": "9999-12-31T23:59"}, "due-promised", "Name a", id="the last day"),
    pytest.param({"due": "2020-02-30T10:00"}, "due-promised", "Name a day", id="no such day"),
    pytest.param({"due": "2020-02-20T10:00"}, "due-promised", "a time to come", id="past"),
    pytest.param({"key": ""}, "taken-alert", "without its key", id="no key"),
    pytest.param({"role": "admin"}, "taken-alert", "not belong", id="foreign"),
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("wrong", "place", "says"), BAD_PROMISES)
async def test_a_promise_comes_back_as_it_was_with_the_reason_beside_the_field(
    small: Centre, way: dict[str, str], wrong: dict[str, str], place: str, says: str
) -> None:
    desk, vera = Desk(small), await small.client(VERA)
    ref = await desk.called(ANA, ASKED)
    at = f"{AT}/questions/{ref}/taken"
    form = (await typed(vera, "taken", at)).values | {"department": DEPARTMENT, "hours": "24"}
    answer = await send(vera, at, way, form | wrong)
    back = Typed(answer.text, "taken")
    ((said_at, reason),) = back.refusals.items()
    assert (answer.status_code, said_at.removesuffix("-refusal")) == (422, place)
    assert says in reason
    expected = form | {name: value for name, value in wrong.items() if name in form}
    if "hours" in wrong:
        expected["hours"] = "2"  # nothing of the list is chosen: the first
    for name in ("key", "since"):
        expected[name] = back.values[name]
    assert back.values == expected
    assert (await desk.question(ref)).state == QuestionState.CALLED


@pytest.mark.parametrize("since", ["", "soon", "0", "9999999999", "-5", "99999999999999"])
async def test_a_form_that_counts_from_another_time_counts_from_now(
    small: Centre, since: str
) -> None:
    desk, vera = Desk(small), await small.client(VERA)
    ref = await desk.called(ANA, ASKED)
    at = f"{AT}/questions/{ref}/taken"
    form = (await typed(vera, "taken", at)).values | {"department": DEPARTMENT, "since": since}
    before = now().replace(second=0, microsecond=0)
    assert is_done(await send(vera, at, {}, form), {})
    due_at = (await desk.question(ref)).due_at
    assert due_at is not None
    assert OFFICE.due(before, 16) <= due_at <= OFFICE.due(now(), 16)
