"""The close of a briefing: each open question is told what becomes of it, in the same commit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from hub.domain import desk
from hub.domain.audience import RUN_IT, Audience
from hub.domain.briefing import Briefing, BriefingState
from hub.domain.desk import QuestionsOpen
from hub.domain.errors import (
    N_,
    BriefingClosed,
    BriefingNotOpen,
    Invalid,
    Refusal,
    Unavailable,
    WrongState,
)
from hub.domain.person import Person
from hub.domain.question import Question
from hub.domain.question_state import sees_question
from hub.domain.reason import DECLINED
from hub.live.seen_questions import seen_question
from hub.store import acts
from hub.store.finding import briefing_at
from hub.store.questions import open_questions
from hub.web.failures import status_of
from hub.web.floor_page import promising
from hub.web.forms import CLOSING, CLOSING_EACH, Form, read_form
from hub.web.house import house, now
from hub.web.pages import by_htmx, done, page
from hub.web.podium_page import around, own_window, refusals
from hub.web.promise import due_of
from hub.web.visitor import person_of, requires, window_of

TAKEN = "taken"

Open = tuple[Briefing, Sequence[Question]]


class EndedMeanwhile(WrongState):
    says = N_(
        "Meanwhile a question has ended or gone back to the desk, so nothing was done. Look at "
        "those that are left, and close once more."
    )


@requires(*RUN_IT)
async def closing_form(request: Request) -> Response:
    """GET .../closing: what is to become of each open question."""
    found = await _open(request)
    match found[0].state:
        case BriefingState.SCHEDULED:
            raise BriefingNotOpen
        case BriefingState.CLOSED:
            raise BriefingClosed
    return await _shown(request, Form.empty(CLOSING), found)


@requires(*RUN_IT)
async def close(request: Request) -> Response:
    """POST .../closing: all of them and the close, or nothing."""
    form = await read_form(request, CLOSING, each=CLOSING_EACH)
    endings = Endings(form)
    try:
        form.check()
        await acts.close(
            house(request).database, str(request.path_params["slug"]), endings.chosen(),
            rest=endings.of_the_rest if form.get("rest") else None, key=form.key(),
            request=form.asked(), by=person_of(request), now=now(),
        )  # fmt: skip
    except (QuestionsOpen, EndedMeanwhile, Invalid, Unavailable) as refusal:
        # What is no more to be seen from here, the store does not know by this name.
        gone = isinstance(refusal, Invalid) and refusal.field == "dispositions"
        return await _back(request, form, endings, EndedMeanwhile() if gone else refusal)
    return done(request, back_to=own_window(request))


@dataclass(frozen=True, slots=True)
class Endings:
    """What the form says of each open question. What is `wrong` leaves its question open, so that
    the close itself is refused and everything that is wrong is told at once."""

    form: Form
    wrong: dict[str, Invalid] = field(default_factory=dict)

    def chosen(self) -> Mapping[str, acts.Disposition]:
        """By reference; what was chosen for a question that has ended since is refused too."""
        named = [
            name[5:] for name, what in self.form.values.items() if name[:5] == "what-" and what
        ]
        return {ref: self._chosen(ref) for ref in named}

    def of_the_rest(
        self, briefing: Briefing, question: Question, *, by: Person, now: datetime
    ) -> None:
        """Declined, with one reason: the podium does not read what the desk has not approved."""
        if self.form.get(f"what-{question.ref}"):
            return  # What was chosen for it is wrong.
        try:
            desk.decline(briefing, question, self.form.get("rest"), "", by=by, now=now)
        except Invalid as refusal:
            self.wrong["rest"] = Invalid("rest", refusal.says, **refusal.values)

    def _chosen(self, ref: str) -> acts.Disposition:
        def end(briefing: Briefing, question: Question, *, by: Person, now: datetime) -> None:
            if not question.open:
                raise EndedMeanwhile
            try:
                self._end(briefing, question, by=by, now=now)
            except Invalid as refusal:
                name = "what" if refusal.field == "reason" else refusal.field
                place = f"{name}-{ref}"
                self.wrong[place] = Invalid(place, refusal.says, **refusal.values)

        return end

    def _end(self, briefing: Briefing, question: Question, *, by: Person, now: datetime) -> None:
        form, of = self.form, f"-{question.ref}"
        what, department = form.get(f"what{of}"), form.get(f"department{of}")
        if what == TAKEN:
            due_at = due_of(form, briefing.zone, now=now, of=of)
            desk.take(briefing, question, department, due_at, by=by, now=now)
        else:
            desk.decline(briefing, question, what, form.get(f"note{of}"), by=by, now=now)


def seen_there(question: Question, briefing: Briefing, window: Audience) -> bool:
    """Whether this window may know of it: the podium knows what the desk has approved."""
    return window in sees_question(question.state, briefing.shown)


async def _open(request: Request) -> Open:
    slug = str(request.path_params["slug"])

    def look(session: Session) -> Open:
        briefing = briefing_at(session, slug)
        return briefing, open_questions(session, briefing.id)

    return await house(request).database.read(look)


async def _back(request: Request, form: Form, endings: Endings, refusal: Refusal) -> Response:
    filled_in = form.values.keys() > {"key"}
    if not filled_in:
        # That key was for the one press, not for what is filled in now.
        form.values |= Form.empty(CLOSING).values
    for wrong in endings.wrong.values():
        form.fields |= {wrong.field}
        form.refuse(wrong)
    form.refuse(refusal)
    found = await _open(request)
    if filled_in and isinstance(refusal, QuestionsOpen):
        _name_the_missing(form, found, window_of(request))
    answer = await _shown(request, form, found, status=status_of(refusal))
    if by_htmx(request):
        # A form of its own size needs a page of its own.
        answer.headers["HX-Redirect"] = request.url.path
    return answer


def _name_the_missing(form: Form, found: Open, window: Audience) -> None:
    briefing, questions = found
    for one in questions:
        if not seen_there(one, briefing, window):
            form.refuse(Invalid("rest", N_("Say what becomes of those that the desk has.")))
        elif not form.get(f"what-{one.ref}"):
            form.fields |= {f"what-{one.ref}"}
            form.refuse(Invalid(f"what-{one.ref}", N_("Say what becomes of this one.")))


async def _shown(request: Request, form: Form, found: Open, *, status: int = 200) -> Response:
    briefing, questions = found
    window = window_of(request)
    seen = [seen_question(one, briefing, window) for one in questions]
    shown: dict[str, Any] = {
        "questions": [one for one in seen if one is not None],
        "unseen": sum(one is None for one in seen),
        "reasons": list(DECLINED.values()),
        "form": form,
        "refusals": refusals(request, form),
    }
    hours = [value for name, value in form.values.items() if name.startswith("hours-")]
    return await page(
        request,
        "briefings/closing.html",
        await around(request, briefing) | promising(request, briefing, *hours) | shown,
        status=status,
    )
