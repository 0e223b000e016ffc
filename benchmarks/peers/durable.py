"""A PostgreSQL for the hub, durable as in production, on the servers' core."""

import contextlib
import os
from collections.abc import Iterator

from benchmarks.peers.peer import CORE
from tests import services


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """Its URL: fsync and synchronous_commit on, as they are when nothing is said."""
    cores = os.sched_getaffinity(0)
    # What is started now keeps to that core: the hub and its database share it.
    os.sched_setaffinity(0, {CORE})
    try:
        with services.postgres(durable=True) as server:
            os.sched_setaffinity(0, cores)
            yield server.url
    finally:
        os.sched_setaffinity(0, cores)
