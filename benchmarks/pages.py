"""What a page costs, and a publishing, as the record grows: python -m benchmarks.pages

Builds a database with the store's own verbs, serves it by a real hub that is pinned to one core,
and asks one thing after another from the other. Writes benchmarks/results/pages.{md,json}.
"""

import argparse
import contextlib
import gzip
import http.client
import json
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.stand import (
    Hub,
    Record,
    Words,
    fill,
    machine,
    serving,
    slug_of,
    spread,
)
from tests import services

RESULTS = Path(__file__).parent / "results"
LENGTHS = [10, 100, 1_000, 5_000, 10_000]
WARM_UP = 10
PAGES = ("public page", "room page", "older page", "segment", "tail", "API events", "front page")


@dataclass(frozen=True)
class Cost:
    """Milliseconds, and bytes of the body as it is and on the wire."""

    database: str
    page: str
    updates: int
    p50: float
    p95: float
    max: float
    cpu: float
    raw: int
    sent: int


@dataclass(frozen=True)
class Publishing:
    """Milliseconds of one publishing request while one browser follows."""

    database: str
    updates: int
    p50: float
    p95: float
    max: float
    cpu: float


class Client:
    """One kept connection; asks one thing after another, as a browser does."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._connection = http.client.HTTPConnection(*hub.host)

    def ask(
        self, method: str, path: str, headers: dict[str, str], body: str | None = None
    ) -> bytes:
        """The body as it came. RuntimeError for anything but success."""
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        got = answer.read()
        if answer.status not in (200, 201):
            raise RuntimeError(f"{method} {path}: {answer.status} {got[:200]!r}")
        self.packed = answer.headers.get("content-encoding") == "gzip"
        return got

    def timed(self, ask: Callable[[], object], times: int) -> tuple[dict[str, float], float]:
        """The spread of so many, and the hub's CPU of one, in milliseconds."""
        taken = []
        before = self._hub.cpu_seconds()
        for _ in range(times):
            started = time.perf_counter()
            ask()
            taken.append((time.perf_counter() - started) * 1000)
        cpu = (self._hub.cpu_seconds() - before) * 1000 / times
        return spread(taken), round(cpu, 2)


def pages(hub: Hub, record: Record, database: str, lengths: list[int], times: int) -> list[Cost]:
    """Each page at each length."""
    client, costs = Client(hub), []
    for length in lengths:
        for page in PAGES:
            path, headers = _asked(page, slug_of(length), record)
            if page == "tail":
                told = json.loads(client.ask("GET", f"/api/briefings/{slug_of(length)}", {}))
                path = f"/briefings/{slug_of(length)}/events/{told['head'] + 1}-?language=vi"
            if page == "front page" and length != lengths[-1]:
                continue
            if page == "segment" and length < 100:
                continue
            for _ in range(WARM_UP):
                body = client.ask("GET", path, headers)
            raw = gzip.decompress(body) if client.packed else body
            told, cpu = client.timed(lambda: client.ask("GET", path, headers), times)  # noqa: B023
            costs.append(
                Cost(database, page, length, **told, cpu=cpu, raw=len(raw), sent=len(body))
            )
    return costs


def fresh(hub: Hub, record: Record, database: str, lengths: list[int], times: int) -> list[Cost]:
    """The public page when something has just been published, so that it is put together anew."""
    client, words, costs = Client(hub), Words(1), []
    podium = {"Authorization": f"Bearer {record.token}", "Content-Type": "application/json"}
    for length in lengths:
        taken, cpu = [], 0.0
        path, headers = _asked("public page", slug_of(length), record)
        for _ in range(times):
            body = json.dumps({"text": words.text("vi")})
            client.ask("POST", f"/api/briefings/{slug_of(length)}/updates", podium, body)
            # What the fan-out does with it is not the page's cost.
            time.sleep(0.03)
            before, started = hub.cpu_seconds(), time.perf_counter()
            sent = client.ask("GET", path, headers)
            taken.append((time.perf_counter() - started) * 1000)
            cpu += (hub.cpu_seconds() - before) * 1000 / times
        raw = len(gzip.decompress(sent))
        costs.append(
            Cost(
                database,
                "public page, changed",
                length,
                **spread(taken),
                cpu=round(cpu, 2),
                raw=raw,
                sent=len(sent),
            )
        )
    return costs


def _asked(page: str, slug: str, record: Record) -> tuple[str, dict[str, str]]:
    headers = {"Accept-Encoding": "gzip, br", "Accept-Language": "vi"}
    match page:
        case "room page":
            headers["Cookie"] = f"hub_session={record.session}"
            return f"/briefings/{slug}", headers
        case "older page":
            return f"/briefings/{slug}?before={max(2, int(slug.split('-')[1]) // 2)}", headers
        case "segment":
            return f"/briefings/{slug}/events/1-100?language=vi", headers
        case "API events":
            return f"/api/briefings/{slug}/events", headers
        case "front page":
            return "/", headers
    return f"/briefings/{slug}", headers


def publishing(
    hub: Hub, record: Record, database: str, lengths: list[int], times: int
) -> list[Publishing]:
    """Turn by turn into a short and into a long record, so that both have the same weather."""
    client, words = Client(hub), Words(0)
    taken: dict[int, list[float]] = {length: [] for length in lengths}
    cpu = dict.fromkeys(lengths, 0.0)
    headers = {"Authorization": f"Bearer {record.token}", "Content-Type": "application/json"}
    with contextlib.ExitStack() as readers:
        for length in lengths:
            readers.enter_context(_reader(hub, slug_of(length)))
        for at in range(WARM_UP + times):
            for length in lengths if at % 2 else reversed(lengths):
                body = json.dumps({"text": words.text("vi")})
                path = f"/api/briefings/{slug_of(length)}/updates"
                before, started = hub.cpu_seconds(), time.perf_counter()
                client.ask("POST", path, headers, body)
                if at >= WARM_UP:
                    taken[length].append((time.perf_counter() - started) * 1000)
                # What follows the answer, the reading and writing to the browser, counts too.
                time.sleep(0.02)
                if at >= WARM_UP:
                    cpu[length] += (hub.cpu_seconds() - before) * 1000 / times
    return [
        Publishing(database, length, **spread(taken[length]), cpu=round(cpu[length], 2))
        for length in lengths
    ]


@contextlib.contextmanager
def _reader(hub: Hub, slug: str) -> Iterator[None]:
    """Somebody who follows the briefing and reads whatever comes."""
    with socket.create_connection(hub.host) as line:
        line.sendall(
            f"GET /briefings/{slug}/live?as=public&language=vi HTTP/1.1\r\n"
            f"Host: {hub.url.removeprefix('http://')}\r\nOrigin: {hub.url}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        if b" 101 " not in line.recv(4096):
            raise RuntimeError("the reader was not let in")

        def read() -> None:
            with contextlib.suppress(OSError):
                while line.recv(1 << 16):
                    pass

        threading.Thread(target=read, daemon=True).start()
        yield


@contextlib.contextmanager
def databases(asked: list[str]) -> Iterator[dict[str, str]]:
    """An empty one of each kind, written durably."""
    with contextlib.ExitStack() as stack:
        urls = {}
        if "sqlite" in asked:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="hub-pages-"))
            urls["sqlite"] = f"sqlite:///{folder}/hub.db"
        if "postgresql" in asked:
            urls["postgresql"] = stack.enter_context(services.postgres(durable=True)).url
        yield urls


def written(told: dict[str, Any]) -> str:
    """The table."""
    lines = [
        "# What a page costs as the record grows",
        "",
        f"`python -m benchmarks.pages`, {told['machine']['date']}, "
        f"{told['machine']['processor']}, Python {told['machine']['python']}. One hub on one core, "
        "asked one thing after another. Milliseconds; bytes of the body. An update has some 500 "
        "characters in each of two languages.",
        "",
        "| database | page | updates | p50 ms | p95 ms | CPU ms | KB raw | KB sent |",
        "|---|---|--:|--:|--:|--:|--:|--:|",
        *(
            f"| {c['database']} | {c['page']} | {c['updates']:,} | {c['p50']:.1f} | {c['p95']:.1f} "
            f"| {c['cpu']:.1f} | {c['raw'] / 1000:.1f} | {c['sent'] / 1000:.1f} |"
            for c in told["pages"]
        ),
        "",
        "Publishing through the API while one browser follows; turn by turn into each record:",
        "",
        "| database | at update | p50 ms | p95 ms | CPU ms |",
        "|---|--:|--:|--:|--:|",
        *(
            f"| {c['database']} | {c['updates']:,} | {c['p50']:.1f} | {c['p95']:.1f} "
            f"| {c['cpu']:.1f} |"
            for c in told["publishing"]
        ),
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--updates", type=int, nargs="+", default=LENGTHS)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--results", type=Path, default=RESULTS)
    asked = parser.parse_args()
    told: dict[str, Any] = {"machine": machine(), "pages": [], "publishing": []}
    with databases(asked.databases) as urls:
        for name, url in urls.items():
            started = time.monotonic()
            record = fill(url, asked.updates)
            print(f"{name}: filled in {time.monotonic() - started:.0f} s", flush=True)
            with serving(url) as hub:
                ends = [asked.updates[0], asked.updates[-1]]
                costs = pages(hub, record, name, asked.updates, asked.times)
                costs += fresh(hub, record, name, ends, asked.times)
                told["pages"] += map(asdict, costs)
                spent = publishing(hub, record, name, ends, asked.times)
                told["publishing"] += map(asdict, spent)
    asked.results.mkdir(parents=True, exist_ok=True)
    (asked.results / "pages.json").write_text(json.dumps(told, indent=1) + "\n")
    table = written(told)
    (asked.results / "pages.md").write_text(table)
    print(table)


if __name__ == "__main__":
    main()
