"""The demo's storyline, as data: a storm, the schools, the river, three departments, the city, and
what seven journalists ask of them.

Six minutes at speed 1, in Vietnamese, English and French. Every name and figure is invented, and
the figures agree with each other from the first act to the last.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from hub.demo.cast import HANG, HUNG, KHANH, LOC, ROOM, Speaker
from hub.demo.scenes import documents, evacuation, questions, schools, transport, warning
from hub.replay.acts import Act
from hub.replay.room import Journalist


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
    room: tuple[Journalist, ...]
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
    room=ROOM,
    acts=tuple(
        sorted(
            (
                *warning.ACTS,
                *schools.ACTS,
                *transport.ACTS,
                *evacuation.ACTS,
                *questions.ACTS,
                *documents.ACTS,
            ),
            key=lambda act: act.at,
        )
    ),
    duration_seconds=360,
)
