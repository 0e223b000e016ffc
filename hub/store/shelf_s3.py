"""The shelf in an S3-compatible storage; needs the extra `s3`, and AWS_... in the environment."""

import atexit
import contextlib
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import obstore
import structlog
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import S3Store

from hub.domain.errors import NoRoom, Unavailable
from hub.store.shelf_name import CHUNK, NotKept, checked

# The smallest part that S3 takes; so many are in memory at once.
PART = 5 * 1024 * 1024
_PARTS_AT_ONCE = 3

_ANSWER_SECONDS = 10
_TRIES = 3
_CALM_SECONDS = 0.3
_YOUNG = timedelta(hours=12)
_FULL = ("XMinioStorageFull", "QuotaExceeded", "InsufficientStorage", "507 ")

log = structlog.get_logger(__name__)


class S3Shelf:
    """`s3://bucket/prefix?endpoint=http://127.0.0.1:9000`; see Shelf.

    What a cut-off upload left in the bucket is its lifecycle rule's to clear away
    (AbortIncompleteMultipartUpload).
    """

    def __init__(self, address: str) -> None:
        self._store = _open(address)

    async def put(self, path: Path, name: str) -> None:
        key = _key(name)
        with self._refusing():
            # It may be large, and another has sent it already.
            with contextlib.suppress(NotFoundError, FileNotFoundError):
                there = await obstore.head_async(self._store, key)
                # One that is old may be cleared away before its document is there.
                if datetime.now(UTC) - there["last_modified"] < _YOUNG:
                    return
            try:
                await obstore.put_async(
                    self._store, key, path, chunk_size=PART, max_concurrency=_PARTS_AT_ONCE
                )
            except (NotFoundError, FileNotFoundError) as error:
                # No such bucket.
                raise Unavailable from error

    async def read(
        self, name: str, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[bytes]:
        key = _key(name)
        with self._refusing():
            # The storage refuses a range that is beyond the end, and one that is empty.
            size = (await obstore.head_async(self._store, key))["size"]
            stop = size if stop is None else min(stop, size)
        return self._pieces(key, start, stop)

    async def remove(self, name: str) -> None:
        with self._refusing(), contextlib.suppress(NotKept):
            await obstore.delete_async(self._store, _key(name))

    async def names(self, before: datetime) -> AsyncIterator[str]:
        with self._refusing():
            async for some in obstore.list(self._store):
                for one in some:
                    if one["last_modified"] < before:
                        yield one["path"].rpartition("/")[2]

    def local(self, name: str) -> Path | None:
        checked(name)
        return None

    async def close(self) -> None:
        """Its connections are the client's, and end with it."""

    async def _pieces(self, key: str, start: int, stop: int) -> AsyncIterator[bytes]:
        if start >= stop:
            return
        with self._refusing():
            found = await obstore.get_async(self._store, key, options={"range": (start, stop)})
            stream = aiter(found.stream(min_chunk_size=CHUNK))
        while True:
            with self._refusing():
                try:
                    piece = await anext(stream)
                except StopAsyncIteration:
                    return
            yield bytes(piece)

    @contextlib.contextmanager
    def _refusing(self) -> Iterator[None]:
        """Turns what the storage says into NotKept, NoRoom and Unavailable."""
        try:
            yield
        except (NotFoundError, FileNotFoundError) as error:
            raise NotKept from error
        except (BaseError, OSError) as error:
            said = str(error)
            log.error("shelf.away", error=said[:500])
            if any(word in said for word in _FULL):
                raise NoRoom from error
            raise Unavailable from error


@atexit.register
def _calm_down() -> None:
    """The client's threads outlive the last answer: a program that ends meanwhile is aborted."""
    time.sleep(_CALM_SECONDS)


def _key(name: str) -> str:
    return f"{checked(name)[:2]}/{name}"


def _open(address: str) -> S3Store:
    """Nothing is asked of the storage yet. ValueError, RuntimeError."""
    parts = urlsplit(address)
    asked = dict(parse_qsl(parts.query))
    endpoint = asked.pop("endpoint", None)
    if not parts.netloc or asked:
        raise ValueError(f"the storage is s3://bucket/prefix?endpoint=..., not {address!r}")
    return S3Store(
        parts.netloc,
        prefix=parts.path.strip("/") or None,
        config={"endpoint": endpoint} if endpoint else {},
        client_options={
            "allow_http": endpoint is not None and endpoint.startswith("http://"),
            "connect_timeout": timedelta(seconds=2),
            # Of each silence, not of the whole: a large file takes as long as its reader.
            "read_timeout": timedelta(seconds=_ANSWER_SECONDS),
            "timeout": timedelta(days=1),
        },
        retry_config={
            "max_retries": _TRIES,
            "retry_timeout": timedelta(seconds=_ANSWER_SECONDS),
            "backoff": {
                "base": 2,
                "init_backoff": timedelta(milliseconds=100),
                "max_backoff": timedelta(seconds=2),
            },
        },
    )
