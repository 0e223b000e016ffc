"""What Prometheus is told, and who may ask for it."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from redis.asyncio import Redis
from structlog.testing import capture_logs

import hub.live.vitals
from hub.domain.audience import Audience
from hub.store.finding import hub_name
from tests.cast import ADAM, ANA, MILAN, VERA
from tests.centre import PATIENCE, SLUG, Centre, Follower, open_centre
from tests.services import Server, fresh_database

ALARMS = Path(__file__).parents[2] / "docs" / "alarms.md"
# prometheus-client's own.
FOREIGN = re.compile("process_|python_gc_")

Figures = dict[tuple[str, str], float]


@pytest.fixture
async def centre(sqlite_url: str) -> AsyncIterator[Centre]:
    async with open_centre(sqlite_url) as centre:
        yield centre


async def figures(centre: Centre) -> Figures:
    """By name and label, as a Prometheus on this machine reads them."""
    answer = await (await centre.client()).get("/metrics")
    assert answer.status_code == 200
    return {
        (sample.name, ",".join(sample.labels[name] for name in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


async def until(centre: Centre, right: Callable[[Figures], bool]) -> Figures:
    """The figures, once they are so: they are taken anew every second or two."""
    async with asyncio.timeout(PATIENCE):
        while not right(found := await figures(centre)):  # noqa: ASYNC110 - of another program
            await asyncio.sleep(0.05)
    return found


async def test_sockets_acts_refusals_and_ends_are_counted(centre: Centre) -> None:
    before = await figures(centre)
    async with centre.follow(Audience.ROOM, ANA) as ana, centre.follow(Audience.PODIUM, VERA):
        n = (await centre.publish("Counted."))["n"]
        await ana.upto(n)
        found = await until(centre, lambda figures: figures["hub_sockets", "podium"] == 1)
        assert found["hub_sockets", "room"] == 1
        assert found["hub_sockets", "public"] == 0
    refused = await (await centre.api(VERA)).post(f"/api/briefings/{SLUG}/opening")
    assert refused.status_code == 409
    found = await until(
        centre, lambda figures: figures.get(("hub_sockets_ended_total", "1000")) == 2
    )
    gained = {
        name: found[name] - before.get(name, 0.0)
        for name in [
            ("hub_frames_total", "room"),
            ("hub_deliveries_total", ""),
            ("hub_delivery_lag_seconds_count", ""),
            ("hub_acts_total", "done"),
            ("hub_acts_total", "refused"),
            ("hub_commit_seconds_count", ""),
        ]
    }
    assert list(gained.values()) == [1, 2, 2, 1, 1, 1]
    assert found["hub_bell_healthy", ""] == 1
    assert 0 <= found["hub_log_unread_seconds", ""] < 5
    assert found["process_resident_memory_bytes", ""] > 10_000_000
    assert found["process_open_fds", ""] > 3
    assert abs(found["process_start_time_seconds", ""] - time.time()) < 24 * 3600


async def test_whichever_worker_is_asked_tells_of_all_that_it_hears(
    sqlite_url: str, redis_url: str
) -> None:
    async with (
        open_centre(sqlite_url, redis_url=redis_url, workers=2) as one,
        open_centre(sqlite_url.replace("hub.db", "other.db"), redis_url=redis_url) as stranger,
    ):
        name = await one.database.read(hub_name)
        theirs = await stranger.database.read(hub_name)
        assert name != theirs
        found = await until(one, lambda figures: ("hub_worker_up", _own(figures)) in figures)
        own = _own(found)
        assert found["hub_worker_sockets", f"room,{own}"] == 0
        report = (
            '{"worker":"w2","name":"elsewhere:1","version":"0.1.0","started":1.0,"public":7,'
            '"room":1,"podium":0,"deliveries":2.5,"lag50":null,"lag99":null,"loop_lag":0.25,'
            '"unread":0.5,"bell":true,"memory":1000,"troubles":{}}'
        )
        async with Redis.from_url(redis_url) as redis:
            assert await redis.publish(f"hub:{name}:reports", report) == 1
        found = await until(one, lambda figures: ("hub_worker_up", "elsewhere:1") in figures)
        assert found["hub_worker_sockets", "public,elsewhere:1"] == 7
        assert found["hub_worker_loop_lag_seconds", "elsewhere:1"] == 0.25
        # Another hub on the same Redis hears nothing of it.
        assert ("hub_worker_up", "elsewhere:1") not in await figures(stranger)


def _own(found: Figures) -> str:
    return next((label for name, label in found if name == "hub_worker_up"), "")


async def test_what_a_stranger_puts_on_redis_is_counted_and_does_nothing_else(
    sqlite_url: str, redis_url: str
) -> None:
    async with open_centre(sqlite_url, redis_url=redis_url) as centre:
        name = await centre.database.read(hub_name)
        await until(centre, lambda figures: figures["hub_bell_healthy", ""] == 1)
        async with centre.follow() as reader, Redis.from_url(redis_url) as redis:
            first = (await reader.next())["hello"] + 1
            for channel, forged in (
                ("bell", b'{"html":"<h1>Fake</h1>","n":999}'),
                ("bell", b"x" * 1_000_000),
                ("beat", b'["w", [[1]]]'),
                ("reports", b'{"worker":"<h1>Fake</h1>"}'),
                ("reports", b"x" * 1_000_000),
            ):
                assert await redis.publish(f"hub:{name}:{channel}", forged) == 1
            found = await until(
                centre, lambda figures: figures.get(("hub_forged_total", "reports")) == 2
            )
            assert found["hub_forged_total", "bell"] == 2
            assert found["hub_forged_total", "beat"] == 1
            n = (await centre.publish("True words."))["n"]
            assert [event["n"] for event in await reader.upto(n)] == [first]
        assert "Fake" not in (await (await centre.client(ADAM)).get("/operations")).text


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "Via"])
async def test_who_comes_through_a_proxy_finds_no_figures(centre: Centre, header: str) -> None:
    """Also one that says it comes from here: a proxy may hand on what it was sent."""
    for value in ("203.0.113.9", "127.0.0.1"):
        client = await centre.client(None, **{header: value})
        assert (await client.get("/metrics")).status_code == 404
        for actor in (ANA, MILAN, VERA):
            api = await centre.api(actor)
            assert (await api.get("/metrics", headers={header: value})).status_code == 404
        api = await centre.api(ADAM)
        answer = await api.get("/metrics", headers={header: value})
        assert (answer.status_code, "hub_sockets" in answer.text) == (200, True)


async def test_a_database_that_hangs_is_away_like_one_that_is_gone(own_postgres: Server) -> None:
    """It is measured, readers are told since when, and the 503 of a page is counted."""
    with fresh_database(own_postgres.url) as url:
        async with open_centre(url) as centre, centre.follow() as reader:
            await reader.next()
            assert (await figures(centre))["hub_database_away_seconds", ""] == 0
            stopped = datetime.now(UTC)
            await asyncio.to_thread(own_postgres.stop)
            try:
                await _while_it_hangs(centre, reader, stopped)
            finally:
                await asyncio.to_thread(own_postgres.resume)
            async with asyncio.timeout(PATIENCE):
                while "since" in await reader.next():
                    pass
            found = await until(
                centre, lambda figures: figures["hub_database_away_seconds", ""] == 0
            )
            assert found["hub_log_unread_seconds", ""] < 5


async def _while_it_hangs(centre: Centre, reader: Follower, stopped: datetime) -> None:
    async with asyncio.timeout(PATIENCE):
        while "since" not in (message := await reader.next()):
            pass
    since = datetime.fromisoformat(message["since"])
    assert timedelta(seconds=-5) < since - stopped < timedelta(seconds=2)
    nobody = await centre.client()
    page, ready = await asyncio.gather(nobody.get("/"), nobody.get("/readyz"))
    assert (page.status_code, page.headers["retry-after"]) == (503, "2")
    assert (ready.status_code, ready.text) == (503, "the database does not answer\n")
    found = await figures(centre)
    assert found["hub_database_away_seconds", ""] > 1
    assert found["hub_log_unread_seconds", ""] > 1
    assert found["hub_refusals_total", "503"] >= 1


async def test_a_loop_that_stands_still_is_logged_with_the_stack_that_holds_it_and_counted(
    centre: Centre,
) -> None:
    async with centre.follow() as reader:
        await reader.next()
        before = (await figures(centre))["hub_loop_blocked_total", ""]
        with capture_logs() as said:
            hold_the_loop()
            await until(centre, lambda figures: figures["hub_loop_blocked_total", ""] > before)
            async with asyncio.timeout(PATIENCE):
                while not any(line["event"] == "loop.goes_on" for line in said):  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
        assert (await figures(centre))["hub_loop_blocked_total", ""] == before + 1
        (blocked,) = [line for line in said if line["event"] == "loop.blocked"]
        assert "in hold_the_loop" in blocked["stack"]
        (goes_on,) = [line for line in said if line["event"] == "loop.goes_on"]
        assert goes_on["blocked_seconds"] > 1.5
        # Nobody lost a connection by it.
        n = (await centre.publish("After it."))["n"]
        await reader.upto(n)


def hold_the_loop() -> None:
    time.sleep(1.8)


async def test_the_alarms_page_explains_every_figure_and_no_other(
    sqlite_url: str, redis_url: str
) -> None:
    async with open_centre(sqlite_url, redis_url=redis_url) as centre:
        await centre.publish("One act.")
        answer = await (await centre.client()).get("/metrics")
    told = set(re.findall(r"^# TYPE (\w+?)(?<!_created) ", answer.text, re.MULTILINE))
    explained = set(re.findall(r"^\| `(\w+)", ALARMS.read_text(), re.MULTILINE))
    assert {name for name in told if not FOREIGN.match(name)} == explained
    # The rules that it gives as an example ask for nothing else.
    rules = "".join(re.findall(r"```yaml\n(.*?)```", ALARMS.read_text(), re.DOTALL))
    asked = {
        re.sub("_(bucket|count|sum)$", "", name)
        for name in re.findall(r"\bhub_\w+|\bprocess_\w+", rules)
    }
    assert len(asked) > 8
    assert asked - {re.sub("_(bucket|count|sum)$", "", name) for name in told} == set()


async def test_who_follows_and_works_here_is_told_what_is_wrong_and_nobody_else(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same stream, the same language: it is the person that decides."""
    monkeypatch.setattr(hub.live.vitals, "LATE_LOOP_SECONDS", 1.0)
    monkeypatch.setattr(hub.live.vitals, "LATE_LASTS_SECONDS", 1.0)
    async with (
        centre.follow(Audience.PUBLIC) as public,
        centre.follow(Audience.PUBLIC, VERA) as vera_outside,
        centre.follow(Audience.ROOM, ANA) as ana,
        centre.follow(Audience.ROOM, MILAN) as milan,
        centre.follow(Audience.PODIUM, VERA) as vera,
    ):
        for follower in (public, vera_outside, ana, milan, vera):
            await follower.next()
        hold_the_loop()
        async with asyncio.timeout(PATIENCE):
            for follower in (milan, vera):
                assert list((await beat(follower, staff=True))["staff"]) == ["behind"]
                # It goes by itself.
                await beat(follower, staff=False)
            for follower in (public, vera_outside, ana):
                await beat(follower, staff=False)
                assert [message for message in follower.messages if "staff" in message] == []


async def beat(follower: Follower, *, staff: bool) -> dict[str, Any]:
    """The next beat that has, or has not, a word for those who work here."""
    while "beat" not in (message := await follower.next()) or ("staff" in message) != staff:
        pass
    return message
