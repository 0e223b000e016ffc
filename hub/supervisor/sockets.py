"""The sockets of a group of workers. They and what waits in them outlive every worker."""

import errno
import socket
import time

from hub.server import BACKLOG, listen

# The workers of a supervisor that was killed let go of the port within moments.
PATIENCE_SECONDS = 2.0
_ASK_SECONDS = 0.05


def open_sockets(host: str, port: int, *, count: int, each: bool) -> list[socket.socket]:
    """One listening socket a worker: all on `port`, or with `each` on the ports from it on.
    OSError if somebody else has it."""
    if each:
        opened = [_patiently(host, port + at) for at in range(count)]
    else:
        # A shared port would be shared with a hub that somebody started before, too: half of the
        # readers would be there. So it is first asked for as nobody shares it.
        _patiently(host, port).close()
        opened = [listen(host, port, shared=True) for _ in range(count)]
    for listening in opened:
        listening.listen(BACKLOG)
    return opened


def renewed(listening: socket.socket) -> socket.socket:
    """Another socket at the same place in its stead. It is bound and does not listen: whoever is
    given it begins to when it can accept. What waited in the old one is told that it broke off."""
    host, port, *_ = listening.getsockname()
    shared = bool(listening.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT))
    listening.close()
    return listen(host, port, shared=shared)


def _patiently(host: str, port: int) -> socket.socket:
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return listen(host, port)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() > end:
                raise
            time.sleep(_ASK_SECONDS)
