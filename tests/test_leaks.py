"""What must not leave: a background name, retracted words, how busy the podium is."""

import re
from collections.abc import AsyncIterator

import pytest

from hub.domain.audience import Audience
from hub.store.finding import briefing_at
from tests.acting import (
    EVERYBODY,
    LANGUAGES,
    PODIUM,
    PUBLIC,
    ROOM,
    WITNESSES,
    Podium,
    followers_of,
    on_agenda,
)
from tests.cast import ANA, OANH, SECRET, SPEAKERS, VERA, Actor
from tests.centre import Centre, open_centre


@pytest.fixture
async def centre(database_url: str) -> AsyncIterator[Centre]:
    async with open_centre(database_url) as centre:
        yield centre


# --- What must not leave ------------------------------------------------------------------------


async def test_a_background_speaker_is_known_at_the_podium_alone(centre: Centre) -> None:
    """The name on background and the list of speakers are in no byte that others are sent."""
    slug, late = "canary", "Latecomer Canary Name"
    await on_agenda(centre, slug)
    async with followers_of(centre, slug) as followers:
        podium = await Podium.at(centre, slug)
        await podium.do("opening")
        await podium.do("speakers", name=late, function="hydrologist")
        await podium.publish("Mở đầu.")
        on_background = {"terms": "background", "attribution": "một kỹ sư", "pinned": True}
        ref, second = [
            await podium.publish(
                "Ngập nặng.", translations={"en": "Heavy flooding."}, speaker=name, **on_background
            )
            for name in (SECRET, late)
        ]
        await podium.do(f"updates/{ref}/correction", text="Ngập rất nặng.", note="Nhầm.")
        await podium.do(f"updates/{second}/correction", text="Ngập.")
        await podium.do(f"updates/{second}/retraction", notice="Rút lại.")
        frames = dict.fromkeys(Audience, "")
        for audience, readers in followers.items():
            head = (await _heads(centre, slug))[audience]
            for follower in readers:
                frames[audience] += str(await follower.upto(head))
    async with followers_of(centre, slug, after=0) as again:
        for audience, readers in again.items():
            head = (await _heads(centre, slug))[audience]
            for follower in readers:
                frames[audience] += str(await follower.upto(head))

    outside = frames[PUBLIC] + frames[ROOM] + await _all_answers(centre, slug, [ref], WITNESSES)
    # The API shows the public's view whoever asks.
    outside += await _all_api_answers(centre, slug, [ref], (VERA,))
    assert "một kỹ sư" in outside
    for words in ("Canary", "canary secret", "Drainage Company", "Latecomer", "hydrologist"):
        assert words not in outside.replace(f"/briefings/{slug}", ""), words
    inside = frames[PODIUM] + await _page(centre, f"/briefings/{slug}/podium", VERA)
    assert inside.count(SECRET) > 3
    assert inside.count(late) > 3


async def _heads(centre: Centre, slug: str) -> dict[str, int]:
    briefing = await centre.database.read(lambda db: briefing_at(db, slug))
    return dict(briefing.heads)


async def test_retracted_words_are_nowhere(centre: Centre) -> None:
    """Not in a page, a permalink, a replayed frame, an answer of the API, for any audience."""
    slug = "rescinded"
    canaries = [f"canary{word}" for word in ("vi", "en", "fr", "fix", "again", "note", "soon")]
    await on_agenda(centre, slug)
    podium = await Podium.at(centre, slug)
    await podium.do("opening")
    ref = await podium.publish(
        "canaryvi đóng cửa",
        translations={"en": "canaryen closed", "fr": "canaryfr fermé"},
        pinned=True,
    )
    correction = f"updates/{ref}/correction"
    await podium.do(correction, text="canaryfix", note="canarynote")
    await podium.do(correction, text="canaryagain", translations={"en": "canarysoon"})
    # A ring that holds the words, for each audience and language.
    before = await _replayed(centre, slug)
    pages = await _all_answers(centre, slug, [ref], (None, ANA, VERA))
    for canary in canaries:
        assert canary in before + pages, f"{canary}: there is nothing to retract"

    await podium.do(f"updates/{ref}/retraction", notice="Nhầm hết.")
    told = await _replayed(centre, slug)
    told = await _replayed(centre, slug)
    told += await _all_answers(centre, slug, [ref], EVERYBODY)
    told += await _all_api_answers(centre, slug, [ref], EVERYBODY)
    for form in ("correction", "retraction"):
        address = f"/briefings/{slug}/updates/{ref}/{form}"
        client = await centre.client(VERA)
        told += (await client.get(address)).text
        sent = {"text": "another", "edition": "3", "key": "k", "notice": "other"}
        fields = ("text", "edition", "key") if form == "correction" else ("notice", "key")
        answer = await client.post(address, data={name: sent[name] for name in fields})
        assert answer.status_code == 409
        told += answer.text
    assert told.count("Nhầm hết.") > 20
    assert [canary for canary in canaries if canary in told] == []


async def _replayed(centre: Centre, slug: str) -> str:
    """All that is sent to those who come with an empty page."""
    heads = await _heads(centre, slug)
    told = ""
    async with followers_of(centre, slug, after=0) as followers:
        for audience, readers in followers.items():
            for follower in readers:
                told += str(await follower.upto(heads[audience]))
    return told


async def _all_answers(
    centre: Centre, slug: str, refs: list[str], actors: tuple[Actor | None, ...]
) -> str:
    """Every page and answer about a briefing that these may read, headers included."""
    addresses = ["/", "/agenda.ics", f"/briefings/{slug}", f"/briefings/{slug}?before=4"]
    addresses += [f"/briefings/{slug}/updates/{ref}" for ref in refs]
    addresses += [f"/briefings/{slug}/events/1-?language={language}" for language in LANGUAGES]
    podium = f"/briefings/{slug}/podium"
    told = await _all_api_answers(centre, slug, refs, actors)
    for actor in actors:
        for language in LANGUAGES:
            client = await centre.client(actor, **{"Accept-Language": language})
            mine = [*addresses, podium] if actor in (VERA, OANH) else addresses
            for address in mine:
                answer = await client.get(address)
                assert answer.status_code == 200, (address, actor)
                told += answer.text + str(answer.headers)
    return told


async def _all_api_answers(
    centre: Centre, slug: str, refs: list[str], actors: tuple[Actor | None, ...]
) -> str:
    told = ""
    for actor in actors:
        api = await centre.api(actor)
        for address in ("", f"/{slug}", f"/{slug}/events", *(f"/{slug}/updates/{r}" for r in refs)):
            answer = await api.get(f"/api/briefings{address}")
            assert answer.status_code in (200, 410), answer.text
            told += answer.text + str(answer.headers)
    return told


async def _page(centre: Centre, address: str, actor: Actor | None) -> str:
    return (await (await centre.client(actor)).get(address)).text


# --- Numbers ------------------------------------------------------------------------------------


async def test_nothing_outside_tells_how_busy_the_podium_is(centre: Centre) -> None:
    """Two briefings, alike but for thirty events of the podium: outside they read the same."""
    told = {}
    for slug, busy in (("calm-", 0), ("busy-", 30)):
        await on_agenda(centre, slug.strip("-"))
        told[busy] = await _outside(centre, slug.strip("-"), busy)
        heads = await _heads(centre, slug.strip("-"))
        assert heads[PODIUM] == heads[PUBLIC] + len(SPEAKERS) + busy
        assert heads[PUBLIC] == heads[ROOM] == 7
    assert told[0] == told[30]
    assert len(told[0]) > 20


async def _outside(centre: Centre, slug: str, busy: int) -> list[str]:
    """All that public and room are sent, without what differs by nature."""
    podium = await Podium.at(centre, slug)
    await podium.do("opening")
    refs = []
    for number in range(3):
        for at in range(busy // 3):
            await podium.do("speakers", name=f"Người {number}-{at}")
        refs.append(await podium.publish(f"Số {number}", pinned=number == 1))
    await podium.do(f"updates/{refs[0]}/correction", text="Sửa")
    await podium.do(f"updates/{refs[1]}/retraction", notice="Rút")
    await podium.do(f"updates/{refs[2]}/pin")
    told: list[str] = []
    async with followers_of(centre, slug, after=0) as followers:
        for audience in (PUBLIC, ROOM):
            for follower in followers[audience]:
                await follower.upto(7)
                assert follower.numbers == [1, 2, 3, 4, 5, 6, 7]
                told += [str(message) for message in follower.messages if "beat" not in message]
        # The podium counts for itself, from 1 and without a gap.
        head = (await _heads(centre, slug))[PODIUM]
        for follower in followers[PODIUM]:
            await follower.upto(head)
            assert follower.numbers == list(range(1, head + 1))
    for actor in (None, ANA):
        told.append(await _page(centre, f"/briefings/{slug}", actor))
        told += [await _page(centre, f"/briefings/{slug}/updates/{ref}", actor) for ref in refs]
    api = await centre.api()
    told.append((await api.get(f"/api/briefings/{slug}")).text)
    told.append((await api.get(f"/api/briefings/{slug}/events")).text)
    told.append((await api.get(f"/briefings/{slug}/events/1-")).text)
    for at, ref in enumerate(refs):
        told = [text.replace(ref, f"ref-{at}") for text in told]
    told = [text.replace(slug, "slug") for text in told]
    return [_TIMES.sub("then", text) for text in told]


_TIMES = re.compile(
    r"\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)|\d\d:\d\d(:\d\d)?|nonce(=|-)['\"]?[\w-]+|'epoch': '\w+'"
    r'|name="key" value="[\w-]+"'
)
