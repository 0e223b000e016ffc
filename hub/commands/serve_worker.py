"""One worker of `hub serve --workers N`. Its supervisor starts it; nobody types it."""

import signal
import socket
import sys
from collections.abc import Callable

import click

from hub.commands.opening import ready_database
from hub.config import Config, ConfigError
from hub.server import AFTER_DRAIN_SECONDS, Server, run
from hub.supervisor.tether import Tether


def main() -> None:
    """The words: file descriptors of the listening socket and of the line."""
    listening, line = (socket.socket(fileno=int(word)) for word in sys.argv[1:])
    tether = Tether(line)
    try:
        config = Config.read()
        # The program on the disk may be a newer one than the supervisor's.
        ready_database(config)
    except (ConfigError, click.ClickException) as error:
        tether.failed(str(error))
        sys.exit(2)

    def tied(server: Server) -> Callable[[], None]:
        patience = config.drain_seconds + 2 * AFTER_DRAIN_SECONDS
        tether.listen(shut=server.shut, leave=server.leave, seconds=patience)
        return tether.alive

    run(listening, signals=[signal.SIGTERM], tied=tied)


if __name__ == "__main__":
    main()
