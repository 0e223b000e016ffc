"""The sitemap: every address of the hub, on one page."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from hub.integrations import api, calendar
from hub.web import (
    asking,
    closing,
    desk,
    documents,
    floor,
    handout,
    health,
    live,
    operations,
    order_page,
    podium,
    public,
    question_page,
    reading,
    room,
    season,
    segments,
    session,
)
from hub.web.bodies import UNLIMITED
from hub.web.files import StaticFiles
from hub.web.taking_in import uploads

Endpoint = Callable[[Request], Awaitable[Response]]


def routes(static: Path) -> list[BaseRoute]:
    """All routes; `static` is the folder of our own files."""
    update = "/briefings/{slug}/updates/{ref}"
    question = "/briefings/{slug}/questions/{ref}"
    return [
        # First: they are asked most, and found by going through the list.
        *api.routes(),
        page("/", public.front),
        page("/agenda.ics", calendar.agenda),
        page("/briefings/{slug}", room.window),
        WebSocketRoute("/briefings/{slug}/live", live.live),
        page("/briefings/{slug}/events/{span}", segments.segment),
        page("/briefings/{slug}/podium", podium.screen),
        act("/briefings/{slug}/opening", podium.start),
        act("/briefings/{slug}/pause", podium.pause),
        act("/briefings/{slug}/resumption", podium.resume),
        both("/briefings/{slug}/closing", closing.closing_form, closing.close),
        act("/briefings/{slug}/speakers", podium.add_speaker),
        act("/briefings/{slug}/updates", podium.publish),
        act("/briefings/{slug}/updates/preview", podium.preview),
        page(update, room.update),
        both(f"{update}/correction", podium.correction_form, podium.correct),
        both(f"{update}/retraction", podium.retraction_form, podium.retract),
        act(f"{update}/pin", podium.pin),
        act(f"{update}/unpin", podium.unpin),
        # Of questions, at the podium.
        both(f"{question}/taken", floor.taking_form, floor.take),
        both(f"{question}/referral", floor.referral_form, floor.refer),
        act("/briefings/{slug}/messages/{ref}/acknowledgement", floor.acknowledge_message),
        # Of questions, for the room and the public.
        both("/briefings/{slug}/questions", question_page.waiting, asking.ask),
        page("/briefings/{slug}/questions/mine", asking.mine),
        page(question, question_page.pair),
        both(f"{question}/edit", asking.edit_form, asking.edit),
        both(f"{question}/withdrawal", asking.withdrawal_form, asking.withdraw),
        both(f"{question}/appeal", asking.appeal_form, asking.appeal),
        page("/briefings/{slug}/order", order_page.order_page),
        page("/briefings/{slug}/order.json", order_page.document),
        page("/season", season.season_page),
        *_desk(),
        *_documents(),
        *_handing_in(),
        both("/sign-in", session.sign_in_form, session.sign_in),
        both("/sign-in/{secret}", session.link_form, session.use_link),
        act("/sign-out", session.sign_out),
        page("/languages/{code}", session.choose_language),
        page("/operations", operations.operations),
        page("/healthz", health.healthz),
        page("/readyz", health.readyz),
        page("/metrics", health.metrics),
        Mount("/static", StaticFiles(static)),
    ]


def _desk() -> list[BaseRoute]:
    """The moderators' own."""
    at, question = "/briefings/{slug}/desk", "/briefings/{slug}/questions/{ref}"
    return [
        page(at, desk.screen),
        act(f"{at}/undo", desk.undo),
        act(f"{at}/declines", desk.decline_several),
        act(f"{at}/messages", desk.say),
        both(f"{at}/settings", desk.settings_form, desk.settle),
        page(f"{question}/desk", desk.card),
        both(f"{question}/approval", desk.form_of("approval"), desk.approve),
        both(f"{question}/decline", desk.form_of("decline"), desk.decline),
        both(f"{question}/merge", desk.form_of("merge"), desk.merge),
        both(f"{question}/call", desk.form_of("call"), desk.call),
        both(f"{question}/spoken-answer", desk.form_of("spoken-answer"), desk.answered_aloud),
        both(f"{question}/move", desk.form_of("move"), desk.move),
        both(f"{question}/upholding", desk.form_of("upholding"), desk.uphold),
        act(f"{question}/hold", desk.hold),
        act(f"{question}/release", desk.release),
    ]


def _documents() -> list[BaseRoute]:
    """For those who read: a file at its address, and documents as pages."""
    at, file = "/briefings/{slug}/documents", "/files/{address}"
    return [
        both(at, reading.all_of_them, documents.hand_in, body_limit=UNLIMITED),
        page(f"{at}.zip", reading.bundle),
        page(f"{at}/{{ref}}", reading.permalink),
        page(f"{file}.sha256", handout.checksum),
        page(file, handout.download),
        page(f"{file}/read", reading.read),
        page(f"{file}/preview", handout.preview),
        page(f"{file}/pages/{{page}}.webp", handout.page_picture),
        page(f"{file}/{{width}}.webp", handout.width),
    ]


def _handing_in() -> list[BaseRoute]:
    """Documents at the podium. What takes files has the limit of the arrivals, and no other."""
    document = "/briefings/{slug}/documents/{ref}"
    version = f"{document}/versions/{{number}}"
    return [
        *uploads(),
        both(
            f"{document}/versions",
            documents.version_form,
            documents.hand_in_again,
            body_limit=UNLIMITED,
        ),
        page(f"{version}/original", documents.original),
        page(f"{version}/preview", documents.preview),
        both(f"{document}/description", documents.description_form, documents.describe),
        both(f"{document}/drop", documents.drop_form, documents.drop),
        both(f"{document}/withdrawal", documents.withdrawal_form, documents.withdraw),
        both(f"{document}/discard", documents.discard_form, documents.discard),
        act(f"{document}/place", documents.put),
    ]


def page(path: str, endpoint: Endpoint) -> Route:
    """Something to read."""
    return Route(path, endpoint, methods=["GET"])


def act(path: str, endpoint: Endpoint) -> Route:
    """Something to do."""
    return Route(path, endpoint, methods=["POST"])


def both(path: str, form: Endpoint, done: Endpoint, *, body_limit: int | None = None) -> Route:
    """A form and what it does, at one address. `body_limit`: in place of the hub's, in bytes."""

    async def endpoint(request: Request) -> Response:
        return await (done if request.method == "POST" else form)(request)

    return Route(path, endpoint, methods=["GET", "POST"], max_body_size=body_limit)
