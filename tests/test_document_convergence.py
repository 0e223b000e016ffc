"""Watching equals reloading, for every act on documents and every audience."""

from collections.abc import AsyncIterator

import pytest

from hub.domain.audience import OF_DOCUMENTS, SEES, Audience, EventKind
from tests.centre import Centre, open_centre
from tests.paper_acts import with_papers
from tests.papers import Papers
from tests.test_convergence import Podium, stage, watch


@pytest.fixture(scope="module")
async def centre(shared_url: str) -> AsyncIterator[Centre]:
    async with open_centre(shared_url) as centre:
        yield centre


PUBLISHED, RETRACTED = EventKind.PUBLISHED, EventKind.RETRACTED
STAGED, ARRANGED, DROPPED, NEW_VERSION, DOCUMENT_WITHDRAWN = (
    EventKind.STAGED,
    EventKind.ARRANGED,
    EventKind.DROPPED,
    EventKind.NEW_VERSION,
    EventKind.DOCUMENT_WITHDRAWN,
)
ONE = ("hand in", "pass")
PICTURE = ("hand in a picture", "pass as a picture")
OUT = (*ONE, "drop")
FOR_THE_PRESS = ("hand in for the press", "pass")
NEWER = (*OUT, "hand in again", "pass")

# What is done before, the act, its kind.
PAPERS: dict[str, tuple[tuple[str, ...], str, EventKind]] = {
    "hand in": ((), "hand in", STAGED),
    "a check that is passed": (("hand in",), "pass", STAGED),
    "a check that is not": (("hand in",), "refuse", STAGED),
    "discard a draft": (ONE, "discard", STAGED),
    "hand in again": (OUT, "hand in again", STAGED),
    "discard a newer version": (NEWER, "discard", STAGED),
    "put first": ((*ONE, *PICTURE), "put first", STAGED),
    "put a draft before what is out": ((*OUT, *PICTURE), "put first", STAGED),
    "put first what is out": ((*OUT, *PICTURE, "drop"), "put first", ARRANGED),
    "put first what is out to the press": (
        (*OUT, *FOR_THE_PRESS, "drop"),
        "put first",
        ARRANGED,
    ),
    "put first what was withdrawn": (
        (*OUT, *PICTURE, "drop", "withdraw"),
        "put first",
        ARRANGED,
    ),
    "drop": (ONE, "drop", DROPPED),
    "drop a picture": (PICTURE, "drop", DROPPED),
    "drop the second": ((*OUT, *PICTURE), "drop", DROPPED),
    "drop for the press": (FOR_THE_PRESS, "drop", DROPPED),
    "drop a new version": (NEWER, "drop again", NEW_VERSION),
    "drop a new version for the press": (
        (*FOR_THE_PRESS, "drop", "hand in again", "pass"),
        "drop again",
        NEW_VERSION,
    ),
    "drop a new version of what an update carries": (
        (*ONE, "publish", "hand in again", "pass"),
        "drop again",
        NEW_VERSION,
    ),
    "withdraw": (OUT, "withdraw", DOCUMENT_WITHDRAWN),
    "withdraw from the press": (
        (*FOR_THE_PRESS, "drop"),
        "withdraw",
        DOCUMENT_WITHDRAWN,
    ),
    "withdraw what has two versions": ((*NEWER, "drop again"), "withdraw", DOCUMENT_WITHDRAWN),
    "withdraw what has one more staged": (NEWER, "withdraw", DOCUMENT_WITHDRAWN),
    "withdraw what an update carries": (
        (*ONE, "publish"),
        "withdraw",
        DOCUMENT_WITHDRAWN,
    ),
    "publish with a document": (ONE, "publish", PUBLISHED),
    "publish with a picture": (PICTURE, "publish", PUBLISHED),
    "publish with what is out": (OUT, "publish", PUBLISHED),
    "publish twice with one document": ((*ONE, "publish"), "publish", PUBLISHED),
    "retract with a document": ((*ONE, "publish"), "retract", RETRACTED),
    "retract with what was out": ((*OUT, "publish"), "retract", RETRACTED),
    "retract what brought a document that another carries too": (
        (*ONE, "publish", "publish"),
        "retract the first",
        RETRACTED,
    ),
    "retract with a document that has a newer version": (
        (*ONE, "publish", "hand in again", "pass", "drop again"),
        "retract",
        RETRACTED,
    ),
}


def test_every_kind_of_event_of_documents_is_among_the_acts() -> None:
    assert {kind for _, _, kind in PAPERS.values()} == OF_DOCUMENTS | {PUBLISHED, RETRACTED}


@pytest.mark.parametrize("name", PAPERS)
async def test_watching_equals_reloading(centre: Centre, name: str) -> None:
    before, act, kind = PAPERS[name]
    podium = await stage(centre)
    papers = Papers(centre, podium.slug)
    for verb in before:
        await with_papers(papers, verb, podium.drafts, podium.refs)

    async def step(podium: Podium) -> None:
        await with_papers(papers, act, podium.drafts, podium.refs)

    sees = SEES[kind] - ({Audience.PUBLIC} if "the press" in name else set())
    await watch(centre, podium, step, kind, sees=sees)
