"""What else is on the demonstration's agenda: briefings that are only announced."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hub.demo.cast import HANG, KHANH, Speaker


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """A briefing to come, `ahead` of the demonstration's start."""

    slug: str
    titles: dict[str, str]
    place: str
    ahead: timedelta
    speaker: Speaker

    def announcement(self, now: datetime) -> dict[str, Any]:
        """What the API is told of it."""
        (language, title), *others = self.titles.items()
        return {
            "slug": self.slug,
            "title": title,
            "titles": dict(others),
            "place": self.place,
            "zone": "Asia/Ho_Chi_Minh",
            "language": language,
            "languages": [code for code, _ in others],
            "speakers": [
                {
                    "name": self.speaker.name,
                    "function": self.speaker.function,
                    "department": self.speaker.department,
                }
            ],
            "scheduled_at": (now + self.ahead).isoformat(),
        }


TO_COME = (
    Announced(
        slug="bao-so-11-buoi-toi",
        titles={
            "vi": "Bão số 11: tình hình buổi tối",
            "en": "Storm No. 11: the situation this evening",
            "fr": "Tempête n°\u00a011\u00a0: la situation ce soir",
        },
        place="Hội trường Phòng, chống lụt bão, thành phố Hải Lam",
        ahead=timedelta(hours=4),
        speaker=KHANH,
    ),
    Announced(
        slug="truong-hoc-sau-bao",
        titles={
            "vi": "Trường học mở cửa lại sau bão",
            "en": "Schools open again after the storm",
            "fr": "Réouverture des écoles après la tempête",
        },
        place="Sở Giáo dục và Đào tạo, thành phố Hải Lam",
        ahead=timedelta(days=3),
        speaker=HANG,
    ),
)
