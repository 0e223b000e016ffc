"""What one act costs on a desk where 500 questions wait:

    python -m benchmarks.desk [--waiting 500] [--acts 100]

One worker, and a window of each audience open in each language. Prints the worker's CPU of an act
(an approval or a call: HTTP, commit, order, rendering and writing for every window), with the
client's own time beside it, and the size of its frame on the desk.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from websockets.sync.client import connect

from benchmarks.peers.hub import Hub, wait_until_ready
from benchmarks.peers.peer import free_port, started
from hub.flood.cost import cost

OUTLETS = 12
WINDOWS = [(audience, language) for audience in ("public", "room", "podium", "desk")
           for language in ("vi", "en", "fr")]  # fmt: skip
SEATS = {"public": None, "room": "Outlet 0", "podium": "Vera", "desk": "Milan"}
SLUG = "bench"


class Desk:
    """A hub with a moderator, a spokesperson and journalists of many outlets."""

    def __init__(self, stack: ExitStack, *, waiting: int) -> None:
        hub = Hub()
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hub-bench-")))
        settings = hub.settings(f"sqlite:///{folder / 'hub.db'}")
        hub.run("migrate", settings=settings)
        people = {"Milan": ("moderator",), "Vera": ("spokesperson",)} | {
            f"Outlet {number}": ("journalist", "--outlet", f"Outlet {number}")
            for number in range(OUTLETS)
        }
        self.tokens: dict[str | None, str] = {}
        for name, role in people.items():
            hub.run("person", "add", name, "--role", *role, settings=settings)
            self.tokens[name] = hub.run("token", name, settings=settings).strip()
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        argv = [sys.executable, "-m", "hub", "serve", "--port", str(port)]
        process = stack.enter_context(started(argv, folder=folder, port=port, **settings))
        self.pid = process.pid
        wait_until_ready(self.url)
        self.post("Vera", "", {"slug": SLUG, "title": "Bench", "language": "en"})
        self.post("Milan", f"/{SLUG}/desk/settings", {"person_limit": 99, "outlet_limit": 99})
        self.post("Vera", f"/{SLUG}/opening", {})
        self.refs = [self.ask(number) for number in range(waiting)]

    def ask(self, number: int) -> str:
        words = f"Question {number}: what does the city do about matter {number * 7}? " + "x" * 200
        asked = self.post(f"Outlet {number % OUTLETS}", f"/{SLUG}/questions", {"words": words})
        return str(asked["ref"])

    def act(self, ref: str, verb: str, **body: Any) -> None:
        self.post("Milan", f"/{SLUG}/questions/{ref}/{verb}", body)

    def post(self, name: str, path: str, body: dict[str, Any]) -> Any:
        headers = {
            "Authorization": f"Bearer {self.tokens[name]}",
            "Content-Type": "application/json",
        }
        request = urllib.request.Request(
            f"{self.url}/api/briefings{path}", json.dumps(body).encode(), headers
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            content = answer.read()
        return json.loads(content) if content else None


def measure(stack: ExitStack, *, waiting: int, acts: int) -> dict[str, Any]:
    """One run: approvals until half of them wait in line, then calls."""
    desk = Desk(stack, waiting=waiting)
    for ref in desk.refs[: waiting // 2]:
        desk.act(ref, "approval")
    windows = {
        (audience, language): stack.enter_context(_window(desk, audience, language))
        for audience, language in WINDOWS
    }
    at_desk = windows["desk", "en"]
    found: dict[str, Any] = {"waiting": waiting, "windows": len(windows)}
    todo = {
        "approval": desk.refs[waiting // 2 : waiting // 2 + acts],
        "call": desk.refs[:acts],
    }
    for verb, refs in todo.items():
        sizes, seconds = [], []
        before = cost(desk.pid)
        for ref in refs:
            began = time.perf_counter()
            desk.act(ref, verb, **({"reason": "life_safety"} if verb == "call" else {}))
            while '"html"' not in (frame := str(at_desk.recv(timeout=10))):
                pass
            seconds.append(time.perf_counter() - began)
            sizes.append(len(frame.encode()))
        spent = cost(desk.pid).cpu - before.cpu
        found[verb] = {
            "cpu_ms": round(spent / len(refs) * 1000, 2),
            "until_the_desk_has_it_ms": round(statistics.median(seconds) * 1000, 1),
            "frame_bytes_most": max(sizes),
        }
    return found


def _window(desk: Desk, audience: str, language: str) -> Any:
    token = desk.tokens.get(SEATS[audience])
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return connect(
        f"{desk.url.replace('http', 'ws', 1)}/briefings/{SLUG}/live?as={audience}"
        f"&language={language}",
        origin=desk.url,  # type: ignore[arg-type]
        additional_headers=headers,
        max_size=None,
        proxy=None,
    )


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--waiting", type=int, default=500)
    parser.add_argument("--acts", type=int, default=100)
    asked = parser.parse_args()
    with ExitStack() as stack:
        print(json.dumps(measure(stack, waiting=asked.waiting, acts=asked.acts), indent=1))


if __name__ == "__main__":
    main()
