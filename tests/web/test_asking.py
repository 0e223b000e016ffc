"""Asking and what an asker may do, by the open page and without JavaScript; who sees what of it."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import httpx2
import pytest
from sqlalchemy import update

from hub.domain.person import Outlet
from hub.domain.question import QUESTION_LIMIT
from hub.domain.question_state import QuestionState
from hub.store.finding import briefing_at
from tests.cast import ANA, BAO, VERA
from tests.centre import SLUG, Centre, now, open_centre
from tests.desk_acts import Desk
from tests.web.typed import Typed

AT = f"/briefings/{SLUG}"
ASK = f"{AT}/questions"
HTMX = {"HX-Request": "true"}
WAYS = [pytest.param(HTMX, id="open page"), pytest.param({}, id="no JavaScript")]
WORDS = "Canary: who pays the teachers?"
ZONE = "America/New_York"


@pytest.fixture
async def centre(sqlite_url: str) -> AsyncIterator[Centre]:
    async with open_centre(sqlite_url) as centre:
        yield centre


@pytest.fixture
def desk(centre: Centre) -> Desk:
    return Desk(centre)


async def typed(client: httpx2.AsyncClient, **values: str) -> dict[str, str]:
    page = await client.get(AT)
    assert page.status_code == 200
    return Typed(page.text, "ask").values | values


async def send(
    client: httpx2.AsyncClient, path: str, way: dict[str, str], values: dict[str, str]
) -> httpx2.Response:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return await client.post(path, content=urlencode(values), headers=way | kind)


def is_done(answer: httpx2.Response, way: dict[str, str]) -> bool:
    if way:
        return (answer.status_code, answer.content) == (204, b"")
    return (answer.status_code, answer.headers.get("location")) == (303, f"{AT}#mine")


async def ref_of(client: httpx2.AsyncClient) -> str:
    """The newest of one's own questions."""
    page = (await client.get(f"{ASK}/mine")).text
    found = re.search(r'data-ref="(\w+)"', page)
    assert found
    return found[1]


async def act(client: httpx2.AsyncClient, ref: str, what: str, **values: str) -> httpx2.Response:
    """Fills in the form of an act and sends it as a browser without scripts would."""
    path = f"{ASK}/{ref}/{what}"
    form = await client.get(path)
    assert form.status_code == 200, form.text
    return await send(client, path, {}, Typed(form.text, what).values | values)


@pytest.mark.parametrize("way", WAYS)
async def test_ana_asks_and_has_it_at_once_with_all_that_she_said(
    centre: Centre, desk: Desk, way: dict[str, str]
) -> None:
    ana, update_ref = await centre.client(ANA), await centre.say("The river stands at 10.4 metres.")
    when = (now() + timedelta(hours=2)).astimezone(ZoneInfo(ZONE))
    form = await typed(
        ana, words=f" {WORDS}\r\n", files_at=f"{when:%H:%M}", zone=ZONE, language="fr",
        speaks="yes", follows=update_ref,
    )  # fmt: skip
    assert is_done(await send(ana, ASK, way, form), way)
    question = await desk.question(await ref_of(ana))
    assert (question.words, question.language, question.speaks) == (WORDS, "fr", True)
    assert question.follows == update_ref
    assert question.files_at == when.replace(second=0, microsecond=0)
    mine = (await ana.get(f"{ASK}/mine", headers=HTMX)).text
    assert WORDS in mine
    assert "With the desk" in mine
    assert f"you file at {when:%H:%M}" in mine
    assert mine.count("<hx-partial") == 2
    assert "1 of 3 questions" in mine
    assert "1 of 3 questions" in (await ana.get(AT)).text


async def test_a_second_press_is_not_a_second_question(centre: Centre) -> None:
    ana = await centre.client(ANA)
    form = await typed(ana, words=WORDS)
    for way in (HTMX, {}, HTMX):
        assert is_done(await send(ana, ASK, way, form), way)
    assert (await ana.get(f"{ASK}/mine")).text.count("data-ref=") == 1


# What was typed, where it says so, and what.
BAD: list[Any] = [
    pytest.param({"words": " \n"}, "question", "Write something here first.", id="empty"),
    pytest.param({"words": "x" * (QUESTION_LIMIT + 1)}, "question", "601 char", id="long"),
    pytest.param({"words": "a\0b"}, "question", "cannot be shown", id="control letters"),
    pytest.param({"files_at": "25:00"}, "files", "as HH:MM", id="no such time"),
    pytest.param({"files_at": "soon"}, "files", "as HH:MM", id="no time"),
    pytest.param({"zone": "Mars/Base"}, "files-zone", "IANA", id="no such zone"),
    pytest.param({"zone": "../../etc/passwd"}, "files-zone", "IANA", id="a path"),
    pytest.param({"zone": "America"}, "files-zone", "IANA", id="a folder of zones"),
    pytest.param({"zone": ""}, "files-zone", "IANA", id="no zone"),
    pytest.param({"language": "de"}, "ask-tongue", "Choose one of these", id="language"),
    pytest.param({"speaks": "maybe"}, "speaks", "Choose one of these", id="speaks"),
    pytest.param({"follows": "bcdfghjkm"}, "follows", "nothing of that name", id="follows"),
    pytest.param({"key": ""}, "ask-alert", "without its key", id="no key"),
    pytest.param({"asker": "Bao"}, "ask-alert", "does not belong", id="foreign field"),
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("wrong", "place", "says"), BAD)
async def test_a_form_comes_back_as_it_was_with_the_reason_beside_the_field(
    centre: Centre, way: dict[str, str], wrong: dict[str, str], place: str, says: str
) -> None:
    ana = await centre.client(ANA)
    form = await typed(ana, words=WORDS, files_at="15:30", zone=ZONE, speaks="yes") | wrong
    answer = await send(ana, ASK, way, form)
    back = Typed(answer.text, "ask")
    ((said_at, reason),) = back.refusals.items()
    assert (answer.status_code, said_at.removesuffix("-refusal")) == (422, place)
    assert says in reason
    if "words" not in wrong:
        assert back.values["words"] == WORDS
    if not {"files_at", "zone"} & set(wrong):
        assert (back.values["files_at"], back.values["zone"]) == ("15:30", ZONE)
    assert back.values["key"]
    assert answer.headers.get("HX-Retarget") == ("#ask" if way else None)
    assert "data-ref=" not in (await ana.get(f"{ASK}/mine")).text


@pytest.mark.parametrize("way", WAYS)
async def test_the_limits_are_said_and_then_refuse_with_the_words_kept(
    centre: Centre, desk: Desk, way: dict[str, str]
) -> None:
    ana = await centre.client(ANA)
    for n in range(3):
        assert f"{n} of 3 questions" in (await ana.get(AT)).text
        await desk.ask(ANA)
    page = (await ana.get(AT)).text
    assert "3 of 3 questions" in page
    assert "That is all for now" in page
    form = await typed(ana, words=WORDS)
    answer = await send(ana, ASK, way, form)
    back = Typed(answer.text, "ask")
    assert (answer.status_code, back.values["words"]) == (409, WORDS)
    assert "3 questions of yours wait already" in back.refusals["ask-alert"]


async def test_in_a_closed_briefing_nothing_is_asked_and_the_words_are_kept(
    centre: Centre,
) -> None:
    ana = await centre.client(ANA)
    form = await typed(ana, words=WORDS)
    vera = centre.people[VERA.name]
    await centre.do(lambda db: briefing_at(db, SLUG, lock=True).close(by=vera, now=now()))
    back = await send(ana, ASK, HTMX, form)
    assert back.status_code == 409
    assert Typed(back.text, "ask").values["words"] == WORDS


async def test_a_question_is_edited_and_withdrawn_until_it_is_called(
    centre: Centre, desk: Desk
) -> None:
    ana, ref = await centre.client(ANA), await desk.approved(ANA, WORDS)
    answer = await act(ana, ref, "edit", words="And the cooks?", files_at="", speaks="yes")
    assert is_done(answer, {})
    question = await desk.question(ref)
    assert (question.words, question.state) == ("And the cooks?", QuestionState.ASKED)
    assert "edited" in (await ana.get(f"{ASK}/mine")).text
    back = await act(ana, ref, "edit", words="")
    assert (back.status_code, Typed(back.text, "edit").refusals) == (
        422, {"edit-words-refusal": "Write something here first."},
    )  # fmt: skip
    assert is_done(await act(ana, ref, "withdrawal"), {})
    assert (await desk.question(ref)).state == QuestionState.WITHDRAWN
    mine = (await ana.get(f"{ASK}/mine")).text
    assert "The asker has withdrawn it." in mine
    assert "article 11.3" in mine
    assert "/edit" not in mine


@pytest.mark.parametrize("what", ["edit", "withdrawal"])
async def test_what_has_been_called_is_changed_no_more_and_says_so(
    centre: Centre, desk: Desk, what: str
) -> None:
    ana, ref = await centre.client(ANA), await desk.called(ANA, WORDS)
    back = await act(ana, ref, what)
    assert back.status_code == 409
    assert "stands at “called”" in Typed(back.text, what).refusals[f"{what}-alert"]
    assert (await desk.question(ref)).state == QuestionState.CALLED


async def test_what_is_declined_says_why_with_its_article_and_is_appealed_once(
    centre: Centre, desk: Desk
) -> None:
    ana, ref = await centre.client(ANA), await desk.ask(ANA, WORDS)
    await desk.decline(ref, "no_question")
    mine = (await ana.get(f"{ASK}/mine")).text
    assert "It is not a question." in mine
    assert "article 12.4" in mine
    assert f"{ref}/appeal" in mine
    empty = await act(ana, ref, "appeal", appeal=" ")
    assert (empty.status_code, list(Typed(empty.text, "appeal").refusals)) == (
        422, ["appeal-words-refusal"],
    )  # fmt: skip
    assert is_done(await act(ana, ref, "appeal", appeal="It has a question mark."), {})
    mine = (await ana.get(f"{ASK}/mine")).text
    assert "the desk looks at it again" in mine
    assert f"{ref}/appeal" not in mine
    again = await act(ana, ref, "appeal", appeal="Please.")
    assert again.status_code == 409
    assert "has been made already" in again.text
    await desk.approve(ref)
    mine = (await ana.get(f"{ASK}/mine")).text
    assert "Approved: place 1 of 1" in mine
    assert "Your appeal was heard." in mine


async def test_the_place_in_the_order_and_why_stand_beside_ones_own(
    centre: Centre, desk: Desk
) -> None:
    ana = await centre.client(ANA)
    await desk.called(ANA, "The first one?")
    await desk.approved(BAO, "Another outlet's?")
    await desk.approved(ANA, WORDS)
    mine = (await ana.get(f"{ASK}/mine")).text
    assert "Approved: place 2 of 2" in mine
    assert "Your outlet has been called 1 time" in mine


async def test_a_question_that_was_joined_to_another_follows_what_becomes_of_that(
    centre: Centre, desk: Desk
) -> None:
    ana, ref, other = (
        await centre.client(ANA), await desk.ask(ANA, WORDS), await desk.ask(BAO, "Secret of Bao?"),
    )  # fmt: skip
    await desk.merge(ref, other)
    mine = (await ana.get(f"{ASK}/mine")).text
    assert "Joined with another question" in mine
    assert "Secret of Bao?" not in mine
    assert other not in mine
    await desk.approve(other)
    mine = (await ana.get(f"{ASK}/mine")).text
    assert "Secret of Bao?" in mine
    assert "place 1 of 1" in mine
    await desk.call(other)
    answer = await desk.answer(other)
    assert f"{AT}/updates/{answer['ref']}" in (await ana.get(f"{ASK}/mine")).text


async def test_an_outlet_that_shares_sees_its_own_and_changes_nothing_of_a_colleague(
    centre: Centre, desk: Desk
) -> None:
    bao, ref = await centre.client(BAO), await desk.ask(ANA, WORDS)
    assert WORDS not in (await bao.get(AT)).text
    outlet = centre.people[ANA.name].outlet_id
    person = centre.people[BAO.name]

    def share(session: Any) -> None:
        session.execute(update(Outlet).where(Outlet.id == outlet).values(shares=True))
        session.get(type(person), person.id).outlet_id = outlet

    await centre.do(share, "people")
    bao = await centre.client(BAO)
    mine = (await bao.get(f"{ASK}/mine")).text
    assert WORDS in mine
    assert f"by {ANA.name}" in mine
    assert f"{ref}/edit" not in mine
    assert (await bao.get(f"{ASK}/{ref}")).status_code == 200
    for what in ("edit", "withdrawal", "appeal"):
        assert (await bao.get(f"{ASK}/{ref}/{what}")).status_code == 404
