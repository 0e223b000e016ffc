"""Who is in front of a window, and which events reach them.

SEES is the one place that decides whether an audience has an event at all, and so whether the
event takes a number there. What it looks like is decided in hub.live.broadcasts.
"""

from collections.abc import Iterable
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
    DESK = "desk"


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
    # Of questions. Whether the room and the public see one is the question's to say.
    ASKED = "asked"
    EDITED = "edited"
    WITHDRAWN = "withdrawn"
    APPROVED = "approved"
    DECLINED = "declined"
    MERGED = "merged"
    CALLED = "called"
    ANSWERED = "answered"
    TAKEN = "taken"
    REFERRED = "referred"
    MOVED = "moved"
    RETURNED = "returned"
    JOINED = "joined"
    HELD = "held"
    APPEALED = "appealed"
    UPHELD = "upheld"
    # Of the desk itself.
    SETTINGS = "settings"
    MESSAGED = "messaged"
    ACKNOWLEDGED = "acknowledged"
    # Of documents. Whether the public has one is the document's to say.
    STAGED = "staged"
    DROPPED = "dropped"
    NEW_VERSION = "new_version"
    DOCUMENT_WITHDRAWN = "document_withdrawn"
    ARRANGED = "arranged"

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        later = str.__new__(cls, value)
        later._name_, later._value_ = "LATER", value
        return later


_EVERYBODY = frozenset(Audience)
# What is published is no news to the desk, which has the room's window beside it.
_READERS = _EVERYBODY - {Audience.DESK}
_DESK = frozenset({Audience.DESK})
_STAGE = frozenset({Audience.DESK, Audience.PODIUM})

SEES: dict[EventKind, frozenset[Audience]] = {
    EventKind.OPENED: _EVERYBODY,
    EventKind.PAUSED: _EVERYBODY,
    EventKind.RESUMED: _EVERYBODY,
    EventKind.CLOSED: _EVERYBODY,
    EventKind.PUBLISHED: _READERS,
    EventKind.CORRECTED: _READERS,
    EventKind.RETRACTED: _READERS,
    EventKind.PINNED: _READERS,
    EventKind.UNPINNED: _READERS,
    # A speaker may be there to speak on background: outside the podium nobody knows the list.
    EventKind.SPEAKER_ADDED: frozenset({Audience.PODIUM}),
    # At most these: of each event only those to whom the question is open, before it or after.
    EventKind.ASKED: _DESK,
    EventKind.EDITED: _EVERYBODY,
    EventKind.WITHDRAWN: _EVERYBODY,
    EventKind.APPROVED: _EVERYBODY,
    EventKind.DECLINED: _EVERYBODY,
    EventKind.MERGED: _EVERYBODY,
    EventKind.CALLED: _EVERYBODY,
    EventKind.ANSWERED: _EVERYBODY,
    EventKind.TAKEN: _EVERYBODY,
    EventKind.REFERRED: _EVERYBODY,
    EventKind.MOVED: _EVERYBODY,
    EventKind.RETURNED: _EVERYBODY,
    EventKind.JOINED: _DESK,
    EventKind.HELD: _DESK,
    EventKind.APPEALED: _DESK,
    EventKind.UPHELD: _DESK,
    EventKind.SETTINGS: _EVERYBODY,
    EventKind.MESSAGED: _STAGE,
    EventKind.ACKNOWLEDGED: _STAGE,
    # What is not dropped yet nobody else knows of.
    EventKind.STAGED: frozenset({Audience.PODIUM}),
    # At most these: the public where the document is for everybody.
    EventKind.DROPPED: _READERS,
    EventKind.NEW_VERSION: _READERS,
    EventKind.DOCUMENT_WITHDRAWN: _READERS,
    EventKind.ARRANGED: _READERS,
}

# The feed shows these; the others change a part of the page beside it.
IN_THE_FEED = frozenset(
    {
        EventKind.OPENED,
        EventKind.PAUSED,
        EventKind.RESUMED,
        EventKind.CLOSED,
        EventKind.PUBLISHED,
        EventKind.CORRECTED,
        EventKind.RETRACTED,
        EventKind.TAKEN,
        EventKind.REFERRED,
        EventKind.DROPPED,
        EventKind.NEW_VERSION,
        EventKind.DOCUMENT_WITHDRAWN,
    }
)

OF_DOCUMENTS = frozenset(
    {
        EventKind.STAGED,
        EventKind.DROPPED,
        EventKind.NEW_VERSION,
        EventKind.DOCUMENT_WITHDRAWN,
        EventKind.ARRANGED,
    }
)
"""These change the lists of documents."""

OF_QUESTIONS = frozenset(EventKind) - frozenset(
    {
        EventKind.OPENED,
        EventKind.PAUSED,
        EventKind.RESUMED,
        EventKind.CLOSED,
        EventKind.PUBLISHED,
        EventKind.CORRECTED,
        EventKind.RETRACTED,
        EventKind.PINNED,
        EventKind.UNPINNED,
        EventKind.SPEAKER_ADDED,
        EventKind.MESSAGED,
        EventKind.ACKNOWLEDGED,
        *OF_DOCUMENTS,
    }
)
"""These change what the desk's lists, the podium's floor or the queue show."""

RUN_IT = (Audience.PODIUM, Audience.DESK)
"""They open, pause, resume and close a briefing, and say what becomes of a called question."""

_ROOM = frozenset({Role.JOURNALIST, Role.MODERATOR, Role.SPOKESPERSON, Role.OFFICER})
_PODIUM = frozenset({Role.SPOKESPERSON, Role.OFFICER})
_AT_THE_DESK = frozenset({Role.MODERATOR})
_ASKERS = frozenset({Role.JOURNALIST})


def may_ask(role: Role | None) -> bool:
    """Whether someone of this role (None: not signed in) may ask a question."""
    return role in _ASKERS


def may_join(audience: Audience, *, role: Role | None, public: bool) -> bool:
    """Whether someone of this role (None: not signed in) may sit there; `public`: an open one."""
    match audience:
        case Audience.PUBLIC:
            return public or role in _ROOM
        case Audience.ROOM:
            return role in _ROOM
        case Audience.PODIUM:
            return role in _PODIUM
        case Audience.DESK:
            return role in _AT_THE_DESK


def first_seat(audiences: Iterable[Audience], *, role: Role | None) -> Audience | None:
    """The first of these windows at which this role may sit."""
    return next((one for one in audiences if may_join(one, role=role, public=False)), None)
