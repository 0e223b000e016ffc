"""The forms of what becomes of a called question, and of the close, as they are shown."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from hub.domain.audience import Audience
from hub.domain.briefing import Briefing
from hub.domain.errors import Refusal
from hub.domain.question import Question
from hub.live.seen_questions import seen_question
from hub.web.failures import status_of
from hub.web.forms import Form
from hub.web.house import now
from hub.web.pages import block, by_htmx, page
from hub.web.podium_page import around, form_block, refusals
from hub.web.promise import USUAL_HOURS, offered, whole_minute
from hub.web.visitor import window_of


async def question_form(
    request: Request,
    part: str,
    form: Form,
    found: tuple[Briefing, Question],
    *,
    status: int = 200,
) -> Response:
    """The form of an act on one question: a page, or what stands inside the podium's dialog."""
    shown = await _shown(request, form, *found)
    if by_htmx(request):
        return block(request, f"podium/{part}.html", "form", shown, status=status)
    return await page(request, f"podium/{part}.html", shown, status=status)


async def question_back(
    request: Request,
    part: str,
    form: Form,
    refusal: Refusal,
    found: tuple[Briefing, Question],
) -> Response:
    """The form as it was filled in and why it was refused."""
    form.refuse(refusal)
    if not by_htmx(request):
        return await question_form(request, part, form, found, status=status_of(refusal))
    shown = await _shown(request, form, *found)
    return form_block(request, part, shown, status=status_of(refusal))


def promising(request: Request, briefing: Briefing, *chosen: str) -> dict[str, Any]:
    """What a promise is chosen from; `chosen`: the hours that a form came back with."""
    since = whole_minute(now())
    # The list of speakers is the podium's own.
    speakers = briefing.speakers if window_of(request) == Audience.PODIUM else []
    return {
        "since": int(since.timestamp()),
        "offered": offered(since, *chosen),
        "usual": USUAL_HOURS,
        "departments": sorted({one.department for one in speakers if one.department}),
    }


async def _shown(
    request: Request, form: Form, briefing: Briefing, question: Question
) -> dict[str, Any]:
    return (
        await around(request, briefing)
        | promising(request, briefing, form.get("hours"))
        | {
            "question": seen_question(question, briefing, window_of(request)),
            "revision": question.revision,
            "form": form,
            "refusals": refusals(request, form),
        }
    )
