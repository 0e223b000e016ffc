"""Documents in the database itself: handed in, checked, dropped and withdrawn by nobody's hands."""

import hashlib
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.domain import handing_in
from hub.domain.briefing import Briefing
from hub.domain.document import Document
from hub.domain.draft import Draft
from hub.domain.handing_in import File, Found, Sheet
from hub.domain.version import Version
from hub.store import acts, filing
from hub.store.documents import document_at, documents, how_many
from hub.store.finding import briefing_at
from hub.store.shelf import open_shelf
from tests.cast import VERA
from tests.centre import SLUG, Centre, now


@dataclass(frozen=True)
class Papers:
    """The documents of a briefing."""

    centre: Centre
    slug: str = SLUG

    async def keep(self, content: bytes, form: str = "") -> str:
        """On the shelf; its checksum."""
        shelf = open_shelf(self.centre.config.files)
        digest = hashlib.sha256(content).hexdigest()
        with tempfile.NamedTemporaryFile() as file:
            file.write(content)
            file.flush()
            await shelf.put(Path(file.name), digest + form)
        await shelf.close()
        return digest

    async def form(self, digest: str, form: str, content: bytes) -> None:
        """Another form of a file: `<digest>-preview.webp`."""
        shelf = open_shelf(self.centre.config.files)
        with tempfile.NamedTemporaryFile() as file:
            file.write(content)
            file.flush()
            await shelf.put(Path(file.name), digest + form)
        await shelf.close()

    async def hand_in(
        self, name: str = "plan.pdf", content: bytes = b"%PDF-1.7 plan", **sheet: Any
    ) -> str:
        """The reference of a draft that waits for its check."""
        file = File(name=name, kept=await self.keep(content), size=len(content))

        def act(session: Session) -> str:
            briefing = briefing_at(session, self.slug, lock=True)
            count = how_many(session, briefing.id)
            document = handing_in.hand_in(
                briefing, file, Sheet(**sheet), position=count, count=count, **self._by()
            )
            session.add(document)
            self._keep_to_ourselves(document)
            return document.ref

        return await self.centre.here.act(self.slug, act)

    async def hand_in_again(self, ref: str, name: str, content: bytes) -> None:
        file = File(name=name, kept=await self.keep(content), size=len(content))

        def verb(_session: Session, briefing: Briefing, document: Document) -> None:
            handing_in.hand_in_again(briefing, document, file, **self._by())
            self._keep_to_ourselves(document)

        await self.change(ref, verb)

    async def passes(self, ref: str, content: bytes = b"%PDF-1.7 plan", **found: Any) -> None:
        """It has passed its check, with these bytes to be given out."""
        given = await self.keep(content)
        what: dict[str, Any] = {"type": "pdf", "given": given, "size": len(content), **found}
        more = Found(**what)
        await self.change(
            ref, lambda _s, _b, one: handing_in.passed(one.versions[-1], more, now=now())
        )

    async def is_refused(self, ref: str) -> None:
        await self.change(
            ref, lambda _s, _b, one: handing_in.refused(one.versions[-1], "macros", now=now())
        )

    async def draft(
        self, name: str = "plan.pdf", content: bytes = b"%PDF-1.7 plan", **more: Any
    ) -> str:
        """A draft that has passed. `found`: what was found in it; the rest is said of it."""
        found = more.pop("found", {})
        ref = await self.hand_in(name, content, **more)
        await self.passes(ref, content, **found)
        return ref

    async def dropped(
        self, name: str = "plan.pdf", content: bytes = b"%PDF-1.7 plan", **more: Any
    ) -> str:
        ref = await self.draft(name, content, **more)
        await self.drop(ref)
        return ref

    async def drop(self, ref: str, note: str = "") -> None:
        await self.change(ref, lambda _s, _b, one: one.drop(note=note, **self._by()))

    async def again(
        self, ref: str, name: str = "plan.pdf", content: bytes = b"%PDF-1.7 new", **more: Any
    ) -> None:
        """A newer version that has passed and is not dropped."""
        await self.hand_in_again(ref, name, content)
        await self.passes(ref, content, **more)

    async def withdraw(self, ref: str, reason: str = "A wrong page.") -> None:
        await self.change(ref, lambda _s, _b, one: one.withdraw(reason, **self._by()))

    async def discard(self, ref: str) -> None:
        await self.change(ref, lambda _s, _b, one: one.discard(**self._by()))

    async def put_first(self, ref: str) -> None:
        every = await self.centre.database.read(
            lambda db: [one.ref for one in documents(db, briefing_at(db, self.slug).id)]
        )
        if every[0] != ref:
            await filing.put_before(
                self.centre.here, self.slug, ref, every[0], key=None, **self._by()
            )

    async def publish(self, text: str, *refs: str) -> str:
        draft = Draft(words={"": text}, attached=refs)
        answer = await acts.publish(self.centre.here, self.slug, draft, key=None, **self._by())
        return str(answer["ref"])

    async def retract(self, update: str, notice: str = "Wrong.") -> None:
        await acts.retract(self.centre.here, self.slug, update, notice, key=None, **self._by())

    async def change(self, ref: str, verb: filing.Verb) -> None:
        await filing.change(
            self.centre.here, self.slug, ref, verb, request="x", key=None, **self._by()
        )

    async def document(self, ref: str) -> Document:
        return await self.centre.database.read(lambda db: document_at(db, self.slug, ref))

    async def address(self, ref: str, number: int = -1) -> str:
        """Of its newest version that was dropped, or another one, from 1."""
        out = (await self.document(ref)).out
        address = out[number if number < 0 else number - 1].address
        assert address is not None
        return address

    async def versions(self, ref: str) -> list[Version]:
        """Also of one that was discarded."""
        query = select(Version).join(Version.document).where(Document.ref == ref)
        return await self.centre.database.read(lambda db: list(db.scalars(query)))

    @staticmethod
    def _keep_to_ourselves(document: Document) -> None:
        """The hub's own worker lets it alone: what it is found to be is the test's to say."""
        document.versions[-1].leased_until = now() + timedelta(days=1)

    def _by(self) -> dict[str, Any]:
        return {"by": self.centre.people[VERA.name], "now": now()}
