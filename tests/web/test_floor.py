"""Questions at the podium: answered, promised, referred; and the desk's messages, acknowledged."""

import re
from collections.abc import AsyncIterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hub.domain.audience import Audience
from hub.domain.question_state import QuestionState
from hub.store import desk as store
from hub.store.acts import change
from tests.cast import ADAM, ANA, BAO, MILAN, VERA
from tests.centre import SLUG, Centre, now, open_centre
from tests.desk_acts import Desk
from tests.web.test_podium import AT, HTMX, PODIUM, WAYS, is_done, send, typed
from tests.web.typed import Typed

ASKED = "Who orders the second evacuation?"
WORDS = "The chair of the ward orders it."
DEPARTMENT = "Department of Health"
GONE = "This question is not at the podium, or no longer"
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture
async def centre(database_url: str) -> AsyncIterator[Centre]:
    async with open_centre(database_url) as centre:
        yield centre


@pytest.fixture
async def small(sqlite_url: str) -> AsyncIterator[Centre]:
    """Where the database is of no interest."""
    async with open_centre(sqlite_url) as centre:
        yield centre


async def closed(centre: Centre) -> None:
    vera = centre.people[VERA.name]
    await change(centre.database, SLUG, lambda briefing: briefing.close(by=vera, now=now()))


async def message(centre: Centre, words: str) -> str:
    sent = await store.message(
        centre.database, SLUG, words, key=None, by=centre.people[MILAN.name], now=now()
    )
    return str(sent["ref"])


def floor_of(page: str) -> str:
    """The part of the podium that frames renew."""
    return page[page.index('<section id="floor"') : page.index('<section class="write"')]


async def test_the_podium_is_told_who_asked_only_once_the_question_is_called(
    small: Centre,
) -> None:
    desk, vera = Desk(small), await small.client(VERA)
    ref = await desk.approved(BAO, ASKED, speaks=True)
    await desk.ask(ANA, "Not yet approved")
    waiting = (await vera.get(PODIUM)).text
    assert ASKED in floor_of(waiting)
    assert "waits to speak" in floor_of(waiting)
    assert BAO.name not in waiting
    assert str(BAO.outlet) not in waiting
    await desk.call(ref)
    called = (await vera.get(PODIUM)).text
    assert f"{BAO.name}, {BAO.outlet}, local press" in floor_of(called)
    assert "Not yet approved" not in called
    assert ANA.name not in called


async def test_three_are_next_in_their_order_and_the_others_are_counted(small: Centre) -> None:
    desk, vera = Desk(small), await small.client(VERA)
    for actor, number in ((ANA, 1), (BAO, 2), (ANA, 3), (BAO, 4)):
        await desk.approved(actor, f"Question number {number}?")
    order = re.findall(r"Question number (\d)\?", floor_of((await vera.get(PODIUM)).text))
    assert len(order) == 3
    assert "and 1 more" in (await vera.get(PODIUM)).text


@pytest.mark.parametrize("way", WAYS)
async def test_the_next_statement_answers_the_one_called_question(
    centre: Centre, way: dict[str, str]
) -> None:
    desk, vera = Desk(centre), await centre.client(VERA)
    ref = await desk.called(ANA, ASKED)
    form = (await typed(vera)).values
    assert form["answers"] == ref
    assert is_done(await send(vera, f"{AT}/updates", way, form | {"text": WORDS}), way)
    question = await desk.question(ref)
    assert question.state == QuestionState.ANSWERED
    page = (await vera.get(PODIUM)).text
    assert ASKED not in floor_of(page)
    assert (await typed(vera)).values["answers"] == ""
    room = (await (await centre.client(BAO)).get(AT)).text
    assert WORDS in room
    assert ASKED in room
    assert ANA.name not in room


async def test_where_two_are_called_nothing_is_attached_but_what_was_asked_for(
    small: Centre,
) -> None:
    desk, vera = Desk(small), await small.client(VERA)
    first, second = await desk.called(ANA, ASKED), await desk.called(BAO, "And the schools?")
    assert (await typed(vera)).values["answers"] == ""
    for ref in (first, second):
        assert (await typed(vera, path=f"{PODIUM}?answers={ref}")).values["answers"] == ref


async def test_what_is_no_answer_leaves_the_question_where_it_is(small: Centre) -> None:
    desk, vera = Desk(small), await small.client(VERA)
    ref = await desk.called(ANA, ASKED)
    form = (await typed(vera)).values | {"text": "A word before that.", "answers": ""}
    assert is_done(await send(vera, f"{AT}/updates", HTMX, form), HTMX)
    assert (await desk.question(ref)).state == QuestionState.CALLED
    assert (await typed(vera)).values["answers"] == ref


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("became", ["answered", "declined", "undone", "never called", "nothing"])
async def test_an_answer_to_what_is_not_open_comes_back_with_its_words(
    small: Centre, way: dict[str, str], became: str
) -> None:
    desk, vera = Desk(small), await small.client(VERA)
    ref = "nothing22"
    if became == "never called":
        ref = await desk.ask(ANA, ASKED)
    elif became != "nothing":
        ref = await desk.called(ANA, ASKED)
    form = (await typed(vera)).values | {"text": WORDS, "answers": ref}
    match became:
        case "answered":
            await desk.answer(ref)
        case "declined":
            await desk.decline(ref)
        case "undone":
            await desk.undo()
    answer = await send(vera, f"{AT}/updates", way, form)
    back = Typed(answer.text, "composer")
    # Alike in all cases: what the desk has not passed on is not to be guessed.
    assert answer.status_code == 409
    assert list(back.refusals) == ["composer-alert"]
    assert back.refusals["composer-alert"].startswith("The question that this answers is not open")
    assert back.values == form | {"answers": ""}
    assert WORDS not in (await (await small.client(BAO)).get(AT)).text


async def test_the_preview_shows_question_and_answer_as_the_room_will(small: Centre) -> None:
    desk, vera = Desk(small), await small.client(VERA)
    ref = await desk.called(ANA, ASKED)
    draft = (await typed(vera)).values | {"text": WORDS}
    seen = (await send(vera, f"{AT}/updates/preview", HTMX, draft)).text
    assert ASKED in seen
    assert WORDS in seen
    assert ANA.name not in seen
    alone = (await send(vera, f"{AT}/updates/preview", HTMX, draft | {"answers": ""})).text
    assert ASKED not in alone
    await desk.decline(ref)
    gone = (await send(vera, f"{AT}/updates/preview", HTMX, draft)).text
    assert "is not open any more" in gone
    assert ASKED not in gone


@pytest.mark.parametrize("way", WAYS)
async def test_another_body_is_named(small: Centre, way: dict[str, str]) -> None:
    desk, vera = Desk(small), await small.client(VERA)
    ref = await desk.called(ANA, ASKED)
    at = f"{AT}/questions/{ref}/referral"
    form = (await typed(vera, "referral", at)).values
    answer = await send(vera, at, way, form | {"body": "  "})
    back = Typed(answer.text, "referral")
    assert (answer.status_code, list(back.refusals)) == (422, ["body-refusal"])
    assert is_done(await send(vera, at, way, back.values | {"body": "Ministry"}), way)
    question = await desk.question(ref)
    assert (question.state, question.department) == (QuestionState.REFERRED, "Ministry")
    assert ASKED not in floor_of((await vera.get(PODIUM)).text)


@pytest.mark.parametrize("act", ["taken", "referral"])
@pytest.mark.parametrize("way", WAYS)
async def test_who_acts_on_a_stale_question_is_told_what_happened_and_nothing_is_done(
    small: Centre, way: dict[str, str], act: str
) -> None:
    desk, vera = Desk(small), await small.client(VERA)
    ref = await desk.called(ANA, ASKED)
    at = f"{AT}/questions/{ref}/{act}"
    form = (await typed(vera, act, at)).values | (
        {"department": "Mine"} if act == "taken" else {"body": "Mine"}
    )
    await desk.take(ref)
    answer = await send(vera, at, way, form)
    back = Typed(answer.text, act)
    assert answer.status_code == 409
    assert back.refusals == {
        f"{act}-alert": f"Meanwhile this question has become “taken”, by {MILAN.name}. "
        "Look at it as it stands now."
    }
    assert (await desk.question(ref)).department == "Sở Y tế"
    # Read anew it is refused for what it is.
    answer = await send(vera, at, way, back.values)
    assert answer.status_code == 409
    assert "stands at “taken” now" in answer.text


@pytest.mark.parametrize("act", ["taken", "referral"])
async def test_what_the_desk_has_not_passed_on_is_not_there_for_the_podium(
    small: Centre, act: str
) -> None:
    desk, vera, milan = Desk(small), await small.client(VERA), await small.client(MILAN)
    asked = await desk.ask(ANA, ASKED)
    declined = await desk.called(ANA, ASKED)
    await desk.decline(declined)
    told = set()
    for ref in (asked, declined, "nothing22", "%00", "é"):
        at = f"{AT}/questions/{ref}/{act}"
        for answer in (
            await vera.get(at),
            await send(vera, at, {}, {"key": "k", "revision": "7", "body": "x"} if act == "referral"
                       else {"key": "k", "revision": "7", "department": "x"}),
        ):  # fmt: skip
            assert answer.status_code == 404
            assert ASKED not in answer.text
            assert ANA.name not in answer.text
            told.add(GONE in answer.text)
    assert told == {True}
    assert (await milan.get(f"{AT}/questions/{asked}/{act}")).status_code == 200


@pytest.mark.parametrize("act", ["taken", "referral"])
@pytest.mark.parametrize("actor", [ANA, ADAM], ids=lambda actor: actor.role.value)
async def test_for_others_there_is_nothing_at_these_addresses(
    small: Centre, act: str, actor: Any
) -> None:
    ref = await Desk(small).called(ANA, ASKED)
    client = await small.client(actor)
    for at in (f"{AT}/questions/{ref}/{act}", f"{AT}/questions/nothing22/{act}"):
        assert (await client.get(at)).status_code == 404
        assert (await send(client, at, {}, {"key": "k"})).status_code == 404


@pytest.mark.parametrize("way", WAYS)
async def test_the_answer_to_a_promise_is_published_after_the_close(
    centre: Centre, way: dict[str, str]
) -> None:
    desk, vera = Desk(centre), await centre.client(VERA)
    ref, other = await desk.called(ANA, ASKED), await desk.called(BAO, "And the schools?")
    await desk.take(ref)
    await desk.answer(other, "On Monday.")
    await closed(centre)
    form = (await typed(vera)).values
    assert form["answers"] == ref
    # Nothing else is published any more.
    refused = await send(vera, f"{AT}/updates", way, form | {"text": WORDS, "answers": ""})
    assert refused.status_code == 409
    assert "The briefing is closed" in refused.text
    form = Typed(refused.text, "composer").values | {"text": WORDS, "answers": ref}
    async with centre.follow(Audience.ROOM, BAO, after=(await centre.briefing()).head(
        Audience.ROOM
    ), language="en") as bao:  # fmt: skip
        assert is_done(await send(vera, f"{AT}/updates", way, form), way)
        while WORDS not in (heard := str((await bao.next()).get("html", ""))):
            pass
    assert ANA.name not in heard
    assert (await desk.question(ref)).state == QuestionState.ANSWERED
    room = (await (await centre.client(ANA)).get(AT)).text
    assert WORDS in room


@pytest.mark.parametrize("way", WAYS)
async def test_a_message_stands_on_top_until_it_is_acknowledged_and_the_desk_is_told(
    centre: Centre, way: dict[str, str]
) -> None:
    vera, ref = await centre.client(VERA), await message(centre, "Two minutes, please.")
    at = f"{AT}/messages/{ref}/acknowledgement"
    page = (await vera.get(PODIUM)).text
    assert page.index("Two minutes, please.") < page.index('id="floor"')
    assert f'<form method="post" action="{at}"' in page
    head = (await centre.briefing()).head(Audience.DESK)
    async with centre.follow(Audience.DESK, MILAN, after=head, language="en") as milan:
        assert is_done(await send(vera, at, way, {}), way)
        told = await milan.upto(head + 1)
    assert "#messages" in told[-1]["html"]
    page = (await vera.get(PODIUM)).text
    assert at not in page
    assert f"read at {now().astimezone(HANOI):%H:}" in page
    assert f"by {VERA.name}" in page
    again = await send(vera, at, way, {})
    assert again.status_code == 409
    assert "acknowledged this message already" in again.text


@pytest.mark.parametrize("ref", ["nothing22", "%00", "é"])
async def test_a_message_that_is_not_there_cannot_be_acknowledged(centre: Centre, ref: str) -> None:
    vera, milan = await centre.client(VERA), await centre.client(MILAN)
    at = f"{AT}/messages/{ref}/acknowledgement"
    assert (await send(vera, at, {}, {})).status_code == 404
    there = f"{AT}/messages/{await message(centre, 'For the podium.')}/acknowledgement"
    assert (await send(milan, there, {}, {})).status_code == 404
