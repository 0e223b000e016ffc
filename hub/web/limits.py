"""How often: sign-in attempts and API requests, counted in Redis where there is one."""

import asyncio
from typing import Any

import structlog
from limits import RateLimitItem, RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from hub.live.redis_at import hang_up, redis_at

BUDGET_SECONDS = 0.25
SIGN_IN_A_MINUTE = 10

log = structlog.get_logger(__name__)


class Limits:
    """Counts in Redis, or in this process where Redis is not there or does not answer."""

    def __init__(self, redis_url: str | None) -> None:
        self._own = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._shared = None
        self._client = None
        if redis_url is not None:
            # A client of our own: the storage has no way to close its connections.
            self._client = redis_at(redis_url)
            options: Any = {"connection_pool": self._client.connection_pool}
            storage: Any = RedisStorage(
                "async+redis://", implementation="redispy", key_prefix="hub:limits", **options
            )
            self._shared = SlidingWindowCounterRateLimiter(storage)

    async def close(self) -> None:
        """Hangs up."""
        if self._client is not None:
            await hang_up(self._client)

    async def sign_in(self, address: str, name: str) -> bool:
        """Whether this address, and this name, may try once more within the minute."""
        each = RateLimitItemPerMinute(SIGN_IN_A_MINUTE)
        return await self._hit(each, "sign-in-at", address) and await self._hit(
            each, "sign-in-as", name
        )

    async def api(self, token: str, rate: int) -> bool:
        """Whether this token may ask once more within the second; rate 0: always."""
        return rate == 0 or await self._hit(RateLimitItemPerSecond(rate), "api", token)

    async def _hit(self, item: RateLimitItem, *who: str) -> bool:
        if self._shared is not None:
            try:
                async with asyncio.timeout(BUDGET_SECONDS):
                    return await self._shared.hit(item, *who)
            except Exception as error:
                # Without Redis each worker counts for itself: looser, and never an outage.
                log.warning("limits.not_shared", error=repr(error))
        return await self._own.hit(item, *who)
