"""When something happened, as an audience counts it."""

from dataclasses import dataclass
from datetime import datetime

from hub.domain.audience import Audience


@dataclass(frozen=True, slots=True)
class SeenChange:
    """When and under which number something happened to an update, a question or a document."""

    n: int
    at: datetime


def number_for(numbers: dict[str, int], audience: Audience) -> int:
    """The number people call it by: the podium speaks of the room's."""
    return numbers.get(Audience.ROOM if audience == Audience.PODIUM else audience, 0)
