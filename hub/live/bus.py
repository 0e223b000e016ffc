"""The bell between workers: it says which briefing and which number, and nothing else.

A bell may be lost, doubled or forged: it only makes a worker look into the log. Beside it go a
beat each second (is the bell alive, how many follow here), who is at which desk, what each worker
reports of itself, and the word that somebody's key has ended.
"""

import asyncio
import contextlib
import random
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from redis.exceptions import RedisError

from hub.live.presence import Presence
from hub.live.redis_at import hang_up, redis_at
from hub.live.vitals import Vitals

BUDGET_SECONDS = 0.25
SILENCE_SECONDS = 3.0
_BELL = re.compile(rb"([0-9]{1,18}) ([0-9]{1,18})")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Ears:
    """What a worker does on hearing. `gap`: bells may have been missed, look everywhere."""

    rung: Callable[[int, int], None]
    gap: Callable[[], None]
    keys_ended: Callable[[], None]


class LocalBell:
    """No Redis: a process rings itself. `alone` is whether there are no other workers."""

    away_since: datetime | None = None

    def __init__(self, *, alone: bool) -> None:
        self.healthy = alone
        self._ears: Ears | None = None

    async def start(self, ears: Ears, _vitals: Vitals) -> None:
        """From now on rings are heard."""
        self._ears = ears

    def ring(self, briefing_id: int, number: int) -> None:
        """This briefing's log has reached this number."""
        if self._ears is not None:
            self._ears.rung(briefing_id, number)

    def keys_ended(self) -> None:
        """A session or token has ended."""
        if self._ears is not None:
            self._ears.keys_ended()

    async def close(self) -> None:
        """Nothing to let go of."""


class RedisBell:
    """Pub/sub on one Redis. `name` keeps hubs that share a Redis apart."""

    def __init__(self, url: str, *, name: str, presence: Presence) -> None:
        self.away_since: datetime | None = datetime.now(UTC)
        self._heard_at = datetime.now(UTC)
        self._presence = presence
        self._bell, self._beat, self._keys, self._reports, self._desks = self._channels = [
            _channel(name, channel) for channel in ("bell", "beat", "keys", "reports", "desks")
        ]
        # Two clients: a publish must never wait behind the subscription, nor the reverse.
        self._publishing = redis_at(url)
        self._listening = redis_at(url)
        self._pending: dict[int, int] = {}
        self._keys_ended = False
        self._wanted = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._worker = secrets.token_hex(6)

    @property
    def healthy(self) -> bool:
        """Whether it is heard."""
        return self.away_since is None

    async def start(self, ears: Ears, vitals: Vitals) -> None:
        """Listens, rings and beats until closed."""
        self._ears = ears
        self._vitals = vitals
        self._tasks = [
            asyncio.create_task(self._listen(), name="bell listen"),
            asyncio.create_task(self._publish(), name="bell publish"),
            asyncio.create_task(self._beats(), name="bell beat"),
        ]

    def ring(self, briefing_id: int, number: int) -> None:
        """This worker at once, the others by Redis, off the path of the request."""
        self._ears.rung(briefing_id, number)
        self._pending[briefing_id] = number
        self._wanted.set()

    def keys_ended(self) -> None:
        """A session or token has ended: every worker looks at its sockets."""
        self._ears.keys_ended()
        self._keys_ended = True
        self._wanted.set()

    async def close(self) -> None:
        """Stops its tasks and hangs up."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for client in (self._publishing, self._listening):
            with contextlib.suppress(RedisError, OSError):
                await hang_up(client)

    async def _publish(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            pending, self._pending = self._pending, {}
            for briefing_id, number in pending.items():
                await self._send(self._bell, f"{briefing_id} {number}")
            if self._keys_ended:
                self._keys_ended = False
                await self._send(self._keys, "ended")

    async def _beats(self) -> None:
        reported = None
        while True:
            await self._send(self._beat, self._presence.report(self._worker))
            if (desks := self._presence.colleagues.report(self._worker)) is not None:
                await self._send(self._desks, desks)
            report = self._vitals.reports.newest
            if report is not None and report is not reported:
                reported = report
                await self._send(self._reports, report.model_dump_json())
            await asyncio.sleep(1)

    async def _send(self, channel: str, message: str) -> None:
        # A stopped Redis lets a publish hang: the log's timer does its work meanwhile.
        try:
            async with asyncio.timeout(BUDGET_SECONDS):
                await self._publishing.publish(channel, message)
        except Exception as error:
            # Whatever it was: a task that ended here would be missed by nobody.
            if self.healthy:
                log.warning("bell.not_rung", channel=channel, error=repr(error))

    async def _listen(self) -> None:
        pause = 0.1
        while True:
            try:
                async with self._listening.pubsub() as pubsub:
                    await pubsub.subscribe(*self._channels)
                    async for message in _heard(pubsub):
                        pause = 0.1
                        self._hear(message)
            except Exception as error:
                if self.away_since is None:
                    log.warning("bell.lost", error=repr(error))
                    self.away_since = self._heard_at
            await asyncio.sleep(pause * (0.5 + random.random()))  # noqa: S311 - jitter
            pause = min(pause * 2, 2.0)

    def _hear(self, message: dict[str, Any]) -> None:
        self._heard_at = datetime.now(UTC)
        if message["type"] == "subscribe":
            # What was rung while nobody was subscribed is lost, and redis-py says nothing of
            # the reconnects it makes itself: each confirmation means "look into the log".
            if not self.healthy:
                log.info("bell.heard")
            self.away_since = None
            self._ears.gap()
            return
        if message["type"] != "message":
            return
        channel, data = message["channel"].decode(), message["data"]
        if channel == self._keys:
            self._ears.keys_ended()
        elif channel == self._beat:
            if not self._presence.hear(data, own=self._worker):
                self._vitals.heard_forgery("beat")
        elif channel == self._desks:
            if not self._presence.colleagues.hear(data, own=self._worker):
                self._vitals.heard_forgery("desks")
        elif channel == self._reports:
            if not self._vitals.reports.hear(data):
                self._vitals.heard_forgery("reports")
        elif match := _BELL.fullmatch(data):
            self._ears.rung(int(match[1]), int(match[2]))
        else:
            self._vitals.heard_forgery("bell")


async def tell_keys_ended(url: str, *, name: str) -> None:
    """What a program that is no worker says of it. Where it cannot be said, the workers find out
    by themselves, within half a minute."""
    client = redis_at(url)
    try:
        async with asyncio.timeout(1):
            await client.publish(_channel(name, "keys"), "ended")
    except (RedisError, OSError) as error:
        log.warning("bell.not_rung", channel="keys", error=repr(error))
    finally:
        with contextlib.suppress(RedisError, OSError):
            await hang_up(client)


def _channel(name: str, channel: str) -> str:
    return f"hub:{name}:{channel}"


async def _heard(pubsub: Any) -> Any:
    """Messages as they come; TimeoutError after a silence that own beats should have broken."""
    last = time.monotonic()
    while True:
        message = await pubsub.get_message(timeout=1)
        now = time.monotonic()
        if message is not None:
            last = now
            yield message
        elif now - last > SILENCE_SECONDS:
            raise TimeoutError("no beat came back")
