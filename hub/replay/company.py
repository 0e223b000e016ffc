"""Who plays a programme: the podium, and where questions are asked, the desk and the room."""

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

from hub.replay.press import Press


@dataclass(frozen=True, slots=True)
class Company:
    """`askers` by their names. Without a desk nobody asks."""

    podium: Press
    desk: Press | None = None
    askers: Mapping[str, Press] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The company's tokens; those of askers by their names."""

    podium: str
    desk: str | None = None
    askers: Mapping[str, str] = field(default_factory=dict)


@contextlib.asynccontextmanager
async def company(url: str, tokens: Tokens) -> AsyncIterator[Company]:
    """All of them, connected to this hub."""
    async with contextlib.AsyncExitStack() as stack:

        async def come(token: str) -> Press:
            return await stack.enter_async_context(Press(url, token))

        yield Company(
            podium=await come(tokens.podium),
            desk=await come(tokens.desk) if tokens.desk else None,
            askers={name: await come(token) for name, token in tokens.askers.items()},
        )
