"""A real S3 on loopback for the tests: moto in a process of its own, which a test may kill."""

import contextlib
import sys
from collections.abc import Iterator
from urllib.parse import urlencode

import httpx2

from tests import services

PROGRAM = """
import sys, threading
from moto.server import ThreadedMotoServer
ThreadedMotoServer("127.0.0.1", int(sys.argv[1]), verbose=False).start()
print("ready to accept connections", flush=True)
threading.Event().wait()
"""

BUCKET = "documents"
# It takes any; the storage's client wants some.
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "tests",
    "AWS_SECRET_ACCESS_KEY": "tests",
    "AWS_REGION": "us-east-1",
}


@contextlib.contextmanager
def s3() -> Iterator[services.Server]:
    """An S3 of one's own, in memory: killed and started again it is empty, without a bucket."""
    with services._folder() as folder:
        port = services.free_port()
        argv = [sys.executable, "-c", PROGRAM, str(port)]
        server = services.Server(argv, url=f"http://127.0.0.1:{port}", folder=folder)
        server.start()
        with contextlib.closing(server):
            yield server


def address(server: services.Server, prefix: str = "") -> str:
    """What hub.store.shelf.open_shelf is given."""
    return f"s3://{BUCKET}/{prefix}?{urlencode({'endpoint': server.url})}"


def make_bucket(server: services.Server) -> None:
    """An empty bucket, or the one that is there."""
    with httpx2.Client(trust_env=False) as client:
        client.put(f"{server.url}/{BUCKET}").raise_for_status()
