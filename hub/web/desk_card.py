"""A question's own page at the desk: what may be done with it, and the forms of that."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from hub.domain.audience import Audience
from hub.domain.briefing import Briefing
from hub.domain.errors import Refusal
from hub.domain.order import Place
from hub.domain.question import Question
from hub.domain.question_state import QuestionState
from hub.domain.reason import DECLINED, OUT_OF_TURN
from hub.live.scene import card_scene
from hub.live.seen_questions import seen_question
from hub.store.questions import Floor, floor, open_questions, question_at
from hub.web.desk_forms import ACTS
from hub.web.desk_page import STATES, around, part_of, refusals_of, slug_of
from hub.web.failures import status_of
from hub.web.forms import Form
from hub.web.house import house
from hub.web.pages import block, by_htmx, page
from hub.web.visitor import language_of

_OFFERED = {
    QuestionState.ASKED: ("approval", "call", "decline", "merge"),
    QuestionState.APPROVED: ("call", "move", "decline", "merge"),
    QuestionState.CALLED: ("spoken-answer", "decline"),
}
_LISTING = frozenset({"merge", "move"})


@dataclass(frozen=True, slots=True)
class Hand:
    """A question in the hand, and what its forms choose from."""

    briefing: Briefing
    question: Question
    floor: Floor
    open: Sequence[Question]


async def card_page(request: Request) -> Response:
    """A question with the forms of all that may be done with it. `?into=18`: to be merged."""
    hand = await _hand(request, lists=True)
    merging = Form.empty(ACTS["merge"], into=request.query_params.get("into", "")[:9])
    shown = await _card(request, hand, {"merge": merging})
    return await page(request, "desk/question.html", shown)


async def act_page(request: Request, act: str) -> Response:
    """The form of one act: a page, or what stands inside the desk's dialog."""
    hand = await _hand(request, lists=act in _LISTING)
    form = Form.empty(ACTS[act], before=request.query_params.get("before", "")[:16])
    shown = await _card(request, hand, {act: form}, only=act)
    if by_htmx(request):
        return block(request, "desk/question.html", "form", shown)
    return await page(request, "desk/question.html", shown)


async def act_back(request: Request, act: str, form: Form, refusal: Refusal) -> Response:
    """The form as it was filled in, why it was refused, and the card as it stands now."""
    form.refuse(refusal)
    htmx = by_htmx(request)
    hand = await _hand(request, lists=act in _LISTING or not htmx)
    shown = await _card(request, hand, {act: form}, only=act)
    if not htmx:
        return await page(request, "desk/question.html", shown, status=status_of(refusal))
    answer = block(request, "desk/question.html", "form", shown, status=status_of(refusal))
    card = part_of(request, "questions/card.html", card_scene(hand.briefing, hand.question))
    ref = hand.question.ref
    now_so = f'<hx-partial hx-target="#q-{ref}" hx-swap="outerMorph">{card}</hx-partial>'
    answer.body = bytes(answer.body) + now_so.encode()
    answer.headers["Content-Length"] = str(len(answer.body))
    return answer


async def _card(
    request: Request, hand: Hand, back: Mapping[str, Form], *, only: str = ""
) -> dict[str, Any]:
    """`only`: the one act whose form it is about, whether it can be done or not."""
    briefing, question = hand.briefing, hand.question
    offered = (only,) if only else _offered(question)
    forms = {act: back.get(act) or Form.empty(ACTS[act]) for act in offered}
    translate: Callable[..., str] = house(request).renderer.translate
    return await around(request, briefing) | {
        "question": seen_question(question, briefing, Audience.DESK),
        "stands": translate(language_of(request), STATES[question.state.value]),
        "place": _place(hand),
        "offered": offered,
        "forms": forms,
        "refusals": {act: refusals_of(request, form) for act, form in forms.items()},
        "declined": DECLINED,
        "out_of_turn": OUT_OF_TURN,
        "others": [one for one in hand.open if one.id != question.id],
        "waiting": _waiting(hand),
        "first_number": hand.floor.numbers[hand.floor.places[0].ref] if hand.floor.places else None,
    }


def _offered(question: Question) -> tuple[str, ...]:
    if question.appeals:
        return ("approval", "upholding")
    return _OFFERED.get(question.state, ())


def _place(hand: Hand) -> tuple[int, Place] | None:
    """Where it stands in the order, from 1, and why."""
    for index, place in enumerate(hand.floor.places, start=1):
        if place.ref == hand.question.ref:
            return index, place
    return None


def _waiting(hand: Hand) -> list[dict[str, Any]]:
    words = {one.ref: one.words for one in hand.open}
    return [
        {"ref": place.ref, "index": index, "number": hand.floor.numbers[place.ref], "words": said}
        for index, place in enumerate(hand.floor.places, start=1)
        if (said := words.get(place.ref)) is not None
    ]


async def _hand(request: Request, *, lists: bool) -> Hand:
    slug, ref = slug_of(request), str(request.path_params["ref"])

    def look(session: Session) -> Hand:
        briefing, question = question_at(session, slug, ref)
        others = open_questions(session, briefing.id) if lists else ()
        return Hand(briefing, question, floor(session, briefing), others)

    return await house(request).database.read(look)
