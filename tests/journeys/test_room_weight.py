"""What the room and the public page weigh: little, from nowhere else, and nothing of it twice."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page

from hub.demo.storm import STORM
from hub.replay.acts import Publish
from tests.browser import Visit
from tests.cast import ANA
from tests.centre import Centre
from tests.journeys.conftest import Seat
from tests.journeys.windows import AT, complete_to

LIMIT = 120_000
"""Bytes over the wire, headers included, without the fonts."""

SPOKEN = [act for act in STORM.acts if isinstance(act, Publish) and len(act.translations) == 2]


@dataclass
class Loaded:
    """One answer. `sent` is what came over the wire for it, 0 from the browser's own cache."""

    url: str
    kind: str
    sent: int = 0
    cached: bool = False


class Scale:
    """Weighs what a page loads, by what the browser itself counts."""

    def __init__(self) -> None:
        self.loaded: dict[str, Loaded] = {}

    async def under(self, visit: Visit) -> "Scale":
        session = await visit.context.new_cdp_session(visit.page)
        session.on("Network.responseReceived", self._received)
        session.on("Network.requestServedFromCache", self._cached)
        session.on("Network.loadingFinished", self._finished)
        await session.send("Network.enable")
        return self

    @property
    def fetched(self) -> list[Loaded]:
        return [one for one in self.loaded.values() if not one.cached]

    def _received(self, event: dict[str, Any]) -> None:
        answer = event["response"]
        one = self.loaded.setdefault(event["requestId"], Loaded("", ""))
        one.url, one.kind = answer["url"], event["type"]
        one.cached |= answer.get("fromDiskCache", False)

    def _cached(self, event: dict[str, Any]) -> None:
        self.loaded.setdefault(event["requestId"], Loaded("", "")).cached = True

    def _finished(self, event: dict[str, Any]) -> None:
        if one := self.loaded.get(event["requestId"]):
            one.sent = int(event["encodedDataLength"])


async def test_a_full_page_is_light_and_comes_only_once(centre: Centre, seat: Seat) -> None:
    """The public's and the room's, with fifty updates in three languages. That nothing comes from
    another host is checked of every visit in these tests."""
    for begun in range(0, 60, 20):
        await asyncio.gather(*(_said(centre, begun + at) for at in range(20)))
    for actor in (None, ANA):
        visit = await seat(actor, path="about:blank")
        scale = await Scale().under(visit)
        await visit.page.goto(AT, wait_until="networkidle")
        await complete_to(visit.page, 61)
        assert await visit.page.locator("#updates > article").count() == 50
        sent = Counter(one.url for one in scale.fetched)
        assert [url for url, times in sent.items() if times > 1] == []
        weight = sum(one.sent for one in scale.fetched if one.kind != "Font")
        assert len(sent) > 15
        assert 20_000 < weight < LIMIT
        # Everything that the page preloads it uses, at the address where it uses it.
        assert await _preloaded(visit.page) <= set(sent)

        again = await Scale().under(visit)
        await visit.page.goto("about:blank")
        await visit.page.goto(AT, wait_until="networkidle")
        await complete_to(visit.page, 61)
        # Who asks looks what has become of their own since the page was made.
        mine = [f"{centre.url}{AT}/questions/mine"] if actor else []
        assert [one.url for one in again.fetched] == [centre.url + AT, *mine]


async def _said(centre: Centre, at: int) -> None:
    """What is said in the demonstration, no two pieces together twice."""
    one, other = (SPOKEN[n % len(SPOKEN)] for n in (at, at * 7 + at // len(SPOKEN)))
    both = {
        code: f"{text}\n\n{other.translations[code]}" for code, text in one.translations.items()
    }
    await centre.publish(f"{one.text}\n\n{other.text}", language="vi", translations=both)


async def _preloaded(page: Page) -> set[str]:
    found: list[str] = await page.evaluate(
        "[...document.querySelectorAll('link[rel$=preload]')].map((link) => link.href)"
    )
    assert len(found) > 10
    return set(found)
