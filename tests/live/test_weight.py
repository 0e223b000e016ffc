"""What an event may weigh: the longest updates that may be published, in three languages."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from hub.domain.audience import Audience
from hub.domain.words import TEXT_LIMIT
from hub.live.frame import say
from hub.prose import markdown
from tests.centre import Centre, open_centre
from tests.test_convergence import Podium, stage
from tests.window import Window, windows

FRAGMENT = 16 * 1024
"""What an event of the hub's languages weighs at most."""

HARDEST = 32 * 1024
"""And whatever is typed."""


def _long(sentence: str) -> str:
    return (f"{sentence}\n\n" * 60)[: TEXT_LIMIT - 1].strip()


VI = _long('Các trường học "đóng cửa" từ 16:30; phụ huynh đón con & giữ điện thoại trong người.')
EN = _long('All schools "close" at 16:30; parents fetch their children & keep their phones on.')
FR = _long("Toutes les écoles « ferment » à 16 h 30 ; les parents & les élèves restent joignables.")
THREE = {"text": VI, "translations": {"en": EN, "fr": FR}}

HEAVY = {
    "letters that are five": "&" * TEXT_LIMIT,
    "signs of four bytes": "\N{VIDEO CAMERA}" * TEXT_LIMIT,
    "one address a thousand times": f"[a]: http://{'x' * 2_000}\n\n" + "[a] " * 740,
    "quotations of quotations": ">>>>>>>>>>>>>>>>>>>a\n\n" * 220,
    "a table of nothing": f"{'|' * 80}\n{'|-' * 80}|\n" + f"{'|' * 81}\n" * 55,
}


@pytest.fixture(scope="module")
async def centre(shared_url: str) -> AsyncIterator[Centre]:
    async with open_centre(shared_url) as centre:
        yield centre


async def _publish(podium: Podium) -> None:
    await podium.publish(**THREE, pinned=True)


async def _correct_a_word(podium: Podium) -> None:
    await podium.correct(
        VI.replace("16:30", "17:00", 3),
        translations={"en": EN.replace("16:30", "17:00", 3), "fr": FR.replace("16 h 30", "17 h")},
        note=_long("Nhầm giờ.")[:600],
    )


async def _write_anew(podium: Podium) -> None:
    await podium.correct(FR, translations={"en": VI, "fr": EN}, note="Bản mới.")


async def _retract(podium: Podium) -> None:
    await podium.retract()


ACTS = (_publish, _correct_a_word, _write_anew, _retract)


async def test_the_longest_update_in_three_languages_stays_below_the_bound(
    centre: Centre,
) -> None:
    weights = await _weights(centre, *ACTS)
    assert max(weights) < FRAGMENT
    # Each language alone is far from it, and all three would not be.
    assert len(VI.encode()) > FRAGMENT / 3


@pytest.mark.parametrize("name", HEAVY)
async def test_whatever_is_typed_an_event_has_a_bound(centre: Centre, name: str) -> None:
    text = HEAVY[name][:TEXT_LIMIT]
    weights = await _weights(
        centre,
        lambda podium: podium.publish(text=text, translations={"en": text, "fr": text}),
        lambda podium: podium.correct(f"x {text[2:]}", note=text[:600]),
        lambda podium: podium.retract(),
    )
    assert max(weights) < HARDEST


async def _weights(centre: Centre, *acts: Callable[[Podium], Awaitable[None]]) -> list[int]:
    """Of all events of these acts; and who watched sees what a fresh page shows."""
    podium = await stage(centre)
    watching = [
        Window(centre, audience, language, slug=podium.slug)
        for audience in (Audience.PUBLIC, Audience.ROOM, Audience.PODIUM)
        for language in ("vi", "en", "fr")
    ]
    weights = []
    async with windows(*watching):
        for act in acts:
            await act(podium)
            for window in watching:
                assert await window.differences() == []
        for window in watching:
            weights += [len(say(event).encode()) for event in window.events]
    return weights


async def test_what_the_feed_links_to_stands_whole_at_the_permalink(centre: Centre) -> None:
    podium = await stage(centre)
    await podium.publish(**THREE)
    (ref,) = podium.refs
    await _write_anew(podium)
    reader = await centre.client()
    address = f"/briefings/{podium.slug}/updates/{ref}"
    links = set(
        re.findall(rf'{address}#([\w-]+)"', (await reader.get(f"/briefings/{podium.slug}")).text)
    )
    page = (await reader.get(address)).text
    assert links == {f"u-{ref}-vi", f"u-{ref}-fr", f"c-{ref}-2"}
    assert [f'id="{link}"' in page for link in links] == [True, True, True]
    # The update as it is now, and what it was.
    for words in (markdown(VI), markdown(EN), markdown(FR)):
        assert words.strip() in page
    assert "<del>" in page


def test_markup_that_weighs_many_times_what_was_typed_is_shown_as_typed() -> None:
    text = HEAVY["one address a thousand times"]
    assert "<a " not in markdown(text)
    assert "[a] [a]" in markdown(text)
    assert "<a " in markdown("[a]: http://example.org\n\n[a] [a] [a]")
