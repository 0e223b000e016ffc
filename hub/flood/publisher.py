"""The publishers, in a process of their own so that reading does not slow publishing down:

    python -m hub.flood.publisher < order > account

Both are JSON. Times are CLOCK_MONOTONIC in ns, the same in every process of a machine.
"""

import http.client
import json
import re
import ssl
import sys
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from hub.flood.door import connect

# As long as an act is repeated with its key after a 503 or a broken connection.
PATIENCE_SECONDS = 30.0
PAUSE_SECONDS = 0.2

_COMMIT = re.compile(r"\bcommit;dur=([0-9.]+)")
_AGAIN = frozenset({429, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Order:
    """What to publish. `rate` a second over all publishers, 0: each as fast as it is answered."""

    url: str
    slug: str
    token: str
    size: int
    rate: float
    seconds: float
    publishers: int


@dataclass(slots=True)
class Account:
    """What came of it. `acts`: number, asked, answered, committed (0: not told)."""

    began: int = 0
    ended: int = 0
    acts: list[tuple[int, int, int, int]] = field(default_factory=list)
    # Answers that made it try again, by status; 0: a broken connection.
    again: Counter[int] = field(default_factory=Counter)
    # Why it has stopped before its time.
    stopped: str = ""

    def as_said(self) -> dict[str, Any]:
        """For JSON. (dataclasses.asdict() cannot take a Counter apart.)"""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def read(cls, text: str) -> "Account":
        """As said by the process."""
        said = json.loads(text)
        said["acts"] = [tuple(act) for act in said["acts"]]
        said["again"] = Counter({int(status): n for status, n in said["again"].items()})
        return cls(**said)


class Press:
    """All publishers of one order."""

    def __init__(self, order: Order) -> None:
        self.account = Account()
        self._order = order
        self._tls = ssl.create_default_context() if order.url.startswith("https:") else None
        self._turns = iter(range(sys.maxsize))
        self._lock = threading.Lock()

    def publish(self) -> Account:
        """Until the time is over."""
        self.account.began = time.monotonic_ns()
        threads = [threading.Thread(target=self._work) for _ in range(self._order.publishers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.account.ended = time.monotonic_ns()
        return self.account

    def _work(self) -> None:
        began, order = self.account.began, self._order
        end = began + int(order.seconds * 1e9)
        connection = connect(order.url, self._tls)
        try:
            while not self.account.stopped:
                with self._lock:
                    turn = next(self._turns)
                due = began + int(turn * 1e9 / order.rate) if order.rate else 0
                if max(due, time.monotonic_ns()) >= end:
                    return
                if (early := due - time.monotonic_ns()) > 0:
                    time.sleep(early / 1e9)
                self._one(connection, text(turn, order.size))
        finally:
            connection.close()

    def _one(self, connection: http.client.HTTPConnection, words: str) -> None:
        asked = time.monotonic_ns()
        key = uuid.uuid4().hex
        while True:
            status, answered, timing, said = self._ask(connection, words, key)
            if status == 201:
                told = _COMMIT.search(timing)
                committed = asked + int(float(told[1]) * 1e6) if told else 0
                number = int(json.loads(said)["n"])
                with self._lock:
                    self.account.acts.append((number, asked, answered, committed))
                return
            with self._lock:
                if status in _AGAIN or status == 0:
                    self.account.again[status] += 1
                if (status and status not in _AGAIN) or (answered - asked > PATIENCE_SECONDS * 1e9):
                    self.account.stopped = f"{status} {_detail(said)}" if status else "no answer"
                    return
            time.sleep(PAUSE_SECONDS)

    def _ask(
        self, connection: http.client.HTTPConnection, words: str, key: str
    ) -> tuple[int, int, str, bytes]:
        headers = {
            "Authorization": f"Bearer {self._order.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
        path = f"/api/briefings/{self._order.slug}/updates"
        try:
            connection.request("POST", path, json.dumps({"text": words}), headers)
            answer = connection.getresponse()
            answered = time.monotonic_ns()
            return answer.status, answered, answer.headers.get("Server-Timing", ""), answer.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            return 0, time.monotonic_ns(), "", b""


def text(turn: int, size: int) -> str:
    """Words of so many bytes, never the same twice."""
    words = f"Flood {turn + 1}. "
    return (words + "lorem ipsum " * (size // 12 + 1))[:size].strip() or "x"


def _detail(said: bytes) -> str:
    try:
        return str(json.loads(said).get("detail", ""))
    except (ValueError, AttributeError):
        return said[:100].decode("utf-8", "replace")


def main() -> None:
    """Reads the order, publishes, writes the account."""
    order: dict[str, Any] = json.load(sys.stdin)
    json.dump(Press(Order(**order)).publish().as_said(), sys.stdout)


if __name__ == "__main__":
    main()
