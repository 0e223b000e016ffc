"""The podium as it is shown: its page, and its forms when they come back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import Response

from hub.domain.audience import Audience, EventKind
from hub.domain.briefing import Briefing, BriefingState
from hub.domain.errors import Refusal
from hub.domain.update import Update
from hub.domain.words import NOTICE_LIMIT, TEXT_LIMIT, whole_number
from hub.live.frame import context, item
from hub.live.scene import Scene, documents_scene, floor_scene, state_scene
from hub.live.seen import seen_briefing, seen_update
from hub.live.seen_documents import SeenDocument
from hub.store.screens import FEED, podium_screen
from hub.web.documents_forms import HANDING_IN
from hub.web.failures import status_of
from hub.web.forms import DRAFT, SPEAKER, Form
from hub.web.house import house, now
from hub.web.pages import block, by_htmx, page
from hub.web.room import windows
from hub.web.visitor import language_of, visitor_of, window_of

_MOST_SHOWN = 1_000


def own_window(request: Request) -> str:
    """The address of the window through which somebody was let in."""
    return f"/briefings/{request.path_params['slug']}/{window_of(request)}"


async def screen_page(request: Request) -> Response:
    """The podium with empty forms. `?show=100`: so many of what was published."""
    return await page(request, "podium/screen.html", await _screen(request, {}))


async def screen_back(request: Request, part: str, form: Form, refusal: Refusal) -> Response:
    """The podium with one form as it was filled in and why it was refused."""
    form.refuse(refusal)
    shown = await _screen(request, {part: form})
    if not by_htmx(request):
        return await page(request, "podium/screen.html", shown, status=status_of(refusal))
    return form_block(request, part, shown, status=status_of(refusal))


async def act_form(
    request: Request, part: str, form: Form, update: Update, *, status: int = 200
) -> Response:
    """The form of an act on one update: a page, or what stands inside the podium's dialog."""
    shown = await _act(request, form, update)
    if by_htmx(request):
        return block(request, f"podium/{part}.html", "form", shown, status=status)
    return await page(request, f"podium/{part}.html", shown, status=status)


async def act_back(
    request: Request, part: str, form: Form, refusal: Refusal, update: Update
) -> Response:
    """The form of an act as it was filled in and why it was refused."""
    form.refuse(refusal)
    if not by_htmx(request):
        return await act_form(request, part, form, update, status=status_of(refusal))
    shown = await _act(request, form, update)
    return form_block(request, part, shown, status=status_of(refusal))


def draft_seen(
    request: Request,
    briefing: Briefing,
    update: Update | None,
    form: Form,
    carried: Sequence[SeenDocument],
) -> Response:
    """The preview: the room's own article of a draft with what it carries, or what was refused."""
    article = None
    if update is not None:
        update.ref = "preview"
        scene = replace(
            state_scene(briefing, Audience.ROOM),
            kind=EventKind.PUBLISHED,
            n=briefing.head(Audience.ROOM) + 1,
            at=update.published_at,
            update=replace(seen_update(update, Audience.ROOM), attached=carried),
        )
        html = item(scene, language_of(request), house(request).renderer)
        article = Markup(html)  # noqa: S704 - our own templates
    shown = {"article": article, "refusals": list(refusals(request, form).values())}
    return block(request, "podium/preview.html", "preview", shown)


def form_block(request: Request, part: str, shown: Mapping[str, Any], *, status: int) -> Response:
    """A form in the place of the one that was sent."""
    answer = block(request, f"podium/{part}.html", "form", shown, status=status)
    # Only an answer that holds the form may take its place: any other would take the words away.
    answer.headers["HX-Retarget"] = f"#{part}"
    answer.headers["HX-Reswap"] = "outerMorph"
    return answer


async def _screen(request: Request, back: Mapping[str, Form]) -> dict[str, Any]:
    slug, limit = str(request.path_params["slug"]), _limit(request)
    screen = await house(request).database.read(
        lambda session: podium_screen(session, slug, limit=limit)
    )
    state = state_scene(screen.briefing, Audience.PODIUM)
    floor = floor_scene(screen.briefing, Audience.PODIUM, screen.floor, screen.messages)
    staging = documents_scene(screen.briefing, Audience.PODIUM, screen.documents)
    answers = _answers(request, floor)
    composer = back.get("composer") or Form.empty(DRAFT, answers=answers)
    newcomer = back.get("newcomer") or Form.empty(SPEAKER)
    handing = back.get("handing") or Form.empty(HANDING_IN)
    return await around(request, screen.briefing) | {
        "head": screen.head,
        "epoch": screen.epoch,
        "count": screen.count,
        "more": min(limit + FEED, _MOST_SHOWN) if screen.count > limit else None,
        "state_html": _part(request, "briefings/state.html", state),
        "documents_html": _part(request, "documents/staging.html", staging),
        "documents": staging.documents,
        "handing": handing,
        "handing_refusals": refusals(request, handing),
        "floor_html": _part(request, "questions/floor.html", floor),
        "messages_html": _part(request, "questions/messages.html", floor),
        "controls_html": _part(request, "briefings/controls.html", state),
        "options_html": _chosen(
            _part(request, "speakers/options.html", state), composer.get("speaker")
        ),
        "rows": _rows(request, state, screen.published),
        "floor": floor.floor,
        "composer": composer,
        "composer_refusals": refusals(request, composer),
        "newcomer": newcomer,
        "newcomer_refusals": refusals(request, newcomer),
    }


async def _act(request: Request, form: Form, update: Update) -> dict[str, Any]:
    return await around(request, update.briefing) | {
        "update": seen_update(update, Audience.PODIUM),
        "form": form,
        "refusals": refusals(request, form),
    }


async def around(request: Request, briefing: Briefing) -> dict[str, Any]:
    """What every page of the podium is given; `podium` is the way back to one's own window."""
    # A form that comes back stands at an address that only takes it.
    back = own_window(request)
    here = request.url.path if request.method == "GET" else back
    return {
        "briefing": seen_briefing(briefing, window_of(request)),
        "here": here,
        "podium": back,
        "windows": windows(briefing.slug, await visitor_of(request), back),
        "now": now(),
        "text_limit": TEXT_LIMIT,
        "notice_limit": NOTICE_LIMIT,
        "upload_limit": house(request).arrivals.limit_bytes,
    }


def _answers(request: Request, floor: Scene) -> str:
    """What a new update answers: what was asked for (`?answers=`), else the one called question,
    and after the close what was promised first."""
    asked = request.query_params.get("answers")
    if asked is not None or floor.floor is None:
        return asked or ""
    closed = floor.briefing.state == BriefingState.CLOSED
    first = floor.floor.taken[:1] if closed else floor.floor.called
    return first[0].ref if len(first) == 1 else ""


def _rows(request: Request, state: Scene, published: Sequence[Update]) -> list[Markup]:
    seen = [seen_update(update, Audience.PODIUM) for update in published]
    return [
        _part(
            request,
            "updates/row.html",
            replace(state, kind=EventKind.PUBLISHED, n=update.n, at=update.at, update=update),
        )
        for update in seen
    ]


def _part(request: Request, template: str, scene: Scene) -> Markup:
    """The block of a frame, so that a loaded page and a followed one are the same."""
    html = house(request).renderer.block(
        language_of(request), template, Audience.PODIUM.value, context(scene)
    )
    return Markup(html)  # noqa: S704 - our own templates


def _chosen(options: Markup, speaker: str) -> Markup:
    """The options with one chosen: the block of the frames knows nothing of a form."""
    value = f'value="{escape(speaker)}"'
    return Markup(str(options).replace(value, f"{value} selected", 1))  # noqa: S704


def refusals(request: Request, form: Form) -> dict[str, str]:
    """Why it was refused, by field, in the reader's language."""
    renderer, language = house(request).renderer, language_of(request)
    return {place: renderer.refusal(language, why) for place, why in form.refusals.items()}


def _limit(request: Request) -> int:
    wanted = whole_number(request.query_params.get("show", ""), digits=6) or FEED
    return max(FEED, min(wanted, _MOST_SHOWN))
