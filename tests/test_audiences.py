"""Who sees what: every kind of event for every audience, exactly; and what nobody may see."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest
from websockets.exceptions import InvalidStatus

from hub.domain.audience import SEES, Audience, EventKind, Role, may_join
from hub.live.broadcasts import TABLE
from hub.store.agenda import NewBriefing, add_briefing
from hub.store.finding import briefing_at
from tests.cast import ADAM, ANA, MILAN, OANH, SECRET, SPEAKERS, VERA, Actor
from tests.centre import Centre, Follower, now, open_centre
from tests.window import SEATS

PUBLIC, ROOM, PODIUM = Audience
ALL = set(Audience)
LANGUAGES = ("vi", "en", "fr")
WITNESSES: tuple[Actor | None, ...] = (None, ANA, MILAN, ADAM)
"""Everybody who may not sit at the podium."""


@pytest.fixture
async def centre(database_url: str) -> AsyncIterator[Centre]:
    async with open_centre(database_url) as centre:
        yield centre


# --- The table ----------------------------------------------------------------------------------

SWAPS: dict[str, dict[Audience, dict[str, str] | None]] = {
    # What is done, and what is swapped where; None: no frame at all. REF is the update's.
    **{
        act: {
            PUBLIC: {"#updates": "afterbegin", "#state": "outerMorph"},
            ROOM: {"#updates": "afterbegin", "#state": "outerMorph"},
            PODIUM: {"#state": "outerMorph", "#controls": "outerMorph"},
        }
        for act in ("opened", "paused", "resumed", "closed")
    },
    "published": {
        PUBLIC: {"#updates": "afterbegin"},
        ROOM: {"#updates": "afterbegin"},
        PODIUM: {"#published": "afterbegin"},
    },
    "published pinned": {
        PUBLIC: {"#updates": "afterbegin", "#points": "outerMorph"},
        ROOM: {"#updates": "afterbegin", "#points": "outerMorph"},
        PODIUM: {"#published": "afterbegin"},
    },
    "corrected": {
        PUBLIC: {"#updates": "afterbegin", "#u-REF": "outerMorph"},
        ROOM: {"#updates": "afterbegin", "#u-REF": "outerMorph"},
        PODIUM: {"#p-REF": "outerMorph"},
    },
    "pinned": {
        PUBLIC: {"#points": "outerMorph"},
        ROOM: {"#points": "outerMorph"},
        PODIUM: {"#p-REF": "outerMorph"},
    },
    "corrected pinned": {
        PUBLIC: {"#updates": "afterbegin", "#u-REF": "outerMorph", "#points": "outerMorph"},
        ROOM: {"#updates": "afterbegin", "#u-REF": "outerMorph", "#points": "outerMorph"},
        PODIUM: {"#p-REF": "outerMorph"},
    },
    "unpinned": {
        PUBLIC: {"#points": "outerMorph"},
        ROOM: {"#points": "outerMorph"},
        PODIUM: {"#p-REF": "outerMorph"},
    },
    "speaker_added": {PUBLIC: None, ROOM: None, PODIUM: {"#speaker": "innerMorph"}},
    "retracted": {
        PUBLIC: {
            "#updates": "afterbegin",
            "#u-REF": "outerMorph",
            "#c-REF-2": "outerMorph",
            "#c-REF-3": "outerMorph",
            "#points": "outerMorph",
        },
        ROOM: {
            "#updates": "afterbegin",
            "#u-REF": "outerMorph",
            "#c-REF-2": "outerMorph",
            "#c-REF-3": "outerMorph",
            "#points": "outerMorph",
        },
        PODIUM: {"#p-REF": "outerMorph"},
    },
}


def test_the_table_renders_what_each_audience_sees_and_nothing_else() -> None:
    assert set(SEES) == set(EventKind)
    seen = {(kind, audience) for kind in EventKind for audience in SEES[kind]}
    assert set(TABLE) == seen
    assert all(TABLE[cell] for cell in seen)
    # A row of another audience's block would be a leak.
    for (_, audience), swaps in TABLE.items():
        assert {swap.block for swap in swaps} == {audience.value}


def test_who_sees_what_is_said_once_more() -> None:
    """The other side of the table, so that changing it takes two hands."""
    assert {kind: set(audiences) for kind, audiences in SEES.items()} == {
        EventKind.OPENED: ALL,
        EventKind.PAUSED: ALL,
        EventKind.RESUMED: ALL,
        EventKind.CLOSED: ALL,
        EventKind.PUBLISHED: ALL,
        EventKind.CORRECTED: ALL,
        EventKind.RETRACTED: ALL,
        EventKind.PINNED: ALL,
        EventKind.UNPINNED: ALL,
        EventKind.SPEAKER_ADDED: {PODIUM},
    }


async def test_every_event_swaps_exactly_these_places(centre: Centre) -> None:
    await _on_agenda(centre, "swaps")
    async with _followers(centre, "swaps") as followers:
        ref = ""
        for act in _acts_in_order():
            ref = await _done(centre, act, ref)
            for audience, expected in SWAPS[act].items():
                for follower in followers[audience]:
                    swapped = None if expected is None else _swapped(await _event(follower), ref)
                    assert swapped == expected, (act, audience)
        await _done(centre, "published", ref)
        for audience in Audience:
            for follower in followers[audience]:
                # Who had no frame has no gap either.
                await _event(follower)
                first = follower.numbers[0]
                assert follower.numbers == list(range(first, first + len(follower.numbers)))
    kinds = {act.split()[0] for act in SWAPS}
    assert kinds == {kind.value for kind in EventKind}


def _acts_in_order() -> list[str]:
    acts = ["opened", "paused", "resumed", "published", "pinned", "unpinned", "corrected"]
    acts += ["speaker_added", "pinned", "corrected pinned", "retracted", "published pinned"]
    assert set(acts) | {"closed"} == set(SWAPS)
    return acts


async def test_the_close_swaps_exactly_these_places(centre: Centre) -> None:
    await _on_agenda(centre, "swaps")
    await _done(centre, "opened", "")
    async with _followers(centre, "swaps") as followers:
        await _done(centre, "closed", "")
        for audience, expected in SWAPS["closed"].items():
            for follower in followers[audience]:
                assert _swapped(await _event(follower), "") == expected


async def _on_agenda(centre: Centre, slug: str, *, public: bool = True, **more: Any) -> None:
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


async def _done(centre: Centre, act: str, ref: str) -> str:
    """Does it; returns the update's reference."""
    podium = await _Podium.at(centre, "swaps")
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
class _Podium:
    """What is done in a briefing, through the API."""

    api: httpx2.AsyncClient
    slug: str

    @classmethod
    async def at(cls, centre: Centre, slug: str) -> "_Podium":
        return cls(await centre.api(VERA), slug)

    async def do(self, verb: str, **body: Any) -> str:
        """The reference of what was published, if anything was."""
        answer = await self.api.post(f"/api/briefings/{self.slug}/{verb}", json=body)
        assert answer.is_success, answer.text
        return str(answer.json()["ref"]) if answer.content else ""

    async def publish(self, text: str, **more: Any) -> str:
        return await self.do("updates", text=text, **more)


class _followers:  # noqa: N801 - reads as the function it is
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


async def _event(follower: Follower) -> str:
    """The html of the next event."""
    while "html" not in (message := await follower.next()):
        pass
    return str(message["html"])


_PARTIAL = re.compile(r'<hx-partial hx-target="([^"]+)" hx-swap="([^"]+)">(.*?)</hx-partial>', re.S)


def _swapped(html: str, ref: str) -> dict[str, str]:
    partials = _PARTIAL.findall(html)
    assert "".join(partial[2] for partial in partials).strip()
    assert all(inside.strip() for _, _, inside in partials)
    assert len(partials) == len({target for target, _, _ in partials}) == html.count("<hx-partial")
    return {target.replace(ref, "REF") if ref else target: style for target, style, _ in partials}


# --- The doors ----------------------------------------------------------------------------------

IN_THE_ROOM = {Role.JOURNALIST, Role.MODERATOR, Role.SPOKESPERSON, Role.OFFICER}
MAY_JOIN: dict[tuple[Audience, bool], set[Role | None]] = {
    (PUBLIC, True): {None, *Role},
    (PUBLIC, False): {*IN_THE_ROOM},
    (ROOM, True): {*IN_THE_ROOM},
    (ROOM, False): {*IN_THE_ROOM},
    (PODIUM, True): {Role.SPOKESPERSON, Role.OFFICER},
    (PODIUM, False): {Role.SPOKESPERSON, Role.OFFICER},
}
EVERYBODY: tuple[Actor | None, ...] = (None, ANA, MILAN, VERA, OANH, ADAM)


@pytest.mark.parametrize("public", [True, False])
@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("role", [None, *Role])
def test_who_may_join(role: Role | None, audience: Audience, public: bool) -> None:
    assert may_join(audience, role=role, public=public) == (role in MAY_JOIN[audience, public])


async def test_the_sockets_door_lets_in_exactly_those(centre: Centre) -> None:
    await _on_agenda(centre, "open", public=True)
    await _on_agenda(centre, "doors", public=False)
    assert {actor.role if actor else None for actor in EVERYBODY} == {None, *Role}
    for actor in EVERYBODY:
        role = actor.role if actor else None
        for slug, public in (("open", True), ("doors", False)):
            for audience in Audience:
                let_in = await _let_in(centre, audience, actor, slug)
                expected = 101 if role in MAY_JOIN[audience, public] else 404
                assert let_in == expected, (role, audience, public)
        # Being refused and not existing look the same.
        assert await _let_in(centre, PUBLIC, actor, "nowhere") == 404


async def _let_in(centre: Centre, audience: Audience, actor: Actor | None, slug: str) -> int:
    try:
        async with centre.follow(audience, actor, slug=slug) as follower:
            assert "hello" in await follower.next()
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code


# --- What must not leave ------------------------------------------------------------------------


async def test_a_background_speaker_is_known_at_the_podium_alone(centre: Centre) -> None:
    """The name on background and the list of speakers are in no byte that others are sent."""
    slug, late = "canary", "Latecomer Canary Name"
    await _on_agenda(centre, slug)
    async with _followers(centre, slug) as followers:
        podium = await _Podium.at(centre, slug)
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
    async with _followers(centre, slug, after=0) as again:
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
    await _on_agenda(centre, slug)
    podium = await _Podium.at(centre, slug)
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
    async with _followers(centre, slug, after=0) as followers:
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
        await _on_agenda(centre, slug.strip("-"))
        told[busy] = await _outside(centre, slug.strip("-"), busy)
        heads = await _heads(centre, slug.strip("-"))
        assert heads[PODIUM] == heads[PUBLIC] + len(SPEAKERS) + busy
        assert heads[PUBLIC] == heads[ROOM] == 7
    assert told[0] == told[30]
    assert len(told[0]) > 20


async def _outside(centre: Centre, slug: str, busy: int) -> list[str]:
    """All that public and room are sent, without what differs by nature."""
    podium = await _Podium.at(centre, slug)
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
    async with _followers(centre, slug, after=0) as followers:
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
    for at, ref in enumerate(refs):
        told = [text.replace(ref, f"ref-{at}") for text in told]
    told = [text.replace(slug, "slug") for text in told]
    return [_TIMES.sub("then", text) for text in told]


_TIMES = re.compile(
    r"\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)|\d\d:\d\d(:\d\d)?|nonce(=|-)['\"]?[\w-]+|'epoch': '\w+'"
)
