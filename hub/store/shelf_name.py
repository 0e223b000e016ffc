"""The names of what is kept on a shelf: a checksum, and which form of that file it is."""

import re

from hub.domain.errors import NotFound

CHUNK = 256 * 1024
"""Bytes that are read at once."""

_NAME = re.compile(r"[0-9a-f]{64}(-[0-9a-z]{1,16})?(\.[0-9a-z]{1,8})?", re.ASCII)


class NotKept(NotFound):
    """The shelf has nothing of this name."""


def checked(name: str) -> str:
    """The name. ValueError if it is none: no path can be made of those that are."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"not a name of the shelf: {name!r}")
    return name
