"""The podium as it is shown: its page, and its forms when they come back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import Response

from hub.domain.audience import Audience, EventKind
from hub.domain.briefing import Briefing
from hub.domain.errors import Refusal
from hub.domain.update import Update
from hub.domain.words import NOTICE_LIMIT, TEXT_LIMIT, whole_number
from hub.live.broadcasts import Scene, state_scene
from hub.live.frame import context, item
from hub.live.seen import seen_briefing, seen_update
from hub.store.screens import FEED, podium_screen
from hub.web.failures import status_of
from hub.web.forms import DRAFT, SPEAKER, Form
from hub.web.house import house, now
from hub.web.pages import block, by_htmx, page
from hub.web.room import windows
from hub.web.visitor import language_of, visitor_of

_MOST_SHOWN = 1_000


async def screen_page(request: Request) -> Response:
    """The podium with empty forms. `?show=100`: so many of what was published."""
    return await page(request, "podium/screen.html", await _screen(request, {}))


async def screen_back(request: Request, part: str, form: Form, refusal: Refusal) -> Response:
    """The podium with one form as it was filled in and why it was refused."""
    form.refuse(refusal)
    shown = await _screen(request, {part: form})
    if not by_htmx(request):
        return await page(request, "podium/screen.html", shown, status=status_of(refusal))
    return _form_block(request, part, shown, status=status_of(refusal))


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
    return _form_block(request, part, shown, status=status_of(refusal))


def draft_seen(request: Request, briefing: Briefing, update: Update | None, form: Form) -> Response:
    """The preview: the room's own article of a draft, or what was refused of it."""
    article = None
    if update is not None:
        update.ref = "preview"
        scene = replace(
            state_scene(briefing, Audience.ROOM),
            kind=EventKind.PUBLISHED,
            n=briefing.head(Audience.ROOM) + 1,
            at=update.published_at,
            update=seen_update(update, Audience.ROOM),
        )
        html = item(scene, language_of(request), house(request).renderer)
        article = Markup(html)  # noqa: S704 - our own templates
    shown = {"article": article, "refusals": list(_refusals(request, form).values())}
    return block(request, "podium/preview.html", "preview", shown)


def _form_block(request: Request, part: str, shown: Mapping[str, Any], *, status: int) -> Response:
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
    composer = back.get("composer") or Form.empty(DRAFT)
    newcomer = back.get("newcomer") or Form.empty(SPEAKER)
    return await _common(request, screen.briefing) | {
        "head": screen.head,
        "epoch": screen.epoch,
        "count": screen.count,
        "more": min(limit + FEED, _MOST_SHOWN) if screen.count > limit else None,
        "state_html": _part(request, "briefings/state.html", state),
        "controls_html": _part(request, "briefings/controls.html", state),
        "options_html": _chosen(
            _part(request, "speakers/options.html", state), composer.get("speaker")
        ),
        "rows": _rows(request, state, screen.published),
        "composer": composer,
        "composer_refusals": _refusals(request, composer),
        "newcomer": newcomer,
        "newcomer_refusals": _refusals(request, newcomer),
    }


async def _act(request: Request, form: Form, update: Update) -> dict[str, Any]:
    return await _common(request, update.briefing) | {
        "update": seen_update(update, Audience.PODIUM),
        "form": form,
        "refusals": _refusals(request, form),
    }


async def _common(request: Request, briefing: Briefing) -> dict[str, Any]:
    # A form that comes back stands at an address that only takes it.
    podium = f"/briefings/{briefing.slug}/podium"
    here = request.url.path if request.method == "GET" else podium
    return {
        "briefing": seen_briefing(briefing, Audience.PODIUM),
        "here": here,
        "podium": podium,
        "windows": windows(briefing.slug, await visitor_of(request), podium),
        "now": now(),
        "text_limit": TEXT_LIMIT,
        "notice_limit": NOTICE_LIMIT,
    }


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


def _refusals(request: Request, form: Form) -> dict[str, str]:
    renderer, language = house(request).renderer, language_of(request)
    return {place: renderer.refusal(language, why) for place, why in form.refusals.items()}


def _limit(request: Request) -> int:
    wanted = whole_number(request.query_params.get("show", ""), digits=6) or FEED
    return max(FEED, min(wanted, _MOST_SHOWN))
