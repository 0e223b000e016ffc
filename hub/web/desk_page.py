"""The desk as it is shown: its page, its settings, and its forms when they come back."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from hub.domain.audience import Audience
from hub.domain.briefing import Briefing
from hub.domain.errors import N_, Refusal
from hub.domain.question import Question
from hub.domain.question_state import QuestionState
from hub.domain.reason import DECLINED
from hub.live.frame import context
from hub.live.scene import Scene, card_scene, floor_scene, state_scene
from hub.live.seen import seen_briefing
from hub.store.finding import briefing_at
from hub.store.screens import DeskScreen, desk_screen
from hub.web.desk_forms import DECLINES, MESSAGE, SETTINGS, UNDO
from hub.web.failures import status_of
from hub.web.forms import Form
from hub.web.house import house, now
from hub.web.pages import block, by_htmx, page
from hub.web.room import windows
from hub.web.visitor import language_of, visitor_of

DISPOSED = 200
"""How many of those that ended the desk shows."""

ASKED, APPROVED, CALLED = QuestionState.ASKED, QuestionState.APPROVED, QuestionState.CALLED

# What stands in a refusal for the state of a question.
STATES = {
    "asked": N_("New"),
    "approved": N_("Approved"),
    "called": N_("Called"),
    "answered": N_("Answered"),
    "taken": N_("Taken"),
    "referred": N_("Referred"),
    "declined": N_("Declined"),
    "merged": N_("Merged"),
    "withdrawn": N_("Withdrawn"),
}

_FORMS = {"wire": MESSAGE, "declines": DECLINES, "undo": UNDO}
# Those that come back by themselves to a page that is open.
_BLOCKS = frozenset({"wire", "declines"})


async def screen_page(request: Request) -> Response:
    """The desk with empty forms."""
    return await page(request, "desk/screen.html", await _screen(request, {}))


async def screen_back(request: Request, part: str, form: Form, refusal: Refusal) -> Response:
    """One form of the desk as it was filled in and why it was refused."""
    form.refuse(refusal)
    status = status_of(refusal)
    if not by_htmx(request):
        return await page(
            request, "desk/screen.html", await _screen(request, {part: form}), status=status
        )
    if part not in _BLOCKS:
        raise refusal
    briefing = await _briefing(request)
    shown = {"briefing": seen_briefing(briefing, Audience.DESK), "declined": DECLINED}
    return block(
        request, f"desk/{part}.html", "form", shown | _form(request, part, form), status=status
    )


async def settings_page(request: Request) -> Response:
    """The settings as they stand, to be changed."""
    briefing = await _briefing(request)
    form = Form.empty(
        SETTINGS,
        shown=briefing.shown.value,
        person_limit=str(briefing.person_limit),
        outlet_limit=str(briefing.outlet_limit),
        **{category: str(weight) for category, weight in briefing.proportion.items()},
    )
    return await _settings(request, briefing, form, 200)


async def settings_back(request: Request, form: Form, refusal: Refusal) -> Response:
    """The settings as they were typed and why they were refused."""
    form.refuse(refusal)
    # The proportion is three fields, and one thing to refuse.
    if getattr(refusal, "field", "") == "proportion":
        form.refusals["proportion"] = form.refusals.pop("")
    return await _settings(request, await _briefing(request), form, status_of(refusal))


async def _settings(request: Request, briefing: Briefing, form: Form, status: int) -> Response:
    shown = await around(request, briefing) | {"form": form, "refusals": refusals_of(request, form)}
    if by_htmx(request):
        return block(request, "desk/settings_form.html", "form", shown, status=status)
    return await page(request, "desk/settings_form.html", shown, status=status)


async def _screen(request: Request, back: Mapping[str, Form]) -> dict[str, Any]:
    slug = slug_of(request)
    screen = await house(request).database.read(
        lambda session: desk_screen(session, slug, limit=DISPOSED)
    )
    state = state_scene(screen.briefing, Audience.DESK)
    floor = floor_scene(screen.briefing, Audience.DESK, screen.floor, screen.messages)
    shown = await around(request, screen.briefing) | {
        "head": screen.head,
        "epoch": screen.epoch,
        "most": DISPOSED,
        "declined": DECLINED,
        "state_html": part_of(request, "briefings/state.html", state),
        "controls_html": part_of(request, "briefings/controls.html", state),
        "settings_html": part_of(request, "desk/settings.html", floor),
        "messages_html": part_of(request, "questions/messages.html", floor),
        "order_html": part_of(request, "questions/order.html", floor),
    }
    for part, fields in _FORMS.items():
        shown |= _form(request, part, back.get(part) or Form.empty(fields))
    shown["refused"] = " ".join(shown["undo_refusals"].values())
    return shown | _lists(request, screen)


def _lists(request: Request, screen: DeskScreen) -> dict[str, list[Markup]]:
    def cards(questions: Sequence[Question]) -> list[Markup]:
        scenes = (card_scene(screen.briefing, one) for one in questions)
        return [part_of(request, "questions/card.html", scene) for scene in scenes]

    def standing(state: QuestionState) -> list[Question]:
        return [one for one in screen.open if one.state == state]

    place = {place.ref: index for index, place in enumerate(screen.floor.places)}
    appeals = [one for one in screen.disposed if one.appealed_at and one.appeals]
    appeals.sort(key=lambda one: (one.appealed_at, one.number))
    return {
        "new": cards([*appeals, *standing(ASKED)]),
        "approved": cards(sorted(standing(APPROVED), key=lambda one: place[one.ref])),
        "called": cards(sorted(standing(CALLED), key=lambda one: one.call_number or 0)),
        "disposed": cards([one for one in screen.disposed if not one.appeals]),
    }


async def _briefing(request: Request) -> Briefing:
    slug = slug_of(request)
    return await house(request).database.read(lambda session: briefing_at(session, slug))


async def around(request: Request, briefing: Briefing) -> dict[str, Any]:
    # A form that comes back stands at an address that only takes it.
    desk = f"/briefings/{briefing.slug}/desk"
    return {
        "briefing": seen_briefing(briefing, Audience.DESK),
        "here": request.url.path if request.method == "GET" else desk,
        "desk": desk,
        "windows": windows(briefing.slug, await visitor_of(request), desk),
        "now": now(),
    }


def _form(request: Request, part: str, form: Form) -> dict[str, Any]:
    return {part: form, f"{part}_refusals": refusals_of(request, form)}


def part_of(request: Request, template: str, scene: Scene) -> Markup:
    """The block of a frame, so that a loaded page and a followed one are the same."""
    html = house(request).renderer.block(
        language_of(request), template, Audience.DESK.value, context(scene)
    )
    return Markup(html)  # noqa: S704 - our own templates


def refusals_of(request: Request, form: Form) -> dict[str, str]:
    """Why it was refused, by field, in the moderator's language; also the state it tells of."""
    translate, language = house(request).renderer.translate, language_of(request)
    told = {}
    for place, why in form.refusals.items():
        values = dict(why.values)
        if state := STATES.get(str(values.get("state"))):
            values["state"] = translate(language, state)
        # The reasons stand there in words; their codes are nobody's language.
        says = N_("Choose one of these reasons.") if _is_of_reasons(place, why) else why.says
        told[place] = translate(language, says, **values)
    return told


def _is_of_reasons(place: str, why: Refusal) -> bool:
    return place == "reason" and "choices" in why.values


def slug_of(request: Request) -> str:
    return str(request.path_params["slug"])
