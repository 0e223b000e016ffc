"""What one act costs on a desk where 500 questions wait in line:

    python -m benchmarks.desk [--waiting 500] [--acts 100]

One worker, and a window of each audience open in each language. In turn a question is approved, the
first in line gets the floor, and is referred: so many wait all the while, and one has the floor.
Prints for each verb the worker's CPU of an act (HTTP, commit, order, rendering and writing for
every window), the client's own time beside it, and the size of its frame on the desk.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from websockets.sync.client import connect
from websockets.typing import Origin

from benchmarks.peers.hub import Hub, wait_until_ready
from benchmarks.peers.peer import free_port, started
from hub.flood.cost import family

OUTLETS = 12
WINDOWS = [(audience, language) for audience in ("public", "room", "podium", "desk")
           for language in ("vi", "en", "fr")]  # fmt: skip
SEATS = {"public": None, "room": "Outlet 0", "podium": "Vera", "desk": "Milan"}
SLUG = "bench"
VERBS: dict[str, dict[str, str]] = {
    "approval": {},
    "call": {"reason": "life_safety"},
    "referral": {"body": "Ministry of Health"},
}


class Desk:
    """A hub with a moderator, a spokesperson and journalists of many outlets. So many questions
    wait in line, and `more` are new."""

    def __init__(self, stack: ExitStack, *, waiting: int, more: int) -> None:
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
        self.line = HTTPConnection("127.0.0.1", port, timeout=30)
        self.post("Vera", "", {"slug": SLUG, "title": "Bench", "language": "en"})
        self.post("Milan", f"/{SLUG}/desk/settings", {"person_limit": 99, "outlet_limit": 99})
        self.post("Vera", f"/{SLUG}/opening", {})
        self.refs = [self.ask(number) for number in range(waiting + more)]
        for ref in self.refs[:waiting]:
            self.act(ref, "approval")

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
        # Kept, as a browser keeps its own.
        self.line.request("POST", f"/api/briefings{path}", json.dumps(body), headers)
        answer = self.line.getresponse()
        content = answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"{path}: {answer.status} {content.decode()}")
        return json.loads(content) if content else None


def measure(stack: ExitStack, *, waiting: int, acts: int) -> dict[str, Any]:
    """One run."""
    desk = Desk(stack, waiting=waiting, more=acts)
    windows = {
        (audience, language): stack.enter_context(_window(desk, audience, language))
        for audience, language in WINDOWS
    }
    at_desk = windows.pop(("desk", "en"))
    seen: dict[str, list[tuple[float, float, int]]] = {verb: [] for verb in VERBS}
    for new, first in zip(desk.refs[waiting:], desk.refs, strict=False):
        for verb, body in VERBS.items():
            began, before = time.perf_counter(), _cpu(desk.pid)
            desk.act(new if verb == "approval" else first, verb, **body)
            frame = _frame(at_desk)
            took = time.perf_counter() - began
            for window in windows.values():
                _frame(window)
            seen[verb].append((_cpu(desk.pid) - before, took, len(frame.encode())))
    return {"waiting": waiting, "windows": len(WINDOWS)} | {
        verb: {
            "cpu_ms": round(statistics.mean(cpu for cpu, _, _ in found) * 1000, 2),
            "until_the_desk_has_it_ms": round(
                statistics.median(took for _, took, _ in found) * 1000, 1
            ),
            "frame_bytes_most": max(size for _, _, size in found),
        }
        for verb, found in seen.items()
    }


def _frame(window: Any) -> str:
    """The next event that it is sent."""
    while '"html"' not in (frame := str(window.recv(timeout=10))):
        pass
    return frame


def _cpu(pid: int) -> float:
    """What the process and all that it has started have had of the processor, in seconds.

    By the scheduler's own account: /proc/PID/stat counts in ticks longer than an act.
    """
    threads = [path for one in family(pid) for path in Path(f"/proc/{one}/task").iterdir()]
    return sum(int((path / "schedstat").read_text().split()[0]) for path in threads) / 1e9


def _window(desk: Desk, audience: str, language: str) -> Any:
    token = desk.tokens.get(SEATS[audience])
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return connect(
        f"{desk.url.replace('http', 'ws', 1)}/briefings/{SLUG}/live?as={audience}"
        f"&language={language}",
        origin=Origin(desk.url),
        additional_headers=headers,
        max_size=None,
        ping_interval=None,
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
