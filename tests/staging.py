"""What the podium does to documents, in the database itself; their bytes are nowhere."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.domain import handing_in
from hub.domain.document import Document
from hub.domain.handing_in import File, Found, Sheet
from hub.store import filing
from hub.store.checks import Due, settle, take_due
from hub.store.documents import document_at
from tests.cast import VERA
from tests.centre import SLUG, Centre, now

FOUND = Found(type="pdf", given="cd" * 32, size=90, pages=3, text="đường")


@dataclass
class Staging:
    """What the podium does to documents."""

    centre: Centre

    async def hand_in(self, name: str = "plan.pdf", *, key: str | None = None, **sheet: Any) -> str:
        file = File(name=name, kept="ab" * 32, size=100)
        answer = await filing.hand_in(
            self.centre.database, SLUG, file, Sheet(**sheet), key=key, **self.by
        )
        return str(answer["ref"])

    async def passed(self, name: str = "plan.pdf", **sheet: Any) -> str:
        ref = await self.hand_in(name, **sheet)
        due = await self.take()
        assert await settle(
            self.centre.database, due, lambda one: handing_in.passed(one, FOUND, now=now())
        )
        return ref

    async def drop(self, ref: str) -> None:
        def verb(_session: object, _briefing: object, document: Document) -> None:
            document.drop(**self.by)

        await self.change(ref, verb)

    async def change(self, ref: str, verb: filing.Verb) -> None:
        await filing.change(self.centre.database, SLUG, ref, verb, request="", key=None, **self.by)

    async def take(self, at: datetime | None = None) -> Due:
        due = await take_due(self.centre.database, now=at or now())
        assert due is not None
        return due

    async def find(self, ref: str) -> Document:
        return await self.centre.database.read(lambda db: document_at(db, SLUG, ref))

    @property
    def by(self) -> dict[str, Any]:
        return {"by": self.centre.people[VERA.name], "now": now()}
