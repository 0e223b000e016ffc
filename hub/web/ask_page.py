"""Asking as it is shown: the panel in the room, its fragments, its forms when they come back."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from hub.domain.audience import Audience, may_ask
from hub.domain.briefing import BriefingState
from hub.domain.errors import Invalid, Refusal, Unavailable, WrongState
from hub.domain.person import Person
from hub.domain.question import NOTE_LIMIT, QUESTION_LIMIT
from hub.live.seen import SeenBriefing, seen_briefing
from hub.live.seen_own import SeenOwn, SeenOwnList, seen_own_list
from hub.store.asking import own_screen
from hub.web.ask_forms import ASK
from hub.web.failures import status_of
from hub.web.forms import Form
from hub.web.house import house
from hub.web.pages import block, by_htmx, page
from hub.web.visitor import Visitor, language_of, visitor_of

# A form comes back with these; what else is refused is not about the form.
AT_THE_FORM = (Invalid, WrongState, Unavailable)

Own = tuple[SeenBriefing, SeenOwn]
"""A question of one's own, and where it was asked."""


async def panel(
    request: Request, briefing: SeenBriefing, visitor: Visitor | None
) -> dict[str, Any] | None:
    """What the room's page holds of its reader's own: the form and their questions; None for
    somebody who does not ask."""
    if visitor is None or not may_ask(visitor.person.role):
        return None
    return _panel(request, briefing, Form.empty(ASK), await _own(request, briefing, visitor.person))


async def fragments(request: Request, own: SeenOwnList, briefing: SeenBriefing) -> Response:
    """What changes in the panel of a page that is open."""
    shown = {"briefing": briefing, "own": own}
    return block(request, "questions/mine.html", "fragments", shown)


async def own_page(
    request: Request,
    own: SeenOwnList,
    briefing: SeenBriefing,
    windows: list[tuple[str, str, bool]],
) -> Response:
    """The same questions on a page of their own."""
    shown = {"briefing": briefing, "own": own, "windows": windows}
    return await page(request, "questions/own.html", shown)


async def ask_back(request: Request, slug: str, form: Form, refusal: Refusal) -> Response:
    """The form as it was filled in and why it was refused."""
    form.refuse(refusal)
    visitor = await visitor_of(request)
    person = visitor.person if visitor else None
    briefing, own = await _screen(request, slug, person) if person else (None, None)
    if briefing is None:
        raise refusal
    shown = _panel(request, briefing, form, own)
    status = status_of(refusal)
    if not by_htmx(request):
        here = {"briefing": briefing, "asking": shown, "here": f"/briefings/{slug}"}
        return await page(request, "questions/asking.html", here, status=status)
    return _swapped(request, "ask", {"asking": shown, "briefing": briefing}, "ask", status)


async def act_form(
    request: Request, part: str, form: Form, own: Own, *, status: int = 200
) -> Response:
    """The form of an act on one's own question: a page, or what stands inside the dialog."""
    shown = _act(request, form, own)
    if by_htmx(request):
        return block(request, f"questions/{part}.html", "form", shown, status=status)
    return await page(request, f"questions/{part}.html", shown, status=status)


async def act_back(request: Request, part: str, form: Form, refusal: Refusal, own: Own) -> Response:
    """The form of an act as it was filled in and why it was refused."""
    form.refuse(refusal)
    status = status_of(refusal)
    if not by_htmx(request):
        return await act_form(request, part, form, own, status=status)
    return _swapped(request, part, _act(request, form, own), part, status)


def _swapped(
    request: Request, template: str, shown: dict[str, Any], target: str, status: int
) -> Response:
    answer = block(request, f"questions/{template}.html", "form", shown, status=status)
    # Only an answer that holds the form may take its place: any other would take the words away.
    answer.headers["HX-Retarget"] = f"#{target}"
    answer.headers["HX-Reswap"] = "outerMorph"
    return answer


async def _own(request: Request, briefing: SeenBriefing, person: Person) -> SeenOwnList | None:
    """None while the database does not answer: the form is there all the same."""
    try:
        return (await _screen(request, briefing.slug, person))[1]
    except Unavailable:
        return None


async def _screen(request: Request, slug: str, person: Person) -> tuple[SeenBriefing, SeenOwnList]:
    screen = await house(request).database.read(
        lambda db: own_screen(db, slug, person, recent=True)
    )
    return seen_briefing(screen.briefing, Audience.ROOM), seen_own_list(screen, person)


def _panel(
    request: Request, briefing: SeenBriefing, form: Form, own: SeenOwnList | None
) -> dict[str, Any]:
    return {
        "form": form,
        "refusals": _refusals(request, form),
        "own": own,
        "limit": QUESTION_LIMIT,
        "closed": briefing.state == BriefingState.CLOSED,
    }


def _act(request: Request, form: Form, own: Own) -> dict[str, Any]:
    briefing, question = own
    # A form that comes back stands at an address that only takes it.
    back = f"/briefings/{briefing.slug}"
    return {
        "briefing": briefing,
        "question": question,
        "form": form,
        "refusals": _refusals(request, form),
        "limit": QUESTION_LIMIT,
        "note_limit": NOTE_LIMIT,
        "here": request.url.path if request.method == "GET" else back,
    }


def _refusals(request: Request, form: Form) -> dict[str, str]:
    renderer, language = house(request).renderer, language_of(request)
    return {place: renderer.refusal(language, why) for place, why in form.refusals.items()}
