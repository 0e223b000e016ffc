"""A document: handed in, checked, dropped, withdrawn; and to whom it is open meanwhile."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hub.domain import handing_in
from hub.domain.audience import Audience, EventKind, Role
from hub.domain.briefing import Briefing, BriefingState
from hub.domain.document import (
    DOCUMENTS_LIMIT,
    AlreadyDropped,
    AlreadyWithdrawn,
    Document,
    DocumentState,
    NotChecked,
    NotDropped,
    NotForEverybody,
    NothingToDrop,
    NotPassed,
    sees_document,
)
from hub.domain.draft import Draft
from hub.domain.errors import Invalid, WrongState
from hub.domain.handing_in import File, Found, Sheet, TooManyDocuments
from hub.domain.person import Person

NOW = datetime(2026, 10, 15, 7, 0, tzinfo=UTC)
VERA = Person(id=1, name="Vera Lindqvist", role=Role.SPOKESPERSON, outlet_id=None, outlet=None)
PUBLIC, ROOM, PODIUM, DESK = Audience
EVERYBODY = {PUBLIC, ROOM, PODIUM}
S = DocumentState


def briefing(**more: object) -> Briefing:
    values: dict[str, Any] = {
        "id": 1, "slug": "storm", "state": BriefingState.LIVE, "number": 0, "heads": {},
        "language": "vi", "languages": ["en"], "public": True, **more,
    }  # fmt: skip
    return Briefing(**values)


def handed_in(at: Briefing, name: str = "Kế hoạch.pdf", **sheet: Any) -> Document:
    document = handing_in.hand_in(
        at,
        File(name=name, kept="ab" * 32, size=100),
        Sheet(**sheet),
        position=0,
        count=0,
        by=VERA,
        now=NOW,
    )
    document.briefing = at
    return document


def passed(at: Briefing, *, picture: bool = False, **sheet: Any) -> Document:
    document = handed_in(at, **sheet)
    found = Found(type="png" if picture else "pdf", given="cd" * 32, size=90)
    handing_in.passed(document.versions[-1], found, now=NOW)
    return document


def dropped(at: Briefing, **sheet: Any) -> Document:
    document = passed(at, **sheet)
    document.drop(by=VERA, now=NOW)
    return document


def newer(at: Briefing, document: Document) -> None:
    handing_in.hand_in_again(
        at, document, File(name="two.pdf", kept="ef" * 32, size=120), by=VERA, now=NOW
    )
    found = Found(type="pdf", given="01" * 32, size=80)
    handing_in.passed(document.versions[-1], found, now=NOW)


def told(at: Briefing) -> list[tuple[EventKind, set[str]]]:
    return [(event.kind, set(event.numbers)) for event in at.recorded]


# --- Whom it is open to -------------------------------------------------------------------------


def test_a_draft_is_open_to_the_podium_alone_and_a_dropped_one_to_whom_it_is_for() -> None:
    at = briefing()
    seen = {
        "draft": sees_document(passed(at)),
        "discarded": sees_document(discarded(at)),
        "dropped": sees_document(dropped(at)),
        "for the press": sees_document(dropped(at, public=False)),
        "withdrawn": sees_document(withdrawn(at)),
        "withdrawn from the press": sees_document(withdrawn(at, public=False)),
    }

    assert seen == {
        "draft": {PODIUM},
        "discarded": {PODIUM},
        "dropped": EVERYBODY,
        "for the press": {PODIUM, ROOM},
        "withdrawn": EVERYBODY,
        "withdrawn from the press": {PODIUM, ROOM},
    }


def discarded(at: Briefing) -> Document:
    document = passed(at)
    document.discard(by=VERA, now=NOW)
    return document


def withdrawn(at: Briefing, **sheet: Any) -> Document:
    document = dropped(at, **sheet)
    document.withdraw("The wrong file.", by=VERA, now=NOW)
    return document


def test_each_act_is_told_to_exactly_those_who_see_the_document() -> None:
    at = briefing()
    document = dropped(at, public=False)
    newer(at, document)
    document.drop(note="Ward 12 was missing.", by=VERA, now=NOW)
    document.withdraw("Wrong ward.", by=VERA, now=NOW)

    press = {"podium", "room"}
    assert told(at) == [
        (EventKind.STAGED, {"podium"}),
        (EventKind.STAGED, {"podium"}),
        (EventKind.DROPPED, press),
        (EventKind.STAGED, {"podium"}),
        (EventKind.STAGED, {"podium"}),
        (EventKind.NEW_VERSION, press),
        (EventKind.DOCUMENT_WITHDRAWN, press),
    ]


def test_in_a_briefing_that_is_not_public_no_document_is() -> None:
    assert sees_document(dropped(briefing(public=False))) == {PODIUM, ROOM}


# --- The address --------------------------------------------------------------------------------


def test_the_address_is_made_at_the_drop_and_each_version_has_its_own() -> None:
    at = briefing()
    document = passed(at)
    assert document.versions[0].address is None

    document.drop(by=VERA, now=NOW)
    newer(at, document)
    assert document.versions[1].address is None
    document.drop(note="New.", by=VERA, now=NOW)

    first, second = (version.address for version in document.versions)
    # 128 bits, in base 64.
    assert first is not None
    assert first != second
    assert len(first) >= 22


# --- What is refused ----------------------------------------------------------------------------


def waiting(at: Briefing) -> Document:
    return handed_in(at)


def faulty(at: Briefing) -> Document:
    document = handed_in(at)
    handing_in.refused(document.versions[-1], "virus", now=NOW)
    return document


def picture(at: Briefing) -> Document:
    return passed(at, picture=True)


@pytest.mark.parametrize(
    ("state", "refusal"),
    [
        (waiting, NotChecked),
        (faulty, NotPassed),
        (dropped, NothingToDrop),
        (withdrawn, AlreadyWithdrawn),
        (discarded, NothingToDrop),
        (picture, Invalid),
    ],
)
def test_what_cannot_be_dropped_is_refused_by_name_and_told_to_nobody(
    state: Callable[[Briefing], Document], refusal: type[Exception]
) -> None:
    at = briefing()
    document = state(at)
    before = told(at)

    with pytest.raises(refusal):
        document.drop(by=VERA, now=NOW)
    assert told(at) == before
    assert sees_document(document) != EVERYBODY or document.out


def test_a_later_version_says_what_is_new_in_it() -> None:
    at = briefing()
    document = dropped(at)
    newer(at, document)

    with pytest.raises(Invalid, match="note"):
        document.drop(by=VERA, now=NOW)
    assert document.drop(note="Ward 12.", by=VERA, now=NOW).note == "Ward 12."


@pytest.mark.parametrize(
    ("state", "refusal"),
    [(passed, NotDropped), (withdrawn, AlreadyWithdrawn), (discarded, NotDropped)],
)
def test_only_what_was_dropped_is_withdrawn(
    state: Callable[[Briefing], Document], refusal: type[WrongState]
) -> None:
    with pytest.raises(refusal):
        state(briefing()).withdraw("Wrong.", by=VERA, now=NOW)


def test_what_is_said_of_a_dropped_document_is_not_changed_in_silence() -> None:
    at = briefing()
    with pytest.raises(AlreadyDropped):
        handing_in.describe(at, dropped(at), Sheet(titles={"": "Other"}), by=VERA, now=NOW)


def test_a_briefing_has_room_for_so_many_documents() -> None:
    with pytest.raises(TooManyDocuments):
        handing_in.hand_in(
            briefing(), File(name="a.pdf", kept="ab" * 32, size=1), Sheet(),
            position=0, count=DOCUMENTS_LIMIT, by=VERA, now=NOW,
        )  # fmt: skip


# --- What is said of it -------------------------------------------------------------------------


def test_without_a_title_it_is_called_as_its_file() -> None:
    document = handed_in(briefing(), name="C:\\Users\\Vera\\Sơ tán: khu 7.pdf")
    assert (document.versions[0].name, document.titles) == (
        "Sơ tán- khu 7.pdf",
        {"vi": "Sơ tán- khu 7"},
    )


def test_titles_and_descriptions_come_in_the_languages_of_the_briefing() -> None:
    document = handed_in(
        briefing(),
        titles={"": "Bản đồ", "en": "Map"},
        descriptions={"": "Các khu\nphía nam", "en": ""},
    )
    assert (document.titles, document.descriptions) == (
        {"vi": "Bản đồ", "en": "Map"},
        {"vi": "Các khu\nphía nam"},
    )
    with pytest.raises(Invalid, match="title"):
        handed_in(briefing(), titles={"": "Bản đồ", "fr": "Plan"})
    with pytest.raises(Invalid, match="language"):
        handed_in(briefing(), language="fr")


def test_it_is_put_where_the_podium_wants_it() -> None:
    at = briefing()
    first, second, third = documents = [handed_in(at, name=f"{name}.pdf") for name in "abc"]
    handing_in.put_before(at, third, first, documents, by=VERA, now=NOW)
    assert sorted(documents, key=lambda one: one.position) == [third, first, second]
    handing_in.put_before(at, third, None, documents, by=VERA, now=NOW)
    assert sorted(documents, key=lambda one: one.position) == [first, second, third]


# --- The check ----------------------------------------------------------------------------------


def test_while_the_scanner_is_away_it_waits_and_that_is_news_once() -> None:
    at = briefing()
    document = handed_in(at)
    version = document.versions[0]
    until = NOW + timedelta(seconds=15)

    handing_in.held_up(version, until=until, now=NOW)
    handing_in.held_up(version, until=until, now=NOW + timedelta(minutes=1))

    assert (version.held_up_at, version.leased_until) == (NOW, until)
    assert len(at.recorded) == 2
    with pytest.raises(NotChecked):
        document.drop(by=VERA, now=NOW)


def test_a_version_that_was_not_dropped_gives_way_to_the_next() -> None:
    at = briefing()
    document = dropped(at)
    newer(at, document)
    newer(at, document)
    assert [version.number for version in document.versions] == [1, 2]
    document.discard(by=VERA, now=NOW)
    assert [version.number for version in document.versions] == [1]
    assert document.state == S.DROPPED


# --- With an update -----------------------------------------------------------------------------


def test_an_update_brings_its_documents_by_its_own_event_and_takes_them_along() -> None:
    at = briefing()
    brought, there = passed(at), dropped(at)
    at.recorded.clear()

    update = at.publish(Draft(words={"": "Xem."}), attached=[brought, there], by=VERA, now=NOW)
    update.briefing = at
    assert told(at) == [(EventKind.PUBLISHED, {"public", "room", "podium"})]
    assert (brought.state, brought.versions[0].n) == (S.DROPPED, update.published_n)

    update.retract("Wrong.", by=VERA, now=NOW)
    # What was there before stays.
    assert (brought.state, brought.reason, there.state) == (S.WITHDRAWN, "Wrong.", S.DROPPED)
    assert brought.withdrawn_n == update.retracted_n


def test_an_update_is_for_everybody_and_so_is_what_it_carries() -> None:
    at = briefing()
    document = passed(at, public=False)
    with pytest.raises(NotForEverybody):
        at.publish(Draft(words={"": "Xem."}), attached=[document], by=VERA, now=NOW)
