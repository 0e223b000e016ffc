"""The API on one page: what a program may read and do."""

from functools import cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from hub.integrations import briefings, desk, documents, openapi, questions, updates
from hub.integrations.operation import routes_of

OPERATIONS = (
    briefings.list_briefings,
    briefings.read_briefing,
    briefings.read_events,
    briefings.add_briefing,
    briefings.add_speaker,
    briefings.open_briefing,
    briefings.pause_briefing,
    briefings.resume_briefing,
    briefings.close_briefing,
    updates.read_update,
    updates.publish,
    updates.correct,
    updates.retract,
    updates.pin,
    updates.unpin,
    questions.read_queue,
    # Before any question's own address, which would take it for a reference.
    questions.read_own_questions,
    questions.read_question,
    questions.ask_question,
    questions.edit_question,
    questions.withdraw_question,
    questions.appeal,
    questions.read_podium_questions,
    questions.acknowledge,
    desk.read_desk,
    desk.read_desk_question,
    desk.approve,
    desk.decline,
    desk.decline_several,
    desk.uphold,
    desk.merge,
    desk.call,
    desk.answered_aloud,
    desk.move,
    desk.take,
    desk.refer,
    desk.hold,
    desk.release,
    desk.undo,
    desk.send_message,
    desk.settle,
    documents.read_documents,
    documents.read_document,
    documents.read_podium_documents,
    documents.describe_document,
    documents.drop,
    documents.withdraw_document,
    documents.discard,
    documents.place_document,
)


def routes() -> list[BaseRoute]:
    """Every address of the API, and the document that describes them."""
    body = document()

    async def describe(_request: Request) -> Response:
        return Response(body, headers={"Cache-Control": "no-cache"}, media_type="application/json")

    return [*routes_of(OPERATIONS), Route("/api/openapi.json", describe, methods=["GET"])]


@cache
def document() -> bytes:
    """The OpenAPI document that describes all of it."""
    return openapi.document(OPERATIONS)
