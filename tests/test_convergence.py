"""Watching equals reloading: for every act, every audience and several languages."""

import contextlib
import itertools
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest

from hub.domain.audience import OF_DOCUMENTS, OF_QUESTIONS, SEES, Audience, EventKind
from hub.domain.briefing import Briefing
from hub.domain.errors import Refusal
from hub.domain.update import UpdateKind
from hub.store.finding import briefing_at
from tests.cast import SECRET, SPEAKERS, VERA
from tests.centre import Centre, open_centre
from tests.paper_acts import with_papers
from tests.papers import Papers
from tests.window import Window, windows

LANGUAGES = ("vi", "en")
NEW = -1
SEEDS = (*range(4), 346104, NEW)
"""The last is another one each time: a failure's name tells it."""

SLUGS = (f"convergence-{number}" for number in itertools.count())
TEXTS = {
    "vi": "Trường học **đóng cửa** ngày mai.\n\nPhụ huynh đón con trước 16:30 & giữ điện thoại.",
    "en": "Schools *close* tomorrow.\n\n- <b>not bold</b>\n- Parents fetch children by 16:30.",
    "fr": "Les écoles ferment demain : « restez chez vous ».",
}


@pytest.fixture(scope="module")
async def centre(shared_url: str) -> AsyncIterator[Centre]:
    async with open_centre(shared_url) as centre:
        yield centre


@dataclass
class Podium:
    """A briefing and what its spokesperson does in it, through the API."""

    centre: Centre
    api: httpx2.AsyncClient
    slug: str
    refs: list[str] = field(default_factory=list)
    drafts: list[str] = field(default_factory=list)

    async def post(self, address: str, **body: Any) -> dict[str, Any]:
        answer = await self.api.post(f"/api/briefings{address}", json=body)
        assert answer.is_success, answer.text
        result: dict[str, Any] = answer.json() if answer.content else {}
        return result

    async def do(self, verb: str, **body: Any) -> None:
        """To the briefing."""
        await self.post(f"/{self.slug}/{verb}", **body)

    async def publish(self, **more: Any) -> None:
        body = {"text": TEXTS["vi"], "language": "vi"} | more
        self.refs.append((await self.post(f"/{self.slug}/updates", **body))["ref"])

    async def touch(self, verb: str, at: int = -1, **body: Any) -> None:
        """To the newest update, or another."""
        await self.post(f"/{self.slug}/updates/{self.refs[at]}/{verb}", **body)

    async def correct(self, text: str, at: int = -1, **more: Any) -> None:
        await self.touch("correction", at, text=text, **more)

    async def retract(self, at: int = -1) -> None:
        await self.touch("retraction", at, notice="Đã *rút lại*: nhầm ngày.")


async def stage(centre: Centre, *, opened: bool = True) -> Podium:
    """A briefing of one's own."""
    podium = Podium(centre, await centre.api(VERA), next(SLUGS))
    await podium.post(
        "",
        slug=podium.slug,
        title="Bão số 9",
        titles={"en": "Storm No. 9"},
        zone="Asia/Ho_Chi_Minh",
        language="vi",
        languages=["en", "fr"],
        speakers=[
            {"name": name, "function": function, "department": department}
            for name, function, department in SPEAKERS
        ],
    )
    if opened:
        await podium.do("opening")
    return podium


Step = Callable[[Podium], Awaitable[None]]


async def nothing(_podium: Podium) -> None:
    """Nothing has to happen before."""


async def published(podium: Podium) -> None:
    await podium.publish()


async def pinned(podium: Podium) -> None:
    await podium.publish(pinned=True)


async def translated(podium: Podium) -> None:
    await podium.publish(translations={"en": TEXTS["en"], "fr": TEXTS["fr"]})


async def corrected(podium: Podium) -> None:
    await podium.publish(pinned=True)
    await podium.correct("Trường học mở cửa ngày mai.", note="Nhầm ngày.")


async def corrected_twice(podium: Podium) -> None:
    await corrected(podium)
    await podium.correct("Trường học mở cửa từ thứ Hai.", translations={"en": "Open on Monday."})


async def retracted_pin(podium: Podium) -> None:
    await pinned(podium)
    await podium.retract()


async def paused(podium: Podium) -> None:
    await podium.do("pause")


async def closed(podium: Podium) -> None:
    await pinned(podium)
    await podium.do("closing")


def publishing(**more: Any) -> Step:
    return lambda podium: podium.publish(**more)


def correcting(text: str, **more: Any) -> Step:
    return lambda podium: podium.correct(text, **more)


def touching(verb: str) -> Step:
    return lambda podium: podium.touch(verb)


def doing(verb: str, **body: Any) -> Step:
    return lambda podium: podium.do(verb, **body)


async def retracting(podium: Podium) -> None:
    await podium.retract()


async def publishing_and_correcting_at_once(podium: Podium) -> None:
    await podium.publish(pinned=True)
    await podium.correct("Sửa ngay.")


PUBLISHED, CORRECTED, RETRACTED = (
    EventKind.PUBLISHED,
    EventKind.CORRECTED,
    EventKind.RETRACTED,
)
ACTS: dict[str, tuple[Step, Step, EventKind]] = {
    **{f"publish a {kind}": (nothing, publishing(kind=kind), PUBLISHED) for kind in UpdateKind},
    "publish in English": (nothing, publishing(text=TEXTS["en"], language="en"), PUBLISHED),
    "publish in three languages": (nothing, translated, PUBLISHED),
    "publish pinned": (published, pinned, PUBLISHED),
    "publish on background": (
        nothing,
        publishing(terms="background", attribution="a city engineer", speaker=SECRET, pinned=True),
        PUBLISHED,
    ),
    "publish with strange line ends": (
        nothing,
        publishing(text="Một\u2028hai\u2029ba & <i>bốn</i> \u00a0năm"),
        PUBLISHED,
    ),
    "correct": (published, correcting("Trường học mở cửa.", note="Nhầm."), CORRECTED),
    "correct a key point": (pinned, correcting("Trường học mở cửa."), CORRECTED),
    "correct a translation": (
        translated,
        correcting(TEXTS["vi"], translations={"en": "Schools open."}),
        CORRECTED,
    ),
    "add a translation": (
        published,
        correcting(TEXTS["vi"], translations={"en": TEXTS["en"]}),
        CORRECTED,
    ),
    "correct twice": (corrected, correcting("Trường học mở cửa từ thứ Hai."), CORRECTED),
    "correct back to the first words": (corrected, correcting(TEXTS["vi"]), CORRECTED),
    "correct what was just published": (
        nothing,
        publishing_and_correcting_at_once,
        CORRECTED,
    ),
    "retract": (published, retracting, RETRACTED),
    "retract a key point": (pinned, retracting, RETRACTED),
    "retract what was corrected": (corrected, retracting, RETRACTED),
    "retract what was corrected twice": (corrected_twice, retracting, RETRACTED),
    "pin": (published, touching("pin"), EventKind.PINNED),
    "unpin": (pinned, touching("unpin"), EventKind.UNPINNED),
    "unpin what was retracted": (retracted_pin, touching("unpin"), EventKind.UNPINNED),
    "pause": (nothing, doing("pause"), EventKind.PAUSED),
    "resume": (paused, doing("resumption"), EventKind.RESUMED),
    "close": (pinned, doing("closing"), EventKind.CLOSED),
    "close during the pause": (paused, doing("closing"), EventKind.CLOSED),
    "correct after the close": (closed, correcting("Trường học mở cửa."), CORRECTED),
    "retract after the close": (closed, retracting, RETRACTED),
    "add a speaker": (
        nothing,
        doing("speakers", name="Lò Văn <Sáng>", function="đội trưởng"),
        EventKind.SPEAKER_ADDED,
    ),
}


def test_every_kind_of_event_is_among_the_acts() -> None:
    """Those of questions and documents are in test_question_convergence and its like."""
    elsewhere = OF_QUESTIONS | OF_DOCUMENTS
    elsewhere |= {EventKind.OPENED, EventKind.MESSAGED, EventKind.ACKNOWLEDGED}
    assert {kind for _, _, kind in ACTS.values()} | elsewhere == set(EventKind)


@pytest.mark.parametrize("name", ACTS)
async def test_watching_equals_reloading(centre: Centre, name: str) -> None:
    before, act, kind = ACTS[name]
    podium = await stage(centre)
    await before(podium)
    await watch(
        centre,
        podium,
        act,
        kind,
        events=2 if act is publishing_and_correcting_at_once else 1,
        shows=name != "unpin what was retracted",
    )


async def test_watching_a_start_equals_reloading(centre: Centre) -> None:
    podium = await stage(centre, opened=False)
    await watch(centre, podium, doing("opening"), EventKind.OPENED)


async def watch(
    centre: Centre,
    podium: Podium,
    act: Step,
    kind: EventKind,
    *,
    events: int = 1,
    shows: bool = True,
    sees: frozenset[Audience] | None = None,
) -> None:
    those = SEES[kind] if sees is None else sees
    watched = [
        Window(centre, audience, language, slug=podium.slug)
        for audience in Audience
        for language in LANGUAGES
    ]
    async with windows(*watched):
        loaded = {window: deepcopy(window.sheet) for window in watched}
        await act(podium)
        for window in watched:
            assert await window.differences() == []
            told = window.audience in those
            assert len(window.applied) == (events if told else 0)
            # Else there would be nothing to agree on.
            assert (window.sheet.differences(loaded[window]) != []) == (told and shows), window


async def test_a_page_longer_than_the_feed_is_whole_with_its_older_pages(centre: Centre) -> None:
    podium = await stage(centre)
    room = Window(centre, Audience.ROOM, slug=podium.slug)
    async with windows(room):
        for number in range(60):
            await podium.publish(text=f"Số {number}", pinned=number % 2 == 0)
        await podium.retract(at=3)
        await podium.correct("Số khác", at=20)
        assert await room.differences() == []
        assert len(room.sheet.items) == 63


@pytest.mark.parametrize("seed", SEEDS)
async def test_any_sequence_of_acts_ends_alike_for_all_who_watch(centre: Centre, seed: int) -> None:
    """One who stays, one who comes late at a cursor gone by, one who is cut and comes back."""
    # The name of a test is the same in every process that runs a part of them; its dice are not.
    seed = random.randrange(1_000_000) if seed == NEW else seed
    dice = random.Random(seed)
    podium = await stage(centre)
    audiences = [(audience, dice.choice(["vi", "en", "fr"])) for audience in Audience]
    stays, late, cut = (
        [Window(centre, audience, language, slug=podium.slug) for audience, language in audiences]
        for _ in range(3)
    )
    async with AsyncExitStack() as stack:
        for window in (*stays, *late, *cut):
            stack.push_async_callback(window.close)
        for window in (*stays, *cut):
            await window.load()
            await window.follow()
        for _ in range(30):
            if dice.random() < 0.25:
                await _something_with_papers(podium, dice)
            else:
                await _something(podium, dice)
            window = dice.choice(late)
            if not window.follows:
                await (window.follow() if window.loaded else window.load())
            window = dice.choice(cut)
            await (window.cut() if window.follows else window.follow())
            window = dice.choice(cut)
            if window.follows and dice.random() < 0.5:
                heads = (await _briefing(centre, podium)).heads
                await window.catch_up(dice.randint(0, heads[window.audience]))
        for window in (*late, *cut):
            if not window.loaded:
                await window.load()
            if not window.follows:
                await window.follow()
        found = [
            difference
            for window in (*stays, *late, *cut)
            for difference in await window.differences()
        ]
    assert found == [], f"seed {seed}"


async def _briefing(centre: Centre, podium: Podium) -> Briefing:
    return await centre.database.read(lambda db: briefing_at(db, podium.slug))


async def _something(podium: Podium, dice: random.Random) -> None:
    """Any act, also one that is refused: it must change nothing for anybody."""
    text = f"{dice.choice(list(TEXTS.values()))} ({dice.randrange(1000)})"
    at = dice.randrange(len(podium.refs)) if podium.refs else 0
    kind = dice.choice(list(UpdateKind))
    update = f"/{podium.slug}/updates/{podium.refs[at]}" if podium.refs else f"/{podium.slug}"
    acts: list[tuple[int, str, dict[str, Any]]] = [
        (8, f"/{podium.slug}/updates", {"text": text, "kind": kind, "pinned": dice.random() < 0.3}),
        (3, f"/{podium.slug}/updates", {"text": text, "translations": {"en": text, "fr": text}}),
        (
            2,
            f"/{podium.slug}/updates",
            {"text": text, "terms": "background", "attribution": "một kỹ sư", "speaker": SECRET},
        ),
        (6, f"{update}/correction", {"text": text, "note": "Nhầm."}),
        (3, f"{update}/retraction", {"notice": "Rút lại."}),
        (3, f"{update}/pin", {}),
        (3, f"{update}/unpin", {}),
        (1, f"/{podium.slug}/pause", {}),
        (3, f"/{podium.slug}/resumption", {}),
        (1, f"/{podium.slug}/speakers", {"name": f"Người {dice.randrange(10_000)}"}),
    ]
    ((_, address, body),) = dice.choices(acts, weights=[weight for weight, _, _ in acts])
    answer = await podium.api.post(f"/api/briefings{address}", json=body)
    assert answer.status_code in (201, 204, 404, 409, 422), answer.text
    if answer.status_code == 201 and address.endswith("/updates"):
        podium.refs.append(answer.json()["ref"])


async def _something_with_papers(podium: Podium, dice: random.Random) -> None:
    """Any act on any document; what is refused must change nothing for anybody."""
    verbs = ["hand in", "hand in", "hand in for the press", "pass", "drop", "drop", "drop again"]
    verbs += ["hand in again", "refuse", "withdraw", "discard", "put first", "publish", "retract"]
    dice.shuffle(podium.drafts)
    verb = dice.choice(verbs) if podium.drafts else "hand in"
    papers = Papers(podium.centre, podium.slug)
    with contextlib.suppress(Refusal, IndexError):
        await with_papers(papers, verb, podium.drafts, podium.refs)
        if verb.startswith("hand in"):
            await with_papers(papers, "pass", podium.drafts, podium.refs)
