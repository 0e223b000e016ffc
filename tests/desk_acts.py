"""Asking, and what the desk does with it, in the database itself; several hubs may act at once."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from hub.domain import desk
from hub.domain.asking import Ask
from hub.domain.draft import Draft
from hub.domain.question import Question
from hub.store import desk as store
from hub.store.acts import Answer, publish
from hub.store.database import Database
from hub.store.questions import alias_of, lineup, question_at, question_of
from tests.cast import MILAN, VERA, Actor
from tests.centre import SLUG, Centre, now

WHEN = Ask(words="When does the water come back?", language="en", zone="UTC")


@dataclass(frozen=True)
class Desk:
    """A moderator at a hub."""

    centre: Centre
    by: Actor = MILAN
    slug: str = SLUG
    hub: Database | None = None

    @property
    def database(self) -> Database:
        return self.hub or self.centre.database

    def at(self, hub: Database) -> "Desk":
        return replace(self, hub=hub)

    async def ask(self, actor: Actor, words: str = WHEN.words, **more: Any) -> str:
        """The reference of a new question."""
        answer = await store.ask(
            self.database, self.slug, replace(WHEN, words=words, **more), key=None,
            by=self.centre.people[actor.name], now=now(),
        )  # fmt: skip
        return str(answer["ref"])

    async def approved(self, actor: Actor, words: str = WHEN.words, **more: Any) -> str:
        ref = await self.ask(actor, words, **more)
        await self.approve(ref)
        return ref

    async def called(self, actor: Actor, words: str = WHEN.words) -> str:
        ref = await self.approved(actor, words)
        await self.call(ref)
        return ref

    async def approve(self, ref: str, **more: Any) -> Answer:
        by = self._by()
        return await self._change(
            ref,
            lambda db, at, one: desk.approve(at, one, alias=alias_of(db, one), **by),
            "approve", **more,
        )  # fmt: skip

    async def decline(self, ref: str, reason: str = "private", **more: Any) -> Answer:
        by = self._by()
        return await self._change(
            ref, lambda db, at, one: desk.decline(at, one, reason, "", **by), reason, **more
        )

    async def merge(self, ref: str, other: str, **more: Any) -> Answer:
        by = self._by()
        return await self._change(
            ref,
            lambda db, at, one: desk.merge(at, one, question_of(db, at, other), **by),
            other, **more,
        )  # fmt: skip

    async def call(self, ref: str, reason: str = "life_safety", **more: Any) -> Answer:
        by = self._by()
        return await self._change(
            ref,
            lambda db, at, one: desk.call(at, one, lineup(db, at.id), reason, **by),
            "call", **more,
        )  # fmt: skip

    async def move(self, ref: str, before: str | None, **more: Any) -> Answer:
        by = self._by()
        return await self._change(
            ref,
            lambda db, at, one: desk.move(
                at, one, before, lineup(db, at.id), "interpreter", **by
            ),
            before or "", **more,
        )  # fmt: skip

    async def take(self, ref: str, **more: Any) -> Answer:
        by, due = self._by(), now() + timedelta(days=1)
        return await self._change(
            ref, lambda db, at, one: desk.take(at, one, "Sở Y tế", due, **by), "take", **more
        )

    async def refer(self, ref: str, **more: Any) -> Answer:
        by = self._by()
        return await self._change(
            ref, lambda db, at, one: desk.refer(at, one, "Bộ Y tế", **by), "refer", **more
        )

    async def undo(self) -> Answer:
        return await store.undo_last(self.database, self.slug, key=None, **self._by())

    async def answer(self, ref: str, words: str = "At noon.", by: Actor = VERA) -> Answer:
        draft = Draft(words={"": words}, answers=ref)
        return await publish(
            self.database, self.slug, draft, key=None, by=self.centre.people[by.name], now=now()
        )

    async def question(self, ref: str) -> Question:
        _, found = await self.database.read(lambda db: question_at(db, self.slug, ref))
        return found

    async def _change(
        self,
        ref: str,
        verb: store.Verb,
        request: str,
        *,
        revision: int | None = None,
        key: str | None = None,
    ) -> Answer:
        return await store.change(
            self.database, self.slug, ref, verb, revision=revision, request=request, key=key,
            **self._by(),
        )  # fmt: skip

    def _by(self) -> dict[str, Any]:
        return {"by": self.centre.people[self.by.name], "now": now()}
