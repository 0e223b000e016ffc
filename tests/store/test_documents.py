"""Documents in the record: acts done once, checks leased to one worker, files found by address."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from hub.domain import handing_in
from hub.domain.document import DocumentState
from hub.domain.draft import Draft
from hub.domain.errors import Invalid, KeyReused, NotFound
from hub.domain.handing_in import File
from hub.domain.version import CheckState, Version
from hub.store import acts, filing
from hub.store.checks import LEASE, settle, take_due
from hub.store.database import Database
from hub.store.documents import document_at, documents, file_at
from hub.store.finding import update_at
from tests.centre import SLUG, Centre, bare_centre, now
from tests.staging import FOUND, Staging


@pytest.fixture
async def centre(database_url: str) -> AsyncIterator[Centre]:
    async with bare_centre(database_url) as centre:
        yield centre


@pytest.fixture
def staging(centre: Centre) -> Staging:
    return Staging(centre)


async def test_one_key_hands_in_one_document(centre: Centre, staging: Staging) -> None:
    first, again = await staging.hand_in(key="once"), await staging.hand_in(key="once")
    assert first == again
    with pytest.raises(KeyReused):
        await staging.hand_in("other.pdf", key="once")
    briefing = await centre.briefing()
    assert len(await centre.database.read(lambda db: documents(db, briefing.id))) == 1


async def test_a_file_is_found_by_its_address_once_it_is_dropped(
    centre: Centre, staging: Staging
) -> None:
    ref = await staging.passed()
    await staging.drop(ref)
    version = (await staging.find(ref)).versions[0]
    address = version.address or ""

    found = await centre.database.read(lambda db: file_at(db, address))
    assert (found.document.ref, found.document.briefing.slug) == (ref, SLUG)
    for wrong in ("", address[:-1], address + "\x00", "đ"):
        with pytest.raises(NotFound):
            await centre.database.read(lambda db, wrong=wrong: file_at(db, wrong))  # type: ignore[misc]


async def test_a_discarded_draft_is_nowhere(centre: Centre, staging: Staging) -> None:
    ref = await staging.passed()
    await staging.change(ref, lambda _db, _briefing, document: document.discard(**staging.by))
    with pytest.raises(NotFound):
        await staging.find(ref)
    assert await take_due(centre.database, now=now()) is None


async def test_documents_stand_in_the_order_of_the_podium(centre: Centre, staging: Staging) -> None:
    first, second, third = [await staging.hand_in(f"{name}.pdf") for name in "abc"]
    await filing.put_before(centre.database, SLUG, third, first, key=None, **staging.by)
    briefing = await centre.briefing()
    listed = await centre.database.read(lambda db: documents(db, briefing.id))
    assert [one.ref for one in listed] == [third, first, second]
    for wrong in ("nobody", third):
        with pytest.raises(Invalid, match="before"):
            await filing.put_before(centre.database, SLUG, third, wrong, key=None, **staging.by)


# --- Checks --------------------------------------------------------------------------------------


async def test_workers_that_look_at_once_never_take_the_same_check(
    centre: Centre, staging: Staging
) -> None:
    refs = {await staging.hand_in(f"{number}.pdf") for number in range(12)}
    others = [Database(centre.config.database_url) for _ in range(3)]
    try:

        async def worker(database: Database) -> list[str]:
            taken = []
            while due := await take_due(database, now=now()):
                taken.append(due.ref)
            return taken

        shares = await asyncio.gather(*(worker(database) for database in others))
    finally:
        for database in others:
            await database.close()
    assert sorted(ref for share in shares for ref in share) == sorted(refs)


async def test_a_check_that_a_dead_worker_had_is_taken_by_another_who_alone_may_settle_it(
    centre: Centre, staging: Staging
) -> None:
    ref = await staging.hand_in()
    lost = await staging.take()
    assert await take_due(centre.database, now=now()) is None

    late = now() + LEASE + timedelta(seconds=1)
    taken = await staging.take(late)

    def passes(version: Version) -> None:
        handing_in.passed(version, FOUND, now=late)

    def refuses(version: Version) -> None:
        handing_in.refused(version, "virus", now=late)

    assert await settle(centre.database, taken, refuses) is True
    # The first one was only slow.
    assert await settle(centre.database, lost, passes) is False
    version = (await staging.find(ref)).versions[0]
    assert (version.check, version.fault) == (CheckState.REFUSED, "virus")


async def test_a_verdict_on_a_version_that_gave_way_is_nobodys(
    centre: Centre, staging: Staging
) -> None:
    ref = await staging.hand_in()
    old = await staging.take()
    file = File(name="two.pdf", kept="ef" * 32, size=10)
    await filing.hand_in_again(centre.database, SLUG, ref, file, key=None, **staging.by)

    assert not await settle(
        centre.database, old, lambda one: handing_in.passed(one, FOUND, now=now())
    )
    assert (await staging.find(ref)).versions[-1].check == CheckState.WAITING


async def test_a_verdict_on_a_version_that_was_thrown_away_is_not_its_successors(
    centre: Centre, staging: Staging
) -> None:
    ref = await staging.passed()
    await staging.drop(ref)

    async def hand_in_second(kept: str) -> None:
        file = File(name="two.pdf", kept=kept * 32, size=10)
        await filing.hand_in_again(centre.database, SLUG, ref, file, key=None, **staging.by)

    await hand_in_second("ef")
    slow = await staging.take()
    await staging.change(ref, lambda _db, _briefing, document: document.discard(**staging.by))
    await hand_in_second("0f")
    taken = await staging.take()
    assert (slow.number, slow.token) == (taken.number, taken.token)

    def passes(version: Version) -> None:
        handing_in.passed(version, FOUND, now=now())

    def refuses(version: Version) -> None:
        handing_in.refused(version, "virus", now=now())

    assert await settle(centre.database, slow, passes) is False
    assert await settle(centre.database, taken, refuses) is True
    assert (await staging.find(ref)).versions[-1].check == CheckState.REFUSED


async def test_its_words_are_read_only_where_they_are_asked_for(
    centre: Centre, staging: Staging
) -> None:
    ref = await staging.passed()
    version = (await staging.find(ref)).versions[0]
    assert "text" not in version.__dict__
    words = await centre.database.read(lambda db: document_at(db, SLUG, ref).versions[0].text)
    assert words == "đường"


# --- With an update ------------------------------------------------------------------------------


async def test_an_update_carries_its_documents_in_the_order_they_were_chosen(
    centre: Centre, staging: Staging
) -> None:
    refs = [await staging.passed(f"{name}.pdf") for name in "ab"][::-1]
    draft = Draft(words={"": "Xem."}, attached=(*refs, refs[0]))
    answer = await acts.publish(centre.database, SLUG, draft, key=None, **staging.by)

    def carried(db: Any) -> list[tuple[str, DocumentState]]:
        update = update_at(db, SLUG, answer["ref"])
        return [(one.ref, one.state) for one in update.attachments]

    assert await centre.database.read(carried) == [(ref, DocumentState.DROPPED) for ref in refs]

    await acts.retract(centre.database, SLUG, answer["ref"], "Wrong.", key=None, **staging.by)
    assert await centre.database.read(carried) == [(ref, DocumentState.WITHDRAWN) for ref in refs]


async def test_an_update_whose_document_is_not_ready_is_not_published_and_drops_nothing(
    centre: Centre, staging: Staging
) -> None:
    ready, waiting = await staging.passed("a.pdf"), await staging.hand_in("b.pdf")
    head = (await centre.briefing()).number
    for refs in ((ready, waiting), (ready, "nobody")):
        with pytest.raises(Exception, match=r"still being checked|no document"):
            await acts.publish(
                centre.database, SLUG, Draft(words={"": "Xem."}, attached=refs), key=None,
                **staging.by,
            )  # fmt: skip
    assert (await centre.briefing()).number == head
    assert (await staging.find(ready)).state == DocumentState.DRAFT
