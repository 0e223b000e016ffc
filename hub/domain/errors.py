"""What can be refused, and the words it is refused with.

    Refusal
    ├── NotFound          does not exist, or must not be known to exist     404
    ├── Gone              was open, and was withdrawn with a reason           410
    ├── NotAllowed        the person may not do this here                   403
    ├── WrongState        not now: the briefing or the update says why      409
    │   ├── BriefingNotOpen  BriefingClosed  AlreadyOpen  NotPaused  AlreadyPaused
    │   └── AlreadyRetracted  NothingChanged  StaleEdition
    ├── Invalid           a field and its remedy                            422
    │   └── KeyReused     an idempotency key with another body
    ├── TooLarge          a file beyond the limit                           413
    └── Unavailable       the database does not answer: try again           503
        └── NoRoom        the disk or the storage is full                   507

`says` is an English msgid with %(name)s places; whoever shows it translates it first.
"""


def N_(message: str) -> str:
    """Marks a message for the translators and changes nothing."""
    return message


class Term(str):
    """A word among the values of a refusal that is a msgid itself."""

    __slots__ = ()


class Refusal(Exception):
    """A rule says no. `says` is the msgid, `values` fill its places."""

    says = N_("This cannot be done.")

    def __init__(self, **values: object) -> None:
        super().__init__(self.says % values)
        self.values = values


class NotFound(Refusal):
    """There is nothing here, or nothing that this reader may know of."""

    says = N_("There is nothing at this address.")


class Gone(Refusal):
    """It was open to this reader and has been withdrawn; `reason` in the words of the podium."""

    says = N_("This was withdrawn. The reason: %(reason)s")


class NotAllowed(Refusal):
    """The person is known and may not do this."""

    says = N_("You may not do this here.")


class WrongState(Refusal):
    """The act does not fit what is."""


class BriefingNotOpen(WrongState):
    says = N_("The briefing has not been started. Start it, then publish.")


class BriefingPaused(WrongState):
    says = N_("The briefing is paused. Resume it, then publish.")


class BriefingClosed(WrongState):
    says = N_("The briefing is closed. Only corrections and retractions can be added to it.")


class AlreadyOpen(WrongState):
    says = N_("The briefing is live already.")


class NotLive(WrongState):
    says = N_("The briefing is not live.")


class NotPaused(WrongState):
    says = N_("The briefing is not paused.")


class AlreadyRetracted(WrongState):
    says = N_("This update has been retracted.")


class NothingChanged(WrongState):
    says = N_("The corrected words are the same as the words before.")


class StaleEdition(WrongState):
    says = N_("A colleague has corrected this update meanwhile. Read the words as they stand now.")


class Invalid(Refusal):
    """A field that cannot be taken, and what to do about it. `says` is the remedy alone."""

    def __init__(self, field: str, remedy: str, **values: object) -> None:
        self.field = field
        self.says = remedy
        super().__init__(**values)

    def __str__(self) -> str:
        return f"{self.field}: {super().__str__()}"


class KeyReused(Invalid):
    def __init__(self) -> None:
        super().__init__(
            "Idempotency-Key",
            N_("This key was used for another request. Use a new key for a new request."),
        )


class Unavailable(Refusal):
    """The truth cannot be reached just now; nothing was changed, or the key will tell."""

    says = N_("The press centre cannot write just now. Nothing is lost: try again in a moment.")


class NoRoom(Unavailable):
    """The disk or the storage is full; what is there already can be read and goes on."""

    says = N_(
        "There is no room for this file just now. Nothing of what you typed is lost: "
        "try again when room has been made."
    )


class TooLarge(Refusal):
    """A file beyond what is taken. `limit`: in MB."""

    says = N_("The file is too large: the limit is %(limit)s MB.")
