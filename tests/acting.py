"""Acting at the podium and reading along everywhere else, for the matrices of audiences."""

import re
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import httpx2

from hub.domain.audience import Audience
from hub.store.agenda import NewBriefing, add_briefing
from tests.cast import ADAM, ANA, MILAN, OANH, SPEAKERS, VERA, Actor
from tests.centre import Centre, Follower, now
from tests.window import SEATS

PUBLIC, ROOM, PODIUM, DESK = Audience
ALL = set(Audience)
READERS = ALL - {DESK}
LANGUAGES = ("vi", "en", "fr")
EVERYBODY: tuple[Actor | None, ...] = (None, ANA, MILAN, VERA, OANH, ADAM)
WITNESSES: tuple[Actor | None, ...] = (None, ANA, MILAN, ADAM)
"""Everybody who may not sit at the podium."""


async def on_agenda(centre: Centre, slug: str, *, public: bool = True, **more: Any) -> None:
    new = NewBriefing(
        slug=slug,
        title="Bão số 9",
        scheduled_at=now(),
        zone="Asia/Ho_Chi_Minh",
        language="vi",
        languages=["en", "fr"],
        speakers=SPEAKERS,
        public=public,
        **more,
    )
    await centre.do(lambda db: add_briefing(db, new, by=centre.people[VERA.name], now=now()), slug)


async def done(centre: Centre, act: str, ref: str) -> str:
    """Does it; returns the update's reference."""
    podium = await Podium.at(centre, "swaps")
    addresses: dict[str, tuple[str, dict[str, Any]]] = {
        "opened": ("opening", {}),
        "paused": ("pause", {}),
        "resumed": ("resumption", {}),
        "closed": ("closing", {}),
        "published": ("updates", {"text": "Một", "translations": {"en": "One"}}),
        "published pinned": ("updates", {"text": "Hai", "pinned": True}),
        "corrected": (f"updates/{ref}/correction", {"text": "Một rưỡi"}),
        "corrected pinned": (f"updates/{ref}/correction", {"text": "Một rưỡi nữa"}),
        "pinned": (f"updates/{ref}/pin", {}),
        "unpinned": (f"updates/{ref}/unpin", {}),
        "retracted": (f"updates/{ref}/retraction", {"notice": "Rút lại"}),
        "speaker_added": ("speakers", {"name": "Người mới"}),
    }
    address, body = addresses[act]
    return await podium.do(address, **body) or ref


@dataclass
class Podium:
    """What is done in a briefing, through the API."""

    api: httpx2.AsyncClient
    slug: str

    @classmethod
    async def at(cls, centre: Centre, slug: str) -> "Podium":
        return cls(await centre.api(VERA), slug)

    async def do(self, verb: str, **body: Any) -> str:
        """The reference of what was published, if anything was."""
        answer = await self.api.post(f"/api/briefings/{self.slug}/{verb}", json=body)
        assert answer.is_success, answer.text
        return str(answer.json()["ref"]) if answer.content else ""

    async def publish(self, text: str, **more: Any) -> str:
        return await self.do("updates", text=text, **more)


class followers_of:  # noqa: N801 - reads as the function it is
    """A follower of each audience in each language."""

    def __init__(self, centre: Centre, slug: str, **query: Any) -> None:
        self._centre, self._slug, self._query = centre, slug, query
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> dict[Audience, list[Follower]]:
        return {
            audience: [
                await self._stack.enter_async_context(
                    self._centre.follow(
                        audience,
                        SEATS[audience],
                        slug=self._slug,
                        language=language,
                        **self._query,
                    )
                )
                for language in LANGUAGES
            ]
            for audience in Audience
        }

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()


async def event_of(follower: Follower) -> str:
    """The html of the next event."""
    while "html" not in (message := await follower.next()):
        pass
    return str(message["html"])


_PARTIAL = re.compile(r'<hx-partial hx-target="([^"]+)" hx-swap="([^"]+)">(.*?)</hx-partial>', re.S)


def swapped(html: str, ref: str) -> dict[str, str]:
    partials = _PARTIAL.findall(html)
    assert "".join(partial[2] for partial in partials).strip()
    assert all(inside.strip() for _, _, inside in partials)
    assert len(partials) == len({target for target, _, _ in partials}) == html.count("<hx-partial")
    return {target.replace(ref, "REF") if ref else target: style for target, style, _ in partials}
