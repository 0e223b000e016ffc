"""Whose key has ended, their sockets close: at the word that one has, and regularly anyway."""

import asyncio
import contextlib
from datetime import UTC, datetime

from hub.domain.errors import Unavailable
from hub.live.gauges import Gauges
from hub.live.socket import SIGNED_OUT
from hub.live.watches import Watches
from hub.store.database import Database
from hub.store.keys import still_signed_in

CHECK_SECONDS = 30.0
AGAIN_SECONDS = 1.0


class Revocation:
    """Looks after the sessions and tokens of everybody who follows here."""

    def __init__(self, watches: Watches, database: Database, gauges: Gauges) -> None:
        self._watches = watches
        self._database = database
        self._gauges = gauges
        self._ended = asyncio.Event()
        self.count = 0

    def heard(self) -> None:
        """Some key has ended, somewhere."""
        self.count += 1
        self._ended.set()

    async def watch(self) -> None:
        """Until cancelled."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(CHECK_SECONDS):
                    await self._ended.wait()
            self._ended.clear()
            try:
                await self._check()
            except Unavailable:
                # Nobody keeps a seat because the database was away.
                self._ended.set()
                await asyncio.sleep(AGAIN_SECONDS)

    async def _check(self) -> None:
        keys = {socket.key for socket in self._watches.sockets() if socket.key is not None}
        if not keys:
            return
        now = datetime.now(UTC)
        good = await self._database.read(lambda db: still_signed_in(db, keys, now=now))
        for socket in self._watches.sockets():
            if socket.key in keys - good:
                self._gauges.closed.labels(str(SIGNED_OUT)).inc()
                socket.sink.close(SIGNED_OUT, "signed out")
