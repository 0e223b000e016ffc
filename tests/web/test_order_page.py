"""The published log: who may read it and when, that it verifies, and `hub order` end to end."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from hub.domain.order_log import OrderLog, verify
from hub.domain.question_state import Shown
from hub.store.finding import briefing_at
from hub.store.order_log import order_log
from tests.cast import ANA, BAO, CAST, MILAN, VERA, Actor
from tests.centre import SLUG, Centre, now, open_centre
from tests.commands import hub
from tests.desk_acts import Desk

AT = f"/briefings/{SLUG}"
LOG = f"{AT}/order.json"
OTHER_SEED = "0f" * 32
REASON = "life_safety"


@pytest.fixture
async def centre(database_url: str) -> AsyncIterator[Centre]:
    async with open_centre(database_url) as centre:
        yield centre


@pytest.fixture
async def small(sqlite_url: str) -> AsyncIterator[Centre]:
    """Where the database is of no interest."""
    async with open_centre(sqlite_url) as centre:
        yield centre


async def busy(centre: Centre) -> list[str]:
    """A desk that has done one of everything; the first three were called in this order."""
    desk = Desk(centre)
    first = await desk.approved(ANA, "Canary one?")
    second = await desk.approved(BAO, "Canary two?")
    await desk.call(first)
    await desk.call(second)
    await desk.decline(second)
    last = [await desk.approved(BAO, "Canary three?") for _ in range(2)]
    out_of_turn = await desk.approved(BAO, "Canary four?")
    await desk.move(last[1], last[0])
    await desk.call(out_of_turn)
    await desk.undo()
    await desk.call(out_of_turn)
    await desk.decline(last[1])
    await desk.undo()
    await desk.decline(last[0])
    return [first, second, out_of_turn]


async def close(centre: Centre) -> None:
    vera = centre.people[VERA.name]
    await centre.do(lambda db: briefing_at(db, SLUG, lock=True).close(by=vera, now=now()))


async def show(centre: Centre, shown: Shown) -> None:
    def act(session: Any) -> None:
        briefing_at(session, SLUG, lock=True).shown = shown

    await centre.do(act)


async def test_the_log_is_sealed_while_it_lasts_and_verifies_once_it_is_closed(
    centre: Centre,
) -> None:
    called = await busy(centre)
    reader = await centre.client()
    sealed = OrderLog.parse((await reader.get(LOG)).content)
    briefing = await centre.briefing()
    assert sealed.seed is None
    assert briefing.seed not in (await reader.get(f"{AT}/order")).text
    assert [finding.kind for finding in verify(sealed)] == ["sealed"]
    await close(centre)
    answer = await reader.get(LOG)
    assert answer.headers["content-type"] == "application/json"
    log = OrderLog.parse(answer.content)
    assert verify(log) == []
    assert (log.seed, log.commitment) == (briefing.seed, sealed.commitment)
    kept = [step.ref for step in log.steps if step.kind == "called"]
    assert kept == [*called, called[2]]
    forged = OrderLog.parse(answer.text.replace(briefing.seed, OTHER_SEED))
    assert [finding.kind for finding in verify(forged)] == ["seed"]


async def test_the_log_holds_no_name_no_outlet_and_no_words(small: Centre) -> None:
    await busy(small)
    await close(small)
    reader = await small.client()
    for path in (LOG, f"{AT}/order"):
        said = (await reader.get(path)).text
        for word in ("Canary", "private", *(actor.name for actor in CAST)):
            assert word not in said, path
        for outlet in {actor.outlet for actor in CAST if actor.outlet}:
            assert outlet not in said, path


@pytest.mark.parametrize("shown", [Shown.CALLED, Shown.NONE])
@pytest.mark.parametrize("actor", [None, ANA, MILAN])
async def test_where_not_all_that_waits_is_shown_the_log_comes_with_the_close(
    small: Centre, shown: Shown, actor: Actor | None
) -> None:
    called = await busy(small)
    await show(small, shown)
    client = await small.client(actor)
    assert (await client.get(LOG)).status_code == 404
    page = (await client.get(f"{AT}/order")).text
    # The commitment is given in any case: afterwards nobody could ask for it.
    document = await small.briefing()
    assert OrderLog.parse(await _whole(small)).commitment in page
    assert document.seed not in page
    assert called[0] not in page
    await close(small)
    assert verify(OrderLog.parse((await client.get(LOG)).content)) == []
    assert "Every order was computed again" in (await client.get(f"{AT}/order")).text


async def test_a_briefing_for_the_accredited_alone_has_no_log_for_others(small: Centre) -> None:
    def act(session: Any) -> None:
        briefing_at(session, SLUG, lock=True).public = False

    await small.do(act)
    for path in (LOG, f"{AT}/order", f"{AT}/questions"):
        assert (await (await small.client()).get(path)).status_code == 404
        assert (await (await small.client(ANA)).get(path)).status_code == 200


async def test_the_page_tells_every_step_in_plain_words(small: Centre) -> None:
    called = await busy(small)
    page = (await (await small.client(BAO)).get(f"{AT}/order")).text
    assert "Called in its turn" in page
    assert "Called out of turn" in page
    assert "Life and safety" in page
    assert "14.3" in page
    assert "The interpreter leaves" in page
    assert "Came back: an act was undone" in page
    assert called[2] in page


async def test_hub_order_computes_it_again_from_the_database_and_prints_each_call(
    centre: Centre,
) -> None:
    called = await busy(centre)
    said = await hub("order", SLUG, HUB_DATABASE_URL=centre.config.database_url)
    assert (said.status, said.err) == (0, "")
    lines = said.out.splitlines()
    assert lines[0] == f"1. {called[0]} (A, local) of 2: was first"
    assert lines[1] == f"2. {called[1]} (B, local) of 1: was first"
    assert lines[2].endswith(f"was first; reason: {REASON}")
    assert lines[-1] == "Every order was computed again and agrees."
    assert (await centre.briefing()).seed not in said.out


async def test_hub_order_finds_what_was_forged_in_a_file(small: Centre, tmp_path: Path) -> None:
    called = await busy(small)
    client, file = await small.client(), tmp_path / "order.json"
    file.write_bytes((await client.get(LOG)).content)
    sealed = await hub("order", SLUG, "--file", str(file))
    assert (sealed.status, sealed.err.count("\n")) == (1, 1)
    assert "The seed is secret" in sealed.err
    await close(small)
    text = (await client.get(LOG)).text
    file.write_text(text)
    assert (await hub("order", SLUG, "--file", str(file))).status == 0
    file.write_text(text.replace((await small.briefing()).seed, OTHER_SEED))
    forged = await hub("order", SLUG, "--file", str(file))
    assert (forged.status, forged.err) == (
        1, "hub: The seed is not the one that was committed to.\n",
    )  # fmt: skip
    log = json.loads(text)
    step = next(i for i, one in enumerate(log["steps"]) if one.get("reason") == REASON)
    log["steps"][step]["reason"] = None
    file.write_text(json.dumps(log))
    bare = await hub("order", SLUG, "--file", str(file))
    assert bare.status == 1
    assert bare.err == (
        f"hub: step {step + 1}: {called[2]} was called before its turn, without a reason.\n"
    )


async def test_hub_order_refuses_what_is_no_log_in_one_line(small: Centre, tmp_path: Path) -> None:
    file = tmp_path / "order.json"
    file.write_text("{}")
    for words, line in (
        ([SLUG, "--file", str(file)], "hub: --file: briefing: Field required"),
        ([SLUG, "--file", "/no/such"], "hub: Invalid value for '--file'"),
        (["no-such"], "hub: There is nothing at this address."),
    ):
        said = await hub("order", *words, HUB_DATABASE_URL=small.config.database_url)
        assert (said.status, said.out, said.err.count("\n")) == (2, "", 1)
        assert said.err.startswith(line)
    assert "Example:" in (await hub("order", "--help")).out


async def test_the_season_is_by_name_for_moderators_and_by_category_for_all(
    small: Centre,
) -> None:
    await busy(small)
    await Desk(small).ask(ANA)
    before = (await (await small.client(MILAN)).get("/season")).text
    assert "Delta Wire" not in before
    await close(small)
    for actor in (None, ANA, BAO, VERA):
        page = (await (await small.client(actor)).get("/season")).text
        own = actor.outlet if actor else None
        for outlet in {one.outlet for one in (ANA, BAO)} - {own}:
            assert str(outlet) not in page
        assert "1 closed briefing" in page
        assert ">6 <" in page
    milan = (await (await small.client(MILAN)).get("/season")).text
    assert '>4 <span class="soft">(67' in milan
    for path in ("/season?year=2024", "/season?year=9999", "/season?year=x"):
        assert (await (await small.client()).get(path)).status_code == 200


async def _whole(centre: Centre) -> str:
    return (await centre.database.read(lambda db: order_log(db, SLUG)))[1].text()
