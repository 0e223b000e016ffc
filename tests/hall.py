"""Asking, and what the desk and the podium do with it, through the API of a running hub."""

import itertools
from dataclasses import dataclass
from typing import Any

from tests.acting import on_agenda
from tests.cast import ANA, MILAN, VERA, Actor
from tests.centre import Centre

_SLUGS = (f"hall-{number}" for number in itertools.count())


@dataclass
class Hall:
    """The questions of a briefing."""

    centre: Centre
    slug: str

    async def post(self, actor: Actor, address: str, **body: Any) -> dict[str, Any]:
        """What it answers. AssertionError where it is refused."""
        api = await self.centre.api(actor)
        answer = await api.post(f"/api/briefings/{self.slug}/{address}", json=body)
        assert answer.is_success, answer.text
        result: dict[str, Any] = answer.json() if answer.content else {}
        return result

    async def ask(self, words: str = "When does the water come back?", **more: Any) -> str:
        """The reference of a new question."""
        actor = more.pop("actor", ANA)
        return str((await self.post(actor, "questions", words=words, **more))["ref"])

    async def do(self, verb: str, ref: str, actor: Actor = MILAN, **body: Any) -> None:
        await self.post(actor, f"questions/{ref}/{verb}", **body)

    async def approved(self, *words: str, **more: Any) -> str:
        ref = await self.ask(*words, **more)
        await self.do("approval", ref)
        return ref

    async def called(self, *words: str, **more: Any) -> str:
        ref = await self.approved(*words, **more)
        await self.do("call", ref, reason="life_safety")
        return ref

    async def called_at_once(self, *words: str, **more: Any) -> str:
        ref = await self.ask(*words, **more)
        await self.do("call", ref, reason="life_safety")
        return ref

    async def declined(self, *words: str, **more: Any) -> str:
        ref = await self.ask(*words, **more)
        await self.do("decline", ref, reason="private")
        return ref

    async def appealed(self, *words: str, **more: Any) -> str:
        ref = await self.declined(*words, **more)
        await self.do("appeal", ref, ANA, words="It is about a budget.")
        return ref

    async def taken(self, *words: str, **more: Any) -> str:
        ref = await self.called(*words, **more)
        await self.do("taken", ref, department="Sở Y tế")
        return ref

    async def answer(self, ref: str, text: str = "At noon.") -> str:
        """The reference of the update that answers it."""
        return str((await self.post(VERA, "updates", text=text, answers=ref))["ref"])


async def a_hall(centre: Centre) -> Hall:
    """A live briefing of one's own, with all questions shown and hardly a limit."""
    hall = Hall(centre, next(_SLUGS))
    await on_agenda(centre, hall.slug)
    await hall.post(VERA, "opening")
    await hall.post(MILAN, "desk/settings", person_limit=99, outlet_limit=99)
    return hall
