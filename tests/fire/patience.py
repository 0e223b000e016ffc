"""Waiting for what announces itself to nobody: a gauge, a process, a socket of somebody else's."""

import asyncio
from collections.abc import Awaitable, Callable

LOOK_SECONDS = 0.1


async def comes_true(look: Callable[[], Awaitable[bool]], *, within: float, what: str) -> None:
    """AssertionError, with what did not come true."""
    try:
        async with asyncio.timeout(within):
            while not await look():  # noqa: ASYNC110 - there is no event to wait for
                await asyncio.sleep(LOOK_SECONDS)
    except TimeoutError:
        raise AssertionError(f"not within {within} s: {what}") from None
