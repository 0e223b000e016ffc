"""Who may have which file in which state, on every address; and what nobody learns of a draft."""

import contextlib
import hashlib
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from redis.asyncio import Redis

from hub.domain.audience import Audience
from hub.folders import folder
from hub.store.finding import briefing_at
from tests.acting import LANGUAGES, PUBLIC, ROOM, on_agenda
from tests.cast import ADAM, ANA, BAO, MILAN, OANH, VERA, Actor
from tests.centre import Centre, now, open_centre
from tests.papers import Papers

READERS: tuple[Actor | None, ...] = (None, ANA, BAO, MILAN, VERA, OANH, ADAM)
PRESS = (ANA, BAO, MILAN, VERA, OANH)

PDF = b"%PDF-1.7 the file itself"
SLUG = "confidential"
MARKS = ("canarytitle", "canarydescription", "canaryname", "canarytext", "canarybytes")


# --- Every address, every reader, every state -----------------------------------------------------


@pytest.fixture(scope="module")
async def shared(shared_url: str) -> AsyncIterator[Centre]:
    async with open_centre(shared_url) as centre:
        yield centre


@dataclass
class Place:
    """A document in its state, and the addresses of its newest file that was dropped."""

    slug: str
    ref: str
    file: str

    def addresses(self) -> dict[str, str]:
        files = ("", ".sha256", "/preview", "/read", "/read?as=text", "/pages/1.webp")
        forms = {form: f"/files/{self.file}{form}" for form in files}
        return forms | {"permalink": f"/briefings/{self.slug}/documents/{self.ref}"}


State = Callable[[Papers], Awaitable[str]]


async def _ready(papers: Papers, public: bool = True) -> str:
    """A draft that has passed, with all its forms on the shelf."""
    found = {"pages": 1, "preview": True, "text": "words"}
    ref = await papers.draft(content=PDF, found=found, public=public)
    digest = hashlib.sha256(PDF).hexdigest()
    for form in ("-preview.webp", "-p1.webp"):
        await papers.form(digest, form, b"WEBP")
    return ref


async def waiting(papers: Papers) -> str:
    return await papers.hand_in(content=PDF)


async def passed(papers: Papers) -> str:
    return await _ready(papers)


async def refused(papers: Papers) -> str:
    ref = await papers.hand_in(content=PDF)
    await papers.is_refused(ref)
    return ref


async def discarded(papers: Papers) -> str:
    ref = await _ready(papers)
    await papers.discard(ref)
    return ref


async def dropped(papers: Papers) -> str:
    ref = await _ready(papers)
    await papers.drop(ref)
    return ref


async def dropped_for_the_press(papers: Papers) -> str:
    ref = await _ready(papers, public=False)
    await papers.drop(ref)
    return ref


async def with_a_newer_version_staged(papers: Papers) -> str:
    ref = await dropped(papers)
    await papers.again(ref, content=b"newer")
    return ref


async def withdrawn(papers: Papers) -> str:
    ref = await dropped(papers)
    await papers.withdraw(ref, "Trang 2 sai.")
    return ref


async def withdrawn_from_the_press(papers: Papers) -> str:
    ref = await dropped_for_the_press(papers)
    await papers.withdraw(ref, "Trang 2 sai.")
    return ref


async def brought_by_a_retracted_update(papers: Papers) -> str:
    ref = await _ready(papers)
    await papers.retract(await papers.publish("Xem tệp.", ref), "Trang 2 sai.")
    return ref


# The status for the press, and for the public and the administrator.
STATES: dict[State, tuple[int, int]] = {
    waiting: (404, 404),
    passed: (404, 404),
    refused: (404, 404),
    discarded: (404, 404),
    dropped: (200, 200),
    dropped_for_the_press: (200, 404),
    with_a_newer_version_staged: (200, 200),
    withdrawn: (410, 410),
    withdrawn_from_the_press: (410, 404),
    brought_by_a_retracted_update: (410, 410),
}


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
async def test_each_reader_has_of_each_file_what_the_table_says(
    shared: Centre, state: State
) -> None:
    place = await _place(shared, state)
    press, others = STATES[state]
    for actor in READERS:
        client, expected = await shared.client(actor), press if actor in PRESS else others
        nothing = Place(place.slug[::-1], place.ref[::-1], place.file[::-1])
        for (form, address), unknown in zip(
            place.addresses().items(), nothing.addresses().values(), strict=True
        ):
            answer = await client.get(address)
            assert answer.status_code == expected, (actor, form)
            head = await client.head(address)
            assert (head.status_code, head.content) == (expected, b""), (actor, form)
            if expected == 404:
                # What one may not have and what there never was read alike, to the byte.
                there_is_none = await client.get(unknown)
                assert _told(answer, place) == _told(there_is_none, nothing), (actor, form)
            if expected == 410:
                assert "Trang 2 sai." in answer.text
                assert PDF not in answer.content
        if expected == 200:
            assert (await client.get(f"/files/{place.file}")).content == PDF


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
async def test_the_lists_and_the_zip_have_exactly_what_may_be_had(
    shared: Centre, state: State
) -> None:
    place = await _place(shared, state)
    press, others = STATES[state]
    for actor in READERS:
        client, expected = await shared.client(actor), press if actor in PRESS else others
        listed = (await client.get(f"/briefings/{place.slug}/documents")).text
        room = (await client.get(f"/briefings/{place.slug}")).text
        for page in (listed, room):
            assert (place.ref in page) == (expected != 404), actor
            assert (f"/files/{place.file}" in page) == (expected == 200), actor
            assert ("Trang 2 sai." in page) == (expected == 410), actor
        found = await client.get(f"/briefings/{place.slug}/documents", params={"q": "plan"})
        assert (place.ref in found.text) == (expected != 404), actor
        packed = (await client.get(f"/briefings/{place.slug}/documents.zip")).content
        assert (PDF in packed) == (expected == 200), actor
        assert b"newer" not in packed


async def test_a_closed_circles_files_are_not_there_for_strangers(shared: Centre) -> None:
    place = await _place(shared, dropped, public=False)
    for actor in READERS:
        client, expected = await shared.client(actor), 200 if actor in PRESS else 404
        pages = [f"/briefings/{place.slug}/documents{form}" for form in ("", ".zip")]
        for address in [*place.addresses().values(), *pages]:
            assert (await client.get(address)).status_code == expected, (actor, address)


@pytest.mark.parametrize(
    "address",
    ["", "x" * 22, "%00", "..%2f..%2fetc%2fpasswd", "%C4%91", "a" * 5000, "%FF", "' or 1=1 --"],
)
async def test_what_is_no_address_leads_nowhere(shared: Centre, address: str) -> None:
    client = await shared.client(VERA)
    for form in ("", ".sha256", "/preview", "/read", "/480.webp", "/pages/1.webp"):
        assert (await client.get(f"/files/{address}{form}")).status_code == 404


async def _place(centre: Centre, state: State, *, public: bool = True) -> Place:
    slug = f"{state.__name__.replace('_', '-')}-{now().timestamp():.6f}".replace(".", "-")
    await on_agenda(centre, slug, public=public)
    vera = centre.people[VERA.name]
    await centre.do(lambda db: briefing_at(db, slug, lock=True).open(by=vera, now=now()), slug)
    papers = Papers(centre, slug)
    ref = await state(papers)
    versions = [one.address for one in await papers.versions(ref) if one.address]
    # Of what was never dropped there is no address to be guessed: try what else names it.
    return Place(slug, ref, versions[-1] if versions else hashlib.sha256(PDF).hexdigest()[:22])


def _told(answer: httpx2.Response, place: Place) -> tuple[int, str, dict[str, str]]:
    """An answer without what differs in every one: the address asked for, nonce, number, date."""
    text = answer.text
    headers = {name: value for name, value in answer.headers.items() if name != "date"}
    number = headers.pop("x-request-id")
    for name, value in (("SLUG", place.slug), ("REF", place.ref), ("FILE", place.file)):
        text = text.replace(value, name)
    text = re.sub(r'nonce="[^"]+"', "nonce", text.replace(number, "number"))
    policy = headers["content-security-policy"]
    headers["content-security-policy"] = re.sub(r"'nonce-[^']+'", "nonce", policy)
    return answer.status_code, text, headers


# --- What nobody learns of a draft ----------------------------------------------------------------


@pytest.fixture
async def centre(
    database_url: str, redis_url: str, capfd: pytest.CaptureFixture[str]
) -> AsyncIterator[Centre]:
    async with open_centre(database_url, redis_url=redis_url, log_level="debug") as centre:
        await on_agenda(centre, SLUG)
        vera = centre.people[VERA.name]
        await centre.do(lambda db: briefing_at(db, SLUG, lock=True).open(by=vera, now=now()), SLUG)
        yield centre


async def test_a_draft_is_known_at_the_podium_alone(
    centre: Centre, redis_url: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """Marks in its title, description, name, words and bytes; and every frame, page, answer, line
    of the log and message through Redis that anybody else has."""
    papers = Papers(centre, SLUG)
    marked = {
        "titles": {"": "canarytitle", "en": "canarytitle too"},
        "descriptions": {"": "canarydescription"},
    }
    async with _frames(centre) as frames, _bells(redis_url) as bells:
        refs = [await papers.hand_in("canaryname 1.pdf", b"canarybytes", **marked)]
        refs.append(
            await papers.draft(
                "canaryname 2.pdf", b"canarybytes", found={"text": "canarytext"}, **marked
            )
        )
        refs.append(await papers.hand_in("canaryname 3.docx", b"canarybytes", **marked))
        await papers.is_refused(refs[-1])
        refs.append(await papers.draft("canaryname 4.pdf", b"canarybytes", **marked))
        await papers.discard(refs[-1])
        # One that is out, and of which a newer version is not.
        open_to_all = await papers.dropped("plan.pdf", PDF, titles={"": "Kế hoạch"})
        await papers.again(open_to_all, "canaryname 5.pdf", b"canarybytes", text="canarytext")
        told = await _everything(centre, [*refs, open_to_all])
        told += await frames() + await bells()
    told += "".join(capfd.readouterr())
    assert len(told) > 50_000
    folded = told.casefold()
    assert [mark for mark in MARKS if mark in folded] == []
    assert "Kế hoạch" in told
    assert hashlib.sha256(b"canarybytes").hexdigest() not in folded
    # There was something to leak.
    podium = (await (await centre.client(VERA)).get(f"/briefings/{SLUG}/podium")).text
    assert "canarytitle" in podium


async def test_no_search_finds_what_was_not_dropped(centre: Centre) -> None:
    papers = Papers(centre, SLUG)
    await papers.draft("a.pdf", titles={"": "Canarytitle"}, found={"text": "canarytext"})
    out = await papers.dropped("b.pdf", titles={"": "Kế hoạch"}, found={"text": "đường sắt"})
    await papers.again(out, "canaryname.pdf", b"newer", text="canarytext")
    gone = await papers.dropped("c.pdf", titles={"": "Nhầm"}, found={"text": "canarytext"})
    await papers.withdraw(gone)
    for actor in READERS:
        client = await centre.client(actor)
        for words in ("canarytitle", "canarytext", "canaryname"):
            page = await client.get(f"/briefings/{SLUG}/documents", params={"q": words})
            assert re.findall(r'<article class="dossier', page.text) == []


async def test_nothing_that_is_served_as_a_file_of_ours_is_a_drafts_bytes(centre: Centre) -> None:
    papers = Papers(centre, SLUG)
    ref = await papers.draft("a.pdf", b"canarybytes")
    (version,) = await papers.versions(ref)
    shelf, inside = _kept_once(centre.config.files, version.kept)
    for actor in READERS:
        client = await centre.client(actor)
        for address in (
            f"/static/{inside}", f"/files/{inside}", f"/files/{version.kept}", f"/{inside}",
            f"/static/..%2f{shelf.name}%2f{inside}", f"/files/{version.kept}/preview",
        ):  # fmt: skip
            answer = await client.get(address)
            assert (answer.status_code, b"canarybytes" in answer.content) == (404, False)


def _kept_once(files: str, kept: str) -> tuple[Path, Path]:
    """The folder, which no other is served from, and where in it the bytes are."""
    shelf, served = Path(files).resolve(), folder("static").resolve()
    assert served not in shelf.parents
    assert shelf not in (served, *served.parents)
    ours = [path.read_bytes() for path in served.rglob("*") if path.is_file()]
    assert len(ours) > 50
    assert not any(b"canarybytes" in content for content in ours)
    (path,) = [path for path in shelf.rglob("*") if path.is_file() and kept in path.name]
    assert path.read_bytes() == b"canarybytes"
    return shelf, path.relative_to(shelf)


Heard = Callable[[], Awaitable[str]]


@contextlib.asynccontextmanager
async def _frames(centre: Centre) -> AsyncIterator[Heard]:
    """What everybody but the podium is sent, from the beginning of the log."""
    seats: list[tuple[Audience, Actor | None]] = [
        (PUBLIC, None), (ROOM, ANA), (ROOM, BAO), (Audience.DESK, MILAN),
    ]  # fmt: skip
    async with contextlib.AsyncExitStack() as stack:
        followers = [
            (
                audience,
                await stack.enter_async_context(
                    centre.follow(audience, actor, slug=SLUG, language=language, after=0)
                ),
            )
            for audience, actor in seats
            for language in LANGUAGES
        ]

        async def heard() -> str:
            briefing = await centre.database.read(lambda db: briefing_at(db, SLUG))
            for audience, follower in followers:
                await follower.upto(briefing.heads[audience])
            return "".join(json.dumps(one.messages, ensure_ascii=False) for _, one in followers)

        yield heard


@contextlib.asynccontextmanager
async def _bells(redis_url: str) -> AsyncIterator[Heard]:
    """Everything that goes through Redis."""
    redis = Redis.from_url(redis_url)
    ears = redis.pubsub()
    await ears.psubscribe("*")

    async def heard() -> str:
        messages = []
        while (message := await ears.get_message(timeout=0.2)) is not None:
            messages.append(str(message))
        assert messages
        return "".join(messages)

    try:
        yield heard
    finally:
        await ears.aclose()  # type: ignore[no-untyped-call]
        await redis.aclose()


async def _everything(centre: Centre, refs: list[str]) -> str:
    """Every page and every answer that those read who do not sit at the podium."""
    at = f"/briefings/{SLUG}"
    pages = ["/", at, f"{at}/podium", f"{at}/desk", f"{at}/documents", f"{at}/documents.zip"]
    pages += [f"{at}/events/1-", "/agenda.ics", "/operations", "/metrics"]
    forms = ["", "/drop", "/withdrawal", "/description", "/versions", "/discard"]
    forms += ["/versions/1/original", "/versions/1/preview", "/versions/2/original"]
    pages += [f"{at}/documents/{ref}{form}" for ref in refs for form in forms]
    reads = ["", "/events", "/documents", "/podium/documents"]
    reads += [f"/documents/{ref}" for ref in refs]
    told = ""
    for actor in (None, ANA, BAO, MILAN, ADAM):
        client, api = await centre.client(actor), await centre.api(actor)
        for asked, addresses in ((client, pages), (api, [f"/api{at}{read}" for read in reads])):
            for address in addresses:
                answer = await asked.get(address)
                assert answer.status_code < 500, (address, answer.text)
                told += answer.content.decode(errors="replace") + str(answer.headers)
    return told
