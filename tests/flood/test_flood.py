"""hub flood against a real hub: nothing is lost, and where something is, it says so."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import click
import pytest

from hub import cli
from hub.flood.door import FloodError
from hub.flood.report import Report
from hub.flood.run import Flood, flood
from tests.cast import ANA, VERA
from tests.centre import SLUG, Centre, bare_centre
from tests.commands import hub
from tests.flood.crooked import Bend, Frames, crooked
from tests.services import free_port
from tests.workers import Worker, serve

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def served(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[tuple[Centre, Worker]]:
    folder = tmp_path_factory.mktemp("flood")
    url = f"sqlite:///{folder / 'hub.db'}"
    async with bare_centre(url) as centre, serve(url, folder) as worker:
        yield centre, worker


def asked(centre: Centre, url: str) -> Flood:
    """A small one, in a briefing that is there: its first update is event 2."""
    return Flood(
        url=url,
        token=centre.tokens[VERA.name],
        sockets=3,
        rate=40,
        seconds=0.5,
        size=200,
        publishers=4,
        audience="public",
        join_rate=500,
        patience=0.5,
        slug=SLUG,
    )


async def test_everything_reaches_everybody_and_the_hubs_cost_is_told(
    served: tuple[Centre, Worker],
) -> None:
    centre, worker = served
    pid = worker.process.pid
    said = await hub(
        *("flood", "--url", worker.url, "--token", centre.tokens[VERA.name], "--json"),
        *("--sockets", "50", "--rate", "0", "--seconds", "1", "--publishers", "4"),
        *("--size", "1024", "--pid", str(pid)),
    )
    assert said.status == 0, said.err
    told = json.loads(said.out)
    assert told["published"] > 4
    assert told["delivered"] == told["expected"] == 50 * told["published"]
    assert (told["lost"], told["repeated"], told["out_of_order"]) == (0, 0, 0)
    assert told["from_request_ms"]["count"] == told["delivered"]
    assert 0 < told["from_request_ms"]["p50"] <= told["from_request_ms"]["max"]
    assert told["cpu_us_per_delivery"] > 0
    assert told["server_processes"] == 1
    briefings = (await (await centre.api()).get(f"{worker.url}/api/briefings")).json()
    assert [one["slug"][:6] for one in briefings["past"]] == ["flood-"]


@pytest.mark.parametrize("audience", ["room", "podium"])
async def test_readers_may_sit_where_others_count(
    served: tuple[Centre, Worker], audience: str
) -> None:
    centre, worker = served
    # Only the podium has an event of it: from here on the audiences count differently.
    added = await (await centre.api(VERA)).post(
        f"{worker.url}/api/briefings/{SLUG}/speakers", json={"name": f"Lan of the {audience}"}
    )
    assert added.status_code == 204
    found = await flood(replace(asked(centre, worker.url), audience=audience), print)
    assert found.whole
    assert found.delivered == 3 * found.published == found.from_answer_ms.count > 0


async def test_what_is_lost_repeated_or_swapped_on_the_way_is_told(
    sqlite_url: str, tmp_path: Path
) -> None:
    kept: dict[int, bytes] = {}

    def bend(socket: int, n: int, frame: bytes) -> Frames:
        match socket, n:
            case 1, 2:
                return []
            case 2, 2:
                return [frame, frame]
            case 3, 2:
                kept[socket] = frame
                return []
            case 3, 3:
                return [frame, kept[socket]]
        return [frame]

    found = await bent(sqlite_url, tmp_path, bend)
    assert (found.lost, found.repeated, found.out_of_order) == (1, 1, 1)
    assert found.delivered == found.expected - 1 == 3 * found.published - 1
    assert not found.whole


async def test_a_reader_that_is_cut_off_comes_back_with_its_cursor_and_lacks_nothing(
    sqlite_url: str, tmp_path: Path
) -> None:
    def bend(socket: int, n: int, frame: bytes) -> Frames | None:
        return None if socket == 2 and n > 2 else [frame]

    found = await bent(sqlite_url, tmp_path, bend)
    assert found.whole
    assert found.delivered == 3 * found.published
    assert (found.closed, found.returned) == ({"1006": 1}, 1)


async def test_what_the_hub_puts_off_is_asked_again_until_it_is_taken(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with (
        bare_centre(sqlite_url) as centre,
        serve(sqlite_url, tmp_path, HUB_API_RATE="1") as worker,
    ):
        one = replace(asked(centre, worker.url), rate=0, seconds=0.1, publishers=2)
        found = await flood(one, print)
    assert found.whole
    assert found.again["429"] > 0
    assert found.delivered == 3 * found.published > 0


async def bent(database_url: str, folder: Path, bend: Bend) -> Report:
    """A flood by a crooked line."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    async with (
        bare_centre(database_url) as centre,
        serve(database_url, folder, HUB_PUBLIC_URL=url) as worker,
        crooked(port, lambda: int(worker.url.rpartition(":")[2]), bend),
    ):
        return await flood(replace(asked(centre, url), patience=1.5), print)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("", "Missing option '--url'"),
        ("--url http://press.example", "--token: publishing takes a spokesperson's: HUB_TOKEN=$("),
        ("--url press --token x", "--url: press is no address"),
        ("--url http://press.example --token x --sockets 0", "Invalid value for '--sockets'"),
    ],
)
async def test_wrong_use_ends_with_one_line_that_says_what_to_type(
    words: str, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HUB_TOKEN", raising=False)
    with pytest.raises(click.UsageError) as refused:
        cli.hub.main(["flood", *words.split()], standalone_mode=False)
    assert refused.value.format_message().startswith(line)


async def test_what_the_hub_refuses_ends_it_with_one_line(served: tuple[Centre, Worker]) -> None:
    centre, worker = served
    right = asked(centre, worker.url)
    ana = centre.tokens[ANA.name]
    nobody = f"http://127.0.0.1:{free_port()}"
    wrong = {
        f"--url: nothing answers at {nobody}": replace(right, url=nobody),
        "--token: the hub does not know this token": replace(right, token="x", slug=None),
        "--token: its person may not publish": replace(right, token=ana, slug=None),
        "the hub takes no update: 403": replace(right, token=ana),
        "--slug: ": replace(right, slug="no-such"),
        "--pid: there is no process": replace(right, pid=2**22 + 1),
    }
    for line, one in wrong.items():
        with pytest.raises(FloodError) as refused:
            await flood(one, print)
        assert str(refused.value).startswith(line)


async def test_more_sockets_than_the_system_allows_are_refused_at_once(
    served: tuple[Centre, Worker],
) -> None:
    centre, worker = served
    words = f"-m hub flood --url {worker.url} --token {centre.tokens[VERA.name]} --sockets 500"
    process = await asyncio.create_subprocess_shell(
        f"ulimit -n 300; exec {sys.executable} {words}", stderr=asyncio.subprocess.PIPE
    )
    _, err = await process.communicate()
    assert process.returncode == 1
    assert err.decode().startswith("hub: --sockets: this system lets a process open 300 files")
