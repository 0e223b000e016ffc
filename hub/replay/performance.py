"""One playing of a programme: each act done by whose it is, through the API."""

import secrets
from typing import Any

from hub.replay.acts import (
    Acknowledge,
    Act,
    Appeal,
    Approve,
    Ask,
    Call,
    Correct,
    Decline,
    Drop,
    Edit,
    HandIn,
    Merge,
    Message,
    OfAsker,
    OfDesk,
    OfPodium,
    Pause,
    Publish,
    Refer,
    Resume,
    Retract,
    Take,
    TakeBack,
    Withdraw,
)
from hub.replay.company import Company
from hub.replay.documents import drop, hand_in, until_checked
from hub.replay.press import Press, PressError

OUT_OF_TURN = "follow_up"
LEFT_OVER = "no_time"


class Performance:
    """`refs` are what the acts' keys stand for in this hub."""

    def __init__(self, company: Company, slug: str) -> None:
        self.refs: dict[str, str] = {}
        self._company = company
        self._slug = slug
        self._askers: dict[str, Press] = {}
        # This performance's own: the same transcript may be played again into the same hub.
        self._prefix = secrets.token_hex(6)

    async def perform(self, act: Act, *, key: str) -> None:
        """Does it, under its own idempotency key."""
        key = f"{self._prefix}-{key}"
        if isinstance(act, Ask):
            await self._ask(act, key)
        elif isinstance(act, OfAsker):
            await self._as_asker(act, key)
        elif isinstance(act, OfDesk):
            await self._at_desk(act, key)
        else:
            await self._at_podium(act, key)

    async def close(self) -> None:
        """Ends the briefing; what is left of the questions had no time."""
        closing = self._company.desk or self._company.podium
        await closing.close(self._slug, reason=LEFT_OVER, key=f"{self._prefix}-close")

    async def _at_podium(self, act: OfPodium, key: str) -> None:
        podium, slug = self._company.podium, self._slug
        match act:
            case Publish():
                for attached in act.attached:
                    await until_checked(podium, slug, self.refs[attached])
                self.refs[act.key] = await podium.publish(slug, self._update(act), key=key)
            case Correct():
                correction = {
                    "text": act.text,
                    "note": act.note,
                    "translations": dict(act.translations),
                }
                await podium.correct(slug, self.refs[act.key], correction, key=key)
            case Retract():
                await podium.retract(slug, self.refs[act.key], act.notice, key=key)
            case Pause():
                await podium.turn(slug, "pause")
            case Resume():
                await podium.turn(slug, "resumption")
            case Take():
                promise = {"department": act.department, "hours": act.hours}
                await podium.act(slug, self.refs[act.key], "taken", promise, key=key)
            case Refer():
                await podium.act(slug, self.refs[act.key], "referral", {"body": act.body}, key=key)
            case HandIn():
                newer_of = self.refs[act.key] if act.newer else None
                self.refs[act.key] = await hand_in(podium, slug, act, newer_of=newer_of)
            case Drop():
                await drop(podium, slug, self.refs[act.key], note=act.note, key=key)
            case TakeBack():
                reason = {"reason": act.reason}
                await podium.document(slug, self.refs[act.key], "withdrawal", reason, key=key)
            case Acknowledge():
                await podium.acknowledge(slug, self.refs[act.key], key=key)

    async def _at_desk(self, act: OfDesk, key: str) -> None:
        desk, slug, refs = self._company.desk, self._slug, self.refs
        if desk is None:
            raise PressError(f"{act.key}: nobody sits at the desk")
        match act:
            case Approve():
                await desk.act(slug, refs[act.key], "approval", {}, key=key)
            case Decline():
                why = {"reason": act.reason, "note": act.note}
                await desk.act(slug, refs[act.key], "decline", why, key=key)
            case Merge():
                await desk.act(slug, refs[act.key], "merge", {"into": refs[act.into]}, key=key)
            case Call():
                await desk.call(slug, refs[act.key], out_of_turn=OUT_OF_TURN, key=key)
            case Message():
                refs[act.key] = await desk.send(slug, act.words, key=key)

    async def _ask(self, act: Ask, key: str) -> None:
        asker = self._company.askers.get(act.asker)
        if asker is None:
            raise PressError(f"{act.key}: {act.asker} is not in the room")
        question: dict[str, Any] = {
            "words": act.words,
            "language": act.language,
            "speaks": act.speaks,
        }
        if act.follows:
            question["follows"] = self.refs[act.follows]
        self.refs[act.key] = await asker.ask(self._slug, question, key=key)
        self._askers[act.key] = asker

    async def _as_asker(self, act: OfAsker, key: str) -> None:
        asker, slug, ref = self._askers[act.key], self._slug, self.refs[act.key]
        match act:
            case Edit():
                await asker.act(slug, ref, "edit", {"words": act.words}, key=key)
            case Withdraw():
                await asker.act(slug, ref, "withdrawal", {}, key=key)
            case Appeal():
                await asker.act(slug, ref, "appeal", {"words": act.words}, key=key)

    def _update(self, act: Publish) -> dict[str, Any]:
        update: dict[str, Any] = {
            "text": act.text,
            "kind": act.kind,
            "terms": act.terms,
            "language": act.language,
            "translations": dict(act.translations),
            "pinned": act.pinned,
        }
        if act.speaker:
            update["speaker"] = act.speaker
        if act.attribution:
            update["attribution"] = act.attribution
        if act.answers:
            update["answers"] = self.refs[act.answers]
        if act.attached:
            update["attached"] = [self.refs[key] for key in act.attached]
        return update
