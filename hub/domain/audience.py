"""Who is in front of a window, and which events reach them.

SEES is the one place that decides whether an audience has an event at all, and so whether the
event takes a number there. What it looks like is decided in hub.live.broadcasts.
"""

from enum import StrEnum
from typing import Self


class Role(StrEnum):
    """What a person is in the press centre."""

    JOURNALIST = "journalist"
    MODERATOR = "moderator"
    SPOKESPERSON = "spokesperson"
    OFFICER = "officer"
    ADMINISTRATOR = "administrator"


# Those who run the press centre: they are told what is wrong with the hub itself.
STAFF = frozenset({Role.MODERATOR, Role.SPOKESPERSON, Role.OFFICER, Role.ADMINISTRATOR})


class Audience(StrEnum):
    """Whom a frame is for. Each has its own gapless numbering in each briefing."""

    PUBLIC = "public"
    ROOM = "room"
    PODIUM = "podium"


class EventKind(StrEnum):
    """What happened to a briefing.

    A later version of the hub, which may run beside this one while it is put in place, knows more
    words: such a one is an EventKind, and none of these.
    """

    OPENED = "opened"
    PAUSED = "paused"
    RESUMED = "resumed"
    CLOSED = "closed"
    PUBLISHED = "published"
    CORRECTED = "corrected"
    RETRACTED = "retracted"
    PINNED = "pinned"
    UNPINNED = "unpinned"
    SPEAKER_ADDED = "speaker_added"

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        later = str.__new__(cls, value)
        later._name_, later._value_ = "LATER", value
        return later


_EVERYBODY = frozenset(Audience)

SEES: dict[EventKind, frozenset[Audience]] = {
    EventKind.OPENED: _EVERYBODY,
    EventKind.PAUSED: _EVERYBODY,
    EventKind.RESUMED: _EVERYBODY,
    EventKind.CLOSED: _EVERYBODY,
    EventKind.PUBLISHED: _EVERYBODY,
    EventKind.CORRECTED: _EVERYBODY,
    EventKind.RETRACTED: _EVERYBODY,
    EventKind.PINNED: _EVERYBODY,
    EventKind.UNPINNED: _EVERYBODY,
    # A speaker may be there to speak on background: outside the podium nobody knows the list.
    EventKind.SPEAKER_ADDED: frozenset({Audience.PODIUM}),
}

# The feed shows these; the others change a part of the page beside it.
IN_THE_FEED = frozenset(EventKind) - {
    EventKind.PINNED,
    EventKind.UNPINNED,
    EventKind.SPEAKER_ADDED,
}

_ROOM = frozenset({Role.JOURNALIST, Role.MODERATOR, Role.SPOKESPERSON, Role.OFFICER})
_PODIUM = frozenset({Role.SPOKESPERSON, Role.OFFICER})


def may_join(audience: Audience, *, role: Role | None, public: bool) -> bool:
    """Whether someone of this role (None: not signed in) may sit there; `public`: an open one."""
    match audience:
        case Audience.PUBLIC:
            return public or role in _ROOM
        case Audience.ROOM:
            return role in _ROOM
        case Audience.PODIUM:
            return role in _PODIUM
