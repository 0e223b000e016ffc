"""The demo's storyline, as data: a storm, the schools, the river, three departments and the city.

Six minutes at speed 1, in Vietnamese, English and French. Every name and figure is invented, and
the figures agree with each other from the first act to the last.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from hub.demo.cast import HANG, HUNG, KHANH, LOC, Speaker
from hub.demo.scenes import evacuation, schools, transport, warning
from hub.replay.acts import Act


@dataclass(frozen=True, slots=True, kw_only=True)
class Storyline:
    """A briefing that plays itself. `titles` by language, the first one the briefing's own.

    `duration_seconds` at speed 1, from the start to the close.
    """

    slug: str
    titles: Mapping[str, str]
    place: str
    zone: str
    speakers: tuple[Speaker, ...]
    acts: tuple[Act, ...]
    duration_seconds: float


STORM = Storyline(
    slug="bao-so-11",
    titles={
        "vi": "Bão số 11: trường học, giao thông và sơ tán",
        "en": "Storm No. 11: schools, transport and evacuation",
        "fr": "Tempête n°\u00a011\u00a0: écoles, transports et évacuation",
    },
    place="Hội trường Phòng, chống lụt bão, thành phố Hải Lam",
    zone="Asia/Ho_Chi_Minh",
    speakers=(KHANH, LOC, HANG, HUNG),
    acts=(*warning.ACTS, *schools.ACTS, *transport.ACTS, *evacuation.ACTS),
    duration_seconds=360,
)
