"""Where Redis is: at an address, or where its sentinels say it is just now."""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel
from redis.backoff import NoBackoff

SENTINEL_PORT = 26379
# One of them that hangs must not use up what a bell may take: the next is asked.
ASK_SECONDS = 0.1


def redis_at(url: str) -> Redis:
    """A client for redis://, rediss://, unix:// or sentinel://[user:password@]HOST[:PORT],.../NAME.

    It connects when it is first used. ValueError for an address that none can be at.
    """
    options: dict[str, Any] = {
        "socket_connect_timeout": 1,
        "socket_timeout": 2,
        "socket_keepalive": True,
    }
    parts = urlsplit(url)
    if parts.scheme != "sentinel":
        client: Redis = Redis.from_url(url, **options)
        return client
    user, _, hosts = parts.netloc.rpartition("@")
    name, password = unquote(parts.path.strip("/")), unquote(user.rpartition(":")[2])
    if not hosts or not name:
        raise ValueError("sentinel:// should name hosts and a group: sentinel://h1,h2,h3/press")
    asking = {
        "socket_connect_timeout": ASK_SECONDS,
        "socket_timeout": ASK_SECONDS,
        "retry": Retry(NoBackoff(), 0),
    }
    options |= {"username": unquote(user.partition(":")[0]) or None, "password": password or None}
    options |= {"db": int(parse_qs(parts.query).get("db", ["0"])[0])}
    sentinels = Sentinel(  # type: ignore[no-untyped-call]
        [_address(host) for host in hosts.split(",")],
        sentinel_kwargs=asking,
        retry=Retry(NoBackoff(), 0),
        **options,
    )
    master: Redis = sentinels.master_for(name)
    return master


async def hang_up(client: Redis) -> None:
    """Closes the client, and those to the sentinels that it asked. RedisError, OSError."""
    await client.aclose()
    asked: Sentinel | None = getattr(client.connection_pool, "sentinel_manager", None)
    if asked is not None:
        await asked.aclose()


def _address(host: str) -> tuple[str, int]:
    where = urlsplit(f"//{host}")
    if not where.hostname:
        raise ValueError(f"sentinel://: {host!r} is not a host")
    return where.hostname, where.port or SENTINEL_PORT
