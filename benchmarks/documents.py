"""What documents cost the live path, and how fast they arrive:

    python -m benchmarks.documents [--sockets 1000] [--clients 200]

One worker on one core, all others on the other: an upload of 200 MB beside a plain copy of the same
file; then a document of 50 MB, dropped while updates are published to 1,000 sockets, and fetched by
200 clients in the moment of the drop. Writes benchmarks/results/documents.{md,json}.
"""

import argparse
import asyncio
import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2

from benchmarks.machine import machine
from benchmarks.peers.hub import Hub, wait_until_ready
from benchmarks.peers.peer import free_port, started
from hub.flood.cost import cost

RESULTS = Path(__file__).parent / "results"
SLUG = "bench"
OTHER_CORE = 1
MEGABYTE = 1024 * 1024
UPLOAD, DOCUMENT = 200 * MEGABYTE, 50 * MEGABYTE
RATE, QUIET_SECONDS, LOUD_SECONDS = 5, 20, 60
PIECE = 4 * MEGABYTE
# The first box of a film: what it holds is not looked into.
FILM = (24).to_bytes(4, "big") + b"ftypisom" + b"\x00\x00\x02\x00isommp41"


class Centre:
    """A hub with a spokesperson and a live briefing."""

    def __init__(self, url: str, token: str, pid: int) -> None:
        self.url, self.token, self.pid = url, token, pid

    def post(self, path: str, body: dict[str, Any]) -> Any:
        headers = {
            "Authorization": f"Bearer {self.token}", "Content-Type": "application/json",
        }  # fmt: skip
        request = urllib.request.Request(
            f"{self.url}/api/briefings{path}", json.dumps(body).encode(), headers
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            content = answer.read()
        return json.loads(content) if content else None

    def get(self, path: str) -> Any:
        request = urllib.request.Request(
            f"{self.url}{path}", headers={"Authorization": f"Bearer {self.token}"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read())

    def hand_in(self, path: Path) -> str:
        """By tus, in one request; returns the document's reference."""

        def pieces() -> Iterator[bytes]:
            with path.open("rb") as file:
                while piece := file.read(PIECE):
                    yield piece

        headers = {
            "Authorization": f"Bearer {self.token}",
            "Tus-Resumable": "1.0.0",
            "Upload-Length": str(path.stat().st_size),
            "Upload-Metadata": f"filename {base64.b64encode(path.name.encode()).decode()}",
            "Content-Type": "application/offset+octet-stream",
            "Content-Length": str(path.stat().st_size),
        }
        answer = httpx2.post(
            f"{self.url}/briefings/{SLUG}/uploads", content=pieces(), headers=headers, timeout=120,
            trust_env=False,
        )  # fmt: skip
        return str(answer.raise_for_status().json()["ref"])

    def wait_for_check(self, ref: str) -> None:
        while True:
            for one in self.get(f"/api/briefings/{SLUG}/podium/documents")["documents"]:
                if one["ref"] == ref and one["staged"]["check"] != "waiting":
                    return
            time.sleep(0.1)

    def flood(self, seconds: int, sockets: int) -> "subprocess.Popen[str]":
        argv = [
            "taskset", "-c", str(OTHER_CORE), sys.executable, "-m", "hub", "flood",
            "--url", self.url, "--token", self.token, "--slug", SLUG, "--json",
            "--sockets", str(sockets), "--rate", str(RATE), "--seconds", str(seconds),
        ]  # fmt: skip
        return subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)


@contextmanager
def centre() -> Iterator[Centre]:
    hub = Hub()
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as name:
        folder = Path(name)
        settings = hub.settings(f"sqlite:///{folder / 'hub.db'}")
        settings |= {"HUB_FILES": str(folder / "files")}
        hub.run("migrate", settings=settings)
        hub.run("person", "add", "Vera", "--role", "spokesperson", settings=settings)
        token = hub.run("token", "Vera", settings=settings).strip()
        port = free_port()
        argv = [sys.executable, "-m", "hub", "serve", "--port", str(port)]
        with started(argv, folder=folder, port=port, **settings) as process:
            found = Centre(f"http://127.0.0.1:{port}", token, process.pid)
            wait_until_ready(found.url)
            found.post("", {"slug": SLUG, "title": "Bench", "language": "en"})
            found.post(f"/{SLUG}/opening", {})
            yield found


def upload(at: Centre, folder: Path) -> dict[str, Any]:
    """200 MB, beside a plain copy that is on the disk as well."""
    file = _made(folder / "large.mp4", UPLOAD)
    began = time.perf_counter()
    with (folder / "copy").open("wb") as copy, file.open("rb") as source:
        shutil.copyfileobj(source, copy, PIECE)
        copy.flush()
        os.fsync(copy.fileno())
    copied = time.perf_counter() - began
    at.wait_for_check(at.hand_in(_made(folder / "small.mp4", MEGABYTE)))
    before, most, done = cost(at.pid).rss, [0], threading.Event()

    def watch() -> None:
        while not done.wait(0.02):
            most[0] = max(most[0], cost(at.pid).rss)

    watching = threading.Thread(target=watch)
    watching.start()
    began = time.perf_counter()
    at.hand_in(file)
    taken = time.perf_counter() - began
    done.set()
    watching.join()
    return {
        "copy_seconds": round(copied, 2),
        "upload_seconds": round(taken, 2),
        "times_a_copy": round(taken / copied, 2),
        "memory_mb": round((most[0] - before) / MEGABYTE, 1),
    }


def drop(at: Centre, folder: Path, *, sockets: int, clients: int) -> dict[str, Any]:
    """The live path while a document is fetched by many at once."""
    ref = at.hand_in(_made(folder / "film.mp4", DOCUMENT))
    at.wait_for_check(ref)
    quiet = _figures(at.flood(QUIET_SECONDS, sockets))
    flood = at.flood(LOUD_SECONDS, sockets)
    time.sleep(10)  # until they have joined
    at.post(f"/{SLUG}/documents/{ref}/drop", {})
    address = at.get(f"/api/briefings/{SLUG}/documents/{ref}")["versions"][0]["url"]
    began = time.perf_counter()
    fetched = subprocess.run(
        ["taskset", "-c", str(OTHER_CORE), sys.executable, "-m", "benchmarks.documents",
         "--fetch", address, "--clients", str(clients)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    taken = time.perf_counter() - began
    loud = _figures(flood)
    return {
        "clients": clients,
        "whole": int(fetched.stdout),
        "fetch_seconds": round(taken, 1),
        "quiet_p99_ms": quiet["from_request_ms"]["p99"],
        "loud_p99_ms": loud["from_request_ms"]["p99"],
        "loud_max_ms": loud["from_request_ms"]["max"],
        "ratio": round(loud["from_request_ms"]["p99"] / quiet["from_request_ms"]["p99"], 2),
        "lost": loud["lost"],
    }


async def fetch(address: str, clients: int) -> int:
    """How many of so many clients have got all of it."""
    parts = urlsplit(address)

    async def one() -> bool:
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=MEGABYTE)
        asked = f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n"
        writer.write(asked.encode())
        head = await reader.readuntil(b"\r\n\r\n")
        length = 0
        while piece := await reader.read(MEGABYTE):
            length += len(piece)
        writer.close()
        return head.startswith(b"HTTP/1.1 200") and length == DOCUMENT

    return sum(await asyncio.gather(*(one() for _ in range(clients))))


def _figures(flood: "subprocess.Popen[str]") -> dict[str, Any]:
    said, _ = flood.communicate()
    found: dict[str, Any] = json.loads(said)
    return found


def _made(path: Path, size: int) -> Path:
    with path.open("wb") as file:
        file.write(FILM)
        left = size - len(FILM)
        while left > 0:
            file.write(os.urandom(min(PIECE, left)))
            left -= PIECE
    return path


def table(found: dict[str, Any]) -> str:
    """In Markdown."""
    up, live = found["upload"], found["drop"]
    return "\n".join(
        [
            "# Documents", "",
            "Made by `python -m benchmarks.documents`. "
            + ", ".join(f"{name}: {what}" for name, what in found["machine"].items()),
            "",
            "| | measured | wanted |", "|---|---|---|",
            f"| upload of 200 MB, times a plain copy ({up['copy_seconds']} s) |"
            f" {up['times_a_copy']} | 1.5 |",
            f"| memory of the worker meanwhile | +{up['memory_mb']} MB | +30 MB |",
            f"| live p99 while {live['clients']} clients fetch 50 MB"
            f" ({live['fetch_seconds']} s; {live['whole']} whole) |"
            f" {live['loud_p99_ms']} ms, {live['ratio']} x quiet ({live['quiet_p99_ms']} ms) |"
            " 2 x |",
            f"| updates lost meanwhile | {live['lost']} | 0 |", "",
        ]
    )  # fmt: skip


def main() -> None:
    """Measures, prints and keeps."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sockets", type=int, default=1000)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--fetch", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.fetch:
        print(asyncio.run(fetch(asked.fetch, asked.clients)))
        return
    found: dict[str, Any] = {"machine": machine()}
    with centre() as at, tempfile.TemporaryDirectory(prefix="hub-bench-") as name:
        found["upload"] = upload(at, Path(name))
        found["drop"] = drop(at, Path(name), sockets=asked.sockets, clients=asked.clients)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "documents.json").write_text(json.dumps(found, indent=1) + "\n")
    (RESULTS / "documents.md").write_text(table(found))
    print(table(found))


if __name__ == "__main__":
    main()
