"""Many who ask, one origin: python -m benchmarks.crowd

Starts a real hub behind a real nginx that caches (benchmarks/nginx/crowd.conf), publishes, and lets
growing numbers of readers follow by asking, each with a cursor of its own, as static/polling.js
does. Counts what gets through to the hub. Writes benchmarks/results/crowd.{md,json}.
"""

import argparse
import asyncio
import contextlib
import gzip
import json
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx2
import uvloop

from benchmarks.asking import CONNECTIONS, EVERY, Crowd, Line
from benchmarks.stand import Hub, Record, Words, fill, free_port, machine, serving, slug_of, spread

RESULTS = Path(__file__).parent / "results"
CONF = Path(__file__).parent / "nginx" / "crowd.conf"
HISTORY = 1000
STRAGGLER_EVERY = 0.02
ARRIVALS = 1000
ARRIVALS_SECONDS = 6.0


@dataclass(frozen=True)
class Row:
    """Rates are a second; `seen` is milliseconds from the publishing answer to the reader."""

    readers: int
    asked: float
    origin: float
    hub_cpu_percent: float
    published: int
    lost: int
    disordered: int
    p50: float
    p95: float
    max: float
    megabits: float


async def measured(
    hub: Hub, proxy: str, record: Record, readers: int, *, rate: float, seconds: float, log: Path
) -> Row:
    """One crowd, while somebody publishes at this rate (a second)."""
    slug, words, loop = slug_of(HISTORY), Words(readers), asyncio.get_running_loop()
    headers = {"Authorization": f"Bearer {record.token}"}
    async with httpx2.AsyncClient(base_url=hub.url, headers=headers, trust_env=False) as podium:
        head = (await podium.get(f"/api/briefings/{slug}")).json()["head"]
        crowd = Crowd(proxy, slug, readers, head)
        following = asyncio.create_task(crowd.follow(loop.time() + seconds))
        # Everybody has asked once before anything is counted.
        await asyncio.sleep(EVERY)
        asked, through, cpu, bits = crowd.asked, _lines(log), hub.cpu_seconds(), crowd.received
        began = loop.time()
        while loop.time() < began + seconds - EVERY:
            answer = await podium.post(
                f"/api/briefings/{slug}/updates", json={"text": words.text("vi")}
            )
            crowd.published[answer.json()["n"]] = time.monotonic()
            done = len(crowd.published)
            await asyncio.sleep(max(0.0, began + done / rate - loop.time()))
        took = loop.time() - began
        row = {
            "asked": round((crowd.asked - asked) / took),
            "origin": round((_lines(log) - through) / took, 1),
            "hub_cpu_percent": round((hub.cpu_seconds() - cpu) / took * 100, 1),
            "megabits": round((crowd.received - bits) * 8 / took / 1e6, 1),
        }
        await following
    return Row(
        readers=readers,
        published=len(crowd.published),
        lost=sum(readers - crowd.seen[n] for n in crowd.published),
        disordered=crowd.disordered,
        **row,
        **spread(crowd.taken),
    )


async def arrivals(proxy: str, *, rate: int, seconds: float, log: Path) -> dict[str, float]:
    """So many a second open the page, without a cookie."""
    host, slug, loop = proxy.removeprefix("http://"), slug_of(HISTORY), asyncio.get_running_loop()
    place, port = host.split(":")
    lines = [(await loop.create_connection(Line, place, int(port)))[1] for _ in range(CONNECTIONS)]
    request = (
        f"GET /briefings/{slug} HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: gzip\r\n"
        "Accept-Language: vi\r\n\r\n"
    ).encode()
    through, began, asked = _lines(log), loop.time(), 0
    answers: list[asyncio.Future[bytes]] = []
    while (passed := loop.time() - began) < seconds:
        while asked < passed * rate:
            answers.append(lines[asked % CONNECTIONS].ask(request))
            asked += 1
        await asyncio.sleep(0.005)
    bodies = set(await asyncio.gather(*answers))
    assert all(b"<h1" in gzip.decompress(body) for body in bodies)
    took = loop.time() - began
    return {"asked": round(asked / took), "origin": round((_lines(log) - through) / took, 1)}


async def retraction(hub: Hub, proxy: str, record: Record) -> dict[str, float]:
    """Seconds from the answer to a retraction until no stale stretch is told by the proxy."""
    slug = slug_of(HISTORY)
    headers = {"Authorization": f"Bearer {record.token}"}
    async with (
        httpx2.AsyncClient(base_url=hub.url, headers=headers, trust_env=False) as podium,
        httpx2.AsyncClient(base_url=proxy, trust_env=False) as reader,
    ):
        begun = (await podium.get(f"/api/briefings/{slug}")).json()["head"]
        first = begun - begun % 100 + 1
        body = {"text": "canary", "pinned": False}
        told = [(await podium.post(f"/api/briefings/{slug}/updates", json=body)).json()]
        while told[-1]["n"] < first + 199:
            answer = await podium.post(f"/api/briefings/{slug}/updates", json={"text": "Word."})
            told.append(answer.json())
        spans = {
            "tail": f"{told[0]['n']}-",
            "hundred": f"{first}-{first + 99}",
        }

        async def gone(span: str) -> float:
            address = f"/briefings/{slug}/events/{span}?language=vi"
            while "canary" in (await reader.get(address)).text:
                await asyncio.sleep(STRAGGLER_EVERY)
            return time.monotonic()

        for span in spans.values():
            address = f"/briefings/{slug}/events/{span}?language=vi"
            assert "canary" in (await reader.get(address)).text, span
        address = f"/api/briefings/{slug}/updates/{told[0]['ref']}/retraction"
        (await podium.post(address, json={"notice": "Wrong."})).raise_for_status()
        done = time.monotonic()
        ends = await asyncio.gather(*map(gone, spans.values()))
        return {name: round(end - done, 2) for name, end in zip(spans, ends, strict=True)}


@contextlib.contextmanager
def proxied(hub: Hub, *, core: int) -> Iterator[tuple[str, Path]]:
    """nginx before the hub: its address, and the log of what got through."""
    with tempfile.TemporaryDirectory(prefix="hub-crowd-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        port, origin = free_port(), free_port()
        conf = CONF.read_text()
        places = {
            "{hub}": hub.url.removeprefix("http://"),
            "{port}": str(port),
            "{origin_port}": str(origin),
            "{folder}": name,
        }
        for place, value in places.items():
            conf = conf.replace(place, value)
        (folder / "nginx.conf").write_text("user root;\n" * (os.geteuid() == 0) + conf)
        process = subprocess.Popen(
            ["taskset", "-c", str(core), "nginx", "-p", name, "-c", f"{name}/nginx.conf"]
        )
        try:
            _listens(port)
            yield f"http://127.0.0.1:{port}", folder / "origin.log"
        finally:
            process.send_signal(signal.SIGQUIT)
            process.wait(10)


def _listens(port: int) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        time.sleep(0.05)
    raise RuntimeError("nginx did not come up")


def _lines(path: Path) -> int:
    return path.read_bytes().count(b"\n")


def written(told: dict[str, Any]) -> str:
    """The table."""
    gone = told["retraction"]
    lines = [
        "# Readers who ask, behind a caching proxy",
        "",
        f"`python -m benchmarks.crowd`, {told['machine']['date']}, {told['machine']['processor']}, "
        f"Python {told['machine']['python']}, {told['nginx']}. One hub and nginx on one core, the "
        f"readers on the other; {told['rate']:g} updates a second. Each reader asks every "
        f"{EVERY:g} to {EVERY * 1.5:g} s for what follows its own cursor.",
        "",
        "| readers | asked/s | reached the hub/s | hub CPU | Mbit/s | updates | lost "
        "| out of order | p50 s | p95 s | last s |",
        "|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
        *(
            f"| {r['readers']:,} | {r['asked']:,.0f} | {r['origin']:.1f} "
            f"| {r['hub_cpu_percent']:.0f} % | {r['megabits']:.1f} | {r['published']} "
            f"| {r['lost']} | {r['disordered']} "
            f"| {r['p50'] / 1000:.2f} | {r['p95'] / 1000:.2f} | {r['max'] / 1000:.2f} |"
            for r in told["rows"]
        ),
        "",
        f"The page itself, opened {told['arrivals']['asked']:,} times a second without a cookie, "
        f"reached the hub {told['arrivals']['origin']:.1f} times a second.",
        "",
        f"A retraction: {gone['tail']} s after its answer no stretch of the open tail, and "
        f"{gone['hundred']} s after it no whole hundred, had the words any more, to somebody who "
        f"asked the proxy every {STRAGGLER_EVERY * 1000:.0f} ms.",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, nargs="+", default=[250, 2_500, 12_500])
    parser.add_argument("--rate", type=float, default=2.0)
    parser.add_argument("--seconds", type=float, default=14.0)
    parser.add_argument("--results", type=Path, default=RESULTS)
    asked = parser.parse_args()
    version = subprocess.run(["nginx", "-v"], capture_output=True, text=True, check=True).stderr
    told: dict[str, Any] = {
        "machine": machine(),
        "nginx": version.strip().rpartition(" ")[2],
        "rate": asked.rate,
        "rows": [],
    }
    with tempfile.TemporaryDirectory(prefix="hub-crowd-") as folder:
        record = fill(f"sqlite:///{folder}/hub.db", [HISTORY])
        with serving(record.url) as hub, proxied(hub, core=0) as (proxy, log):
            for readers in asked.readers:
                row = uvloop.run(
                    measured(
                        hub, proxy, record, readers, rate=asked.rate, seconds=asked.seconds, log=log
                    )
                )
                print(row, flush=True)
                told["rows"].append(asdict(row))
            told["arrivals"] = uvloop.run(
                arrivals(proxy, rate=ARRIVALS, seconds=ARRIVALS_SECONDS, log=log)
            )
            told["retraction"] = uvloop.run(retraction(hub, proxy, record))
    asked.results.mkdir(parents=True, exist_ok=True)
    (asked.results / "crowd.json").write_text(json.dumps(told, indent=1) + "\n")
    table = written(told)
    (asked.results / "crowd.md").write_text(table)
    print(table)


if __name__ == "__main__":
    main()
