"""Whom a key belongs to, remembered for a moment.

A publisher's or a reader's every request would ask the database the same again. The word that
some key has ended empties the memory on every worker; where the word cannot be heard, it is
SECONDS old at most.
"""

import time
from collections.abc import Awaitable, Callable

from hub.domain.person import Person

SECONDS = 2.0
_MOST = 10_000


class Known:
    """`ended` counts the words that some key has ended."""

    def __init__(self, ended: Callable[[], int]) -> None:
        self._ended = ended
        self._count = 0
        self._people: dict[str, tuple[float, Person]] = {}

    async def person(
        self, digest: str, look: Callable[[], Awaitable[Person | None]]
    ) -> Person | None:
        """The person of this key, found by `look` if nobody asked lately. Raises what it raises."""
        count, now = self._ended(), time.monotonic()
        if count != self._count or len(self._people) > _MOST:
            self._count = count
            self._people.clear()
        until, person = self._people.get(digest, (0.0, None))
        if person is not None and now < until:
            return person
        found = await look()
        # What was found before a key ended may be what has ended.
        if found is not None and count == self._ended():
            self._people[digest] = (now + SECONDS, found)
        return found
