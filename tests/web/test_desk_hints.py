"""What a card tells beside its words: said already, who stands behind it, why it was moved; and
appeals, which nothing may bury."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from hub.domain import asking
from hub.store.desk import change_own
from hub.store.questions import question_of
from tests.cast import ANA, BAO, MILAN, VERA
from tests.centre import SLUG, Centre, now, open_centre
from tests.desk_acts import Desk

AT = f"/briefings/{SLUG}"
DESK = f"{AT}/desk"
CLOSED = "All schools in the city stay closed on Monday."


@pytest.fixture
async def centre(database_url: str) -> AsyncIterator[Centre]:
    async with open_centre(database_url) as centre:
        yield centre


@pytest.fixture
def desk(centre: Centre) -> Desk:
    return Desk(centre)


async def card(centre: Centre, ref: str) -> str:
    """As the desk's page shows it, in one line."""
    page = (await (await centre.client(MILAN)).get(DESK)).text
    inside = page.split(f'id="q-{ref}"', 1)[1].split("</li>", 1)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", inside).split())


async def test_a_question_that_was_answered_before_it_was_asked_names_the_update(
    centre: Centre, desk: Desk
) -> None:
    told = await centre.publish(CLOSED)
    wrong = await centre.publish("All schools stay open on Monday, closed or not.")
    vera = await centre.api(VERA)
    await vera.post(f"/api{AT}/updates/{wrong['ref']}/retraction", json={"notice": "Wrong."})
    ref = await desk.ask(ANA, "Are the schools closed on Monday?")
    other = await desk.ask(BAO, "Who pays for the sea wall?")
    question = await desk.question(ref)
    # As the room counts, and of what was retracted nothing.
    assert list(question.said or {}) == [told["ref"]]
    page = (await (await centre.client(MILAN)).get(DESK)).text
    assert f'href="{AT}/updates/{told["ref"]}">#{(question.said or {})[told["ref"]]}</a>' in page
    assert "Perhaps said already in #" in await card(centre, ref)
    assert "Perhaps said already" not in await card(centre, other)
    milan = await centre.api(MILAN)
    shown = (await milan.get(f"/api{AT}/desk/questions/{ref}")).json()
    assert shown["said"] == question.said
    # Once it is called, nobody has to decide that any more.
    await desk.approve(ref)
    await desk.call(ref)
    assert "Perhaps said already" not in await card(centre, ref)


async def test_the_card_that_others_were_merged_into_names_everybody_behind_it(
    centre: Centre, desk: Desk
) -> None:
    into = await desk.ask(ANA, "When does it end?")
    refs = [await desk.ask(who, words) for who, words in ((BAO, "When?"), (ANA, "When, then?"))]
    assert "asker" not in await card(centre, into)
    for ref in refs:
        await desk.merge(ref, into)
    # Who asked twice is one.
    said = "2 askers, 2 outlets · also Trần Gia Bảo, Báo Sông Hồng Mới"
    assert said in await card(centre, into)
    milan = await centre.api(MILAN)
    shown = (await milan.get(f"/api{AT}/desk/questions/{into}")).json()
    assert shown["behind"] == [{"name": "Trần Gia Bảo", "outlet": "Báo Sông Hồng Mới"}]
    third = await desk.ask(VERA, "When, when?")
    await desk.merge(third, into)
    assert said.replace("2 askers", "3 askers") + "; Vera Lind" in await card(centre, into)
    await desk.undo()
    assert said in await card(centre, into)
    assert VERA.name not in await card(centre, into)


async def test_a_card_says_why_it_was_moved(centre: Centre, desk: Desk) -> None:
    first, second = await desk.approved(ANA), await desk.approved(BAO, "And then?")
    await desk.move(first, None)
    milan = await centre.client(MILAN)
    page = (await milan.get(DESK)).text
    assert 'data-moved="moved: The interpreter leaves (article 14.5)"' in page
    assert page.count("data-moved=") == 2 - 1 + 1  # of one card, and of the order
    alone = (await milan.get(f"{AT}/questions/{first}/desk")).text
    assert "moved: The interpreter leaves (article 14.5)." in alone
    await desk.undo()
    assert 'data-moved="moved: put back as it was"' in (await milan.get(DESK)).text
    shown = (await (await centre.api(MILAN)).get(f"/api{AT}/desk/questions/{second}")).json()
    assert shown["moved_for"] is None


async def test_an_appeal_stands_at_the_top_however_long_ago_its_question_ended(
    centre: Centre, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.web.desk_page.DISPOSED", 3)
    buried = await desk.ask(ANA, "Buried?")
    await desk.decline(buried)
    for n in range(4):
        await desk.decline(await desk.ask(BAO, f"Number {n}?"))
    page = (await (await centre.client(MILAN)).get(DESK)).text
    assert "Buried?" not in page
    await desk.ask(BAO, "New?")
    await appeal(centre, buried)
    page = (await (await centre.client(MILAN)).get(DESK)).text
    new = page.split('<ol id="new"', 1)[1].split("</ol>", 1)[0]
    assert re.findall(r'class="words"[^>]*>([^<]*)', new) == ["Buried?", "New?"]
    assert page.count('class="card') == 5
    listed = (await (await centre.api(MILAN)).get(f"/api{AT}/desk/questions")).json()
    assert listed["disposed"][0]["ref"] == buried
    await desk.approve(buried)
    page = (await (await centre.client(MILAN)).get(DESK)).text
    assert "Buried?" in page.split('<ol id="approved"', 1)[1].split("</ol>", 1)[0]


async def appeal(centre: Centre, ref: str) -> None:
    by, at = centre.people[ANA.name], now() + timedelta(seconds=1)
    await change_own(
        centre.database, SLUG, ref,
        lambda db, briefing, _: asking.appeal(
            briefing, question_of(db, briefing, ref), "Not so.", by=by, now=at
        ),
        request="appeal", key=None, by=by, now=at,
    )  # fmt: skip


async def test_what_was_answered_aloud_is_told_to_its_asker_and_stands_at_its_address(
    centre: Centre, desk: Desk
) -> None:
    ref = await desk.called(ANA, "Is it over?")
    milan = await centre.api(MILAN)
    body = {"note": "The minister said yes, at 14:02."}
    answer = await milan.post(f"/api{AT}/questions/{ref}/spoken-answer", json=body)
    assert (answer.status_code, answer.json()["state"]) == (201, "answered")
    assert "Answered aloud Milan Horák The minister said yes" in await card(centre, ref)
    own = (await (await centre.client(ANA)).get(f"{AT}/questions/mine")).text
    assert "aloud, in the briefing" in own
    assert "The minister said yes, at 14:02." in own
    public = (await (await centre.client()).get(f"{AT}/questions/{ref}")).text
    assert "aloud, in the briefing" in public
    # The note is between the desk and who asked.
    assert "The minister said yes" not in public
    shown = (await (await centre.api()).get(f"/api{AT}/questions/{ref}")).json()
    assert (shown["state"], shown["answer"]) == ("answered", None)
    assert shown["reason"]["code"] == "answered_aloud"
    await desk.undo()
    assert (await desk.question(ref)).state == "called"
