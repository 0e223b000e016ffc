"""Whose key has ended, or who may not sit there any more, their sockets close: at the word that
some key has ended, and regularly anyway."""

import asyncio
import contextlib
from datetime import UTC, datetime

from hub.domain.audience import STAFF, may_join
from hub.domain.errors import Unavailable
from hub.live.gauges import Gauges
from hub.live.socket import REVOKED, SIGNED_OUT, Socket
from hub.live.watches import Watches
from hub.store.database import Database
from hub.store.keys import roles

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
        found = await self._database.read(lambda db: roles(db, keys, now=now))
        for watch, stream in self._watches.streams():
            for socket in list(stream.sockets):
                # Who came in meanwhile is looked at again.
                if socket.key not in keys:
                    continue
                role = found.get(socket.key)
                if role is None:
                    self._send_away(socket, SIGNED_OUT, "signed out")
                elif not may_join(stream.audience, role=role, public=watch.public):
                    self._send_away(socket, REVOKED, "you may no longer follow this here")
                else:
                    socket.staff = role in STAFF

    def _send_away(self, socket: Socket, code: int, why: str) -> None:
        self._gauges.closed.labels(str(code)).inc()
        socket.sink.close(code, why)
