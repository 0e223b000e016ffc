"""A small memory: the things used most recently."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """So many things by key. Whoever takes one out knows whether it is still good."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._things: OrderedDict[Hashable, T] = OrderedDict()

    def get(self, key: Hashable) -> T | None:
        """What is kept under this key."""
        found = self._things.get(key)
        if found is not None:
            self._things.move_to_end(key)
        return found

    def put(self, key: Hashable, thing: T) -> None:
        """Keeps it in place of the one that was used least recently."""
        self._things[key] = thing
        self._things.move_to_end(key)
        if len(self._things) > self._limit:
            self._things.popitem(last=False)
