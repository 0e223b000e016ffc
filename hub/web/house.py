"""What every handler works with, put together once by hub.app."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.requests import HTTPConnection

from hub.live.fanout import Fanout
from hub.render import Renderer
from hub.store.arrivals import Arrivals
from hub.store.database import Database
from hub.store.keys import Keyring
from hub.store.shelf import Shelf
from hub.web.giving import Handout
from hub.web.known import Known
from hub.web.limits import Limits
from hub.web.record import Record
from hub.web.stretches import Stretches


def now() -> datetime:
    """The clock of the press centre: UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class House:
    """The running hub. `centre` is its name, `api_rate` requests a second and token; `handed_in`
    tells that a file waits for its check."""

    database: Database
    renderer: Renderer
    keyring: Keyring
    known: Known
    fanout: Fanout
    limits: Limits
    record: Record
    stretches: Stretches
    shelf: Shelf
    arrivals: Arrivals
    handed_in: Callable[[], None]
    handout: Handout
    centre: str
    language: str
    public_url: str
    secure: bool
    api_rate: int


def house(request: HTTPConnection) -> House:
    """The house this request came to."""
    found: House = request.app.state.house
    return found
