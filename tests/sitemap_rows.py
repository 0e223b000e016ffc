"""Every address, and what each role is answered there: one row an address and method."""

from dataclasses import dataclass, field
from typing import Any

from hub.domain.audience import Audience

Statuses = tuple[int, int, int, int, int, int]
"""For nobody, journalist, moderator, spokesperson, officer, administrator."""

ALL_READ: Statuses = (200, 200, 200, 200, 200, 200)
ALL_SENT_ON: Statuses = (303, 303, 303, 303, 303, 303)
PODIUM_READS: Statuses = (303, 404, 404, 200, 200, 404)
ADMINISTRATION_READS: Statuses = (303, 404, 404, 404, 404, 200)
# For programs, which are not sent to sign in; a proxy's header says that one comes from elsewhere.
ADMINISTRATION_MEASURES: Statuses = (404, 404, 404, 404, 404, 200)
PODIUM_SHOWN: Statuses = (401, 404, 404, 200, 200, 404)
PODIUM_ACTS: Statuses = (401, 404, 404, 303, 303, 404)
# A cookie opens nothing here.
NO_TOKEN: Statuses = (401, 401, 401, 401, 401, 401)
API_MADE: Statuses = (401, 403, 403, 201, 201, 403)
API_DONE: Statuses = (401, 403, 403, 204, 204, 403)
API_STAGED: Statuses = (401, 403, 204, 204, 204, 403)
# Of a question's own address everybody allowed is told that this one is not there.
API_ASKERS: Statuses = (401, 404, 403, 403, 403, 403)
API_DESK: Statuses = (401, 403, 404, 403, 403, 403)
API_STAGE: Statuses = (401, 403, 404, 404, 404, 403)
API_PODIUM: Statuses = (401, 403, 403, 404, 404, 403)
NOWHERE: Statuses = (404, 404, 404, 404, 404, 404)


@dataclass(frozen=True)
class Row:
    """`cookie` and `token`: the statuses for those who come signed in, or with a token."""

    cookie: Statuses
    token: Statuses
    sent: dict[str, str] = field(default_factory=dict)
    json: dict[str, Any] | None = None
    state: str = "live"


def page(statuses: Statuses, **more: Any) -> Row:
    return Row(statuses, statuses, **more)


def api(statuses: Statuses, json: dict[str, Any], *, state: str = "live") -> Row:
    return Row(NO_TOKEN, statuses, json=json, state=state)


B = "/briefings/{slug}"
U = "/briefings/{slug}/updates/{ref}"
UPDATE = {"key": "k", "text": "Words", "language": "en"}
Q = f"/api{B}/questions/{{ref}}"
DECLINING = {"reason": "private"}

D = f"/api{B}/documents/{{ref}}"

OF_DOCUMENTS_BY_API: dict[tuple[str, str], Row] = {
    ("GET", f"/api{B}/documents"): page(ALL_READ),
    ("GET", D): page(NOWHERE),
    ("GET", f"/api{B}/podium/documents"): Row(NO_TOKEN, (401, 403, 403, 200, 200, 403)),
    ("POST", f"{D}/description"): api(API_PODIUM, {}),
    ("POST", f"{D}/drop"): api(API_PODIUM, {}),
    ("POST", f"{D}/withdrawal"): api(API_PODIUM, {"reason": "Wrong"}),
    ("POST", f"{D}/discard"): api(API_PODIUM, {}),
    ("POST", f"{D}/place"): api(API_PODIUM, {}),
}

DOCUMENT = f"{B}/documents/{{ref}}"
# Of a document that there is not: nothing, for whoever may look.
NO_DOCUMENT: Statuses = (303, 404, 404, 404, 404, 404)
NO_DOCUMENT_ACT: Statuses = (401, 404, 404, 404, 404, 404)
NO_FILES: Statuses = (401, 404, 404, 415, 415, 404)
NOT_TUS: Statuses = (412, 412, 412, 412, 412, 412)
TUS_SAYS: Statuses = (204, 204, 204, 204, 204, 204)

OF_DOCUMENTS: dict[tuple[str, str], Row] = {
    ("GET", f"{B}/documents"): page(ALL_READ),
    ("GET", f"{B}/documents.zip"): page(ALL_READ),
    ("GET", DOCUMENT): page(NOWHERE),
    ("GET", "/files/{address}"): page(NOWHERE),
    ("GET", "/files/{address}.sha256"): page(NOWHERE),
    ("GET", "/files/{address}/read"): page(NOWHERE),
    ("GET", "/files/{address}/preview"): page(NOWHERE),
    ("GET", "/files/{address}/pages/{page}.webp"): page(NOWHERE),
    ("GET", "/files/{address}/{width}.webp"): page(NOWHERE),
    ("POST", f"{B}/documents"): page(NO_FILES),
    ("OPTIONS", f"{B}/uploads"): page(TUS_SAYS),
    ("POST", f"{B}/uploads"): page(NOT_TUS),
    ("OPTIONS", f"{B}/uploads/{{upload}}"): page(TUS_SAYS),
    ("HEAD", f"{B}/uploads/{{upload}}"): page(NOT_TUS),
    ("PATCH", f"{B}/uploads/{{upload}}"): page(NOT_TUS),
    ("DELETE", f"{B}/uploads/{{upload}}"): page(NOT_TUS),
    ("POST", f"{B}/uploads/{{upload}}"): page((405, 405, 405, 405, 405, 405)),
    ("GET", f"{DOCUMENT}/versions/{{number}}/original"): page(NO_DOCUMENT),
    ("GET", f"{DOCUMENT}/versions/{{number}}/preview"): page(NO_DOCUMENT),
    **{
        (method, f"{DOCUMENT}/{act}"): page(statuses, sent={"key": "k"} if sent else {})
        for act in ("versions", "description", "drop", "withdrawal", "discard")
        for method, statuses, sent in (
            ("GET", NO_DOCUMENT, False),
            ("POST", NO_DOCUMENT_ACT, act != "versions"),
        )
    },
    ("POST", f"{DOCUMENT}/place"): page(NO_DOCUMENT_ACT, sent={"before": ""}),
}

OF_QUESTIONS_BY_API: dict[tuple[str, str], Row] = {
    ("GET", f"/api{B}/questions"): page(ALL_READ),
    ("POST", f"/api{B}/questions"): api((401, 201, 403, 403, 403, 403), {"words": "Why?"}),
    ("GET", f"/api{B}/questions/mine"): Row(NO_TOKEN, (401, 200, 403, 403, 403, 403)),
    ("GET", Q): page(NOWHERE),
    ("POST", f"{Q}/edit"): api(API_ASKERS, {"words": "Why?"}),
    ("POST", f"{Q}/withdrawal"): api(API_ASKERS, {}),
    ("POST", f"{Q}/appeal"): api(API_ASKERS, {"words": "Why?"}),
    ("POST", f"{Q}/approval"): api(API_DESK, {}),
    ("POST", f"{Q}/decline"): api(API_DESK, DECLINING),
    ("POST", f"{Q}/upholding"): api(API_DESK, {"note": "No"}),
    ("POST", f"{Q}/merge"): api(API_DESK, {"into": "bcd234fgh"}),
    ("POST", f"{Q}/call"): api(API_DESK, {}),
    ("POST", f"{Q}/spoken-answer"): api(API_DESK, {"note": ""}),
    ("POST", f"{Q}/move"): api(API_DESK, {"reason": "interpreter"}),
    ("POST", f"{Q}/hold"): api(API_DESK, {}),
    ("POST", f"{Q}/release"): api(API_DESK, {}),
    ("POST", f"{Q}/taken"): api(API_STAGE, {"department": "Finance"}),
    ("POST", f"{Q}/referral"): api(API_STAGE, {"body": "Finance"}),
    ("GET", f"/api{B}/desk/questions"): Row(NO_TOKEN, (401, 403, 200, 403, 403, 403)),
    ("GET", f"/api{B}/desk/questions/{{ref}}"): Row(NO_TOKEN, API_DESK),
    ("POST", f"/api{B}/desk/undo"): api((401, 403, 409, 403, 403, 403), {}),
    ("POST", f"/api{B}/desk/declines"): api(
        (401, 403, 422, 403, 403, 403), {"questions": ["bcd234fgh"], **DECLINING}
    ),
    ("POST", f"/api{B}/desk/messages"): api((401, 403, 201, 403, 403, 403), {"words": "Two"}),
    ("POST", f"/api{B}/desk/settings"): api((401, 403, 204, 403, 403, 403), {}),
    ("GET", f"/api{B}/podium/questions"): Row(NO_TOKEN, (401, 403, 403, 200, 200, 403)),
    ("POST", f"/api{B}/messages/{{ref}}/acknowledgement"): api(API_PODIUM, {}),
}

ONE = f"{B}/questions/{{ref}}"
ASK = {"key": "k", "words": "Why?", "language": "en", "zone": "UTC"}
# Another one's question is not there, whatever is asked of it.
NOT_THEIRS: Statuses = (303, 404, 404, 404, 404, 404)
NOT_THEIR_ACT: Statuses = (401, 404, 404, 404, 404, 404)

OF_QUESTIONS_IN_THE_ROOM: dict[tuple[str, str], Row] = {
    ("GET", f"{B}/questions"): page(ALL_READ),
    ("POST", f"{B}/questions"): page((401, 303, 404, 404, 404, 404), sent=ASK),
    ("GET", f"{B}/questions/mine"): page((303, 200, 404, 404, 404, 404)),
    ("GET", ONE): page(NOWHERE),
    ("GET", f"{ONE}/edit"): page(NOT_THEIRS),
    ("POST", f"{ONE}/edit"): page(NOT_THEIR_ACT, sent={"key": "k", "words": "Why?"}),
    ("GET", f"{ONE}/withdrawal"): page(NOT_THEIRS),
    ("POST", f"{ONE}/withdrawal"): page(NOT_THEIR_ACT, sent={"key": "k"}),
    ("GET", f"{ONE}/appeal"): page(NOT_THEIRS),
    ("POST", f"{ONE}/appeal"): page(NOT_THEIR_ACT, sent={"key": "k", "appeal": "Why?"}),
    ("GET", f"{B}/order"): page(ALL_READ),
    ("GET", f"{B}/order.json"): page(ALL_READ),
    ("GET", "/season"): page(ALL_READ),
}

# Whoever is at the podium or the desk runs the briefing.
RUN: Statuses = (401, 404, 303, 303, 303, 404)

OF_QUESTIONS_AT_THE_PODIUM: dict[tuple[str, str], Row] = {
    ("GET", f"{B}/closing"): page((303, 404, 200, 200, 200, 404)),
    ("GET", f"{ONE}/taken"): page(NOT_THEIRS),
    ("POST", f"{ONE}/taken"): page(NOT_THEIR_ACT, sent={"key": "k", "department": "Health"}),
    ("GET", f"{ONE}/referral"): page(NOT_THEIRS),
    ("POST", f"{ONE}/referral"): page(NOT_THEIR_ACT, sent={"key": "k", "body": "Ministry"}),
    ("POST", f"{B}/messages/{{ref}}/acknowledgement"): page(NOT_THEIR_ACT),
}

DESK_READS: Statuses = (303, 404, 200, 404, 404, 404)
DESK_ACTS: Statuses = (401, 404, 303, 404, 404, 404)
LIMITS = {"shown": "all", "person_limit": "3", "outlet_limit": "6"}
EVEN = {"central": "1", "local": "1", "foreign": "1"}

AT_THE_DESK: dict[tuple[str, str], Row] = {
    ("GET", f"{B}/desk"): page(DESK_READS),
    ("POST", f"{B}/desk/undo"): page((401, 404, 409, 404, 404, 404), sent={"key": "k"}),
    ("POST", f"{B}/desk/declines"): page(
        (401, 404, 422, 404, 404, 404), sent={"key": "k", **DECLINING}
    ),
    ("POST", f"{B}/desk/messages"): page(DESK_ACTS, sent={"key": "k", "words": "Two"}),
    ("GET", f"{B}/desk/settings"): page(DESK_READS),
    ("POST", f"{B}/desk/settings"): page(DESK_ACTS, sent=LIMITS | EVEN),
    ("GET", f"{ONE}/desk"): page(NOT_THEIRS),
    **{
        ("GET", f"{ONE}/{act}"): page(NOT_THEIRS)
        for act in ("approval", "decline", "merge", "call", "spoken-answer", "move", "upholding")
    },
    **{
        ("POST", f"{ONE}/{act}"): page(NOT_THEIR_ACT, sent={"key": "k", "revision": "1"} | sent)
        for act, sent in {
            "approval": {},
            "decline": DECLINING,
            "merge": {"into": "1"},
            "call": {},
            "spoken-answer": {},
            "move": {"reason": "interpreter"},
            "upholding": {"note": "No"},
            "hold": {},
            "release": {},
        }.items()
    },
}

SITEMAP: dict[tuple[str, str], Row] = {
    **OF_QUESTIONS_IN_THE_ROOM,
    **OF_QUESTIONS_AT_THE_PODIUM,
    **AT_THE_DESK,
    ("GET", "/"): page(ALL_READ),
    ("GET", "/agenda.ics"): page(ALL_READ),
    ("GET", B): page(ALL_READ),
    ("GET", f"{B}/events/{{span}}"): page(ALL_READ),
    ("GET", f"{B}/podium"): page(PODIUM_READS),
    ("POST", f"{B}/opening"): page(RUN, state="scheduled"),
    ("POST", f"{B}/pause"): page(RUN),
    ("POST", f"{B}/resumption"): page(RUN, state="paused"),
    ("POST", f"{B}/closing"): page(RUN, sent={"key": "k"}),
    ("POST", f"{B}/speakers"): page(PODIUM_ACTS, sent={"name": "Somebody New"}),
    ("POST", f"{B}/updates"): page(PODIUM_ACTS, sent=UPDATE),
    ("POST", f"{B}/updates/preview"): page(PODIUM_SHOWN, sent=UPDATE),
    ("GET", U): page(ALL_READ),
    ("GET", f"{U}/correction"): page(PODIUM_READS),
    ("POST", f"{U}/correction"): page(
        PODIUM_ACTS, sent={"key": "k", "edition": "1", "text": "Other words"}
    ),
    ("GET", f"{U}/retraction"): page(PODIUM_READS),
    ("POST", f"{U}/retraction"): page(PODIUM_ACTS, sent={"key": "k", "notice": "Wrong"}),
    ("POST", f"{U}/pin"): page(PODIUM_ACTS),
    ("POST", f"{U}/unpin"): page(PODIUM_ACTS),
    ("GET", "/sign-in"): page(ALL_READ),
    ("POST", "/sign-in"): page(
        (422, 422, 422, 422, 422, 422), sent={"name": "Ana Brito", "password": "a wrong one"}
    ),
    ("GET", "/sign-in/{secret}"): page(ALL_READ),
    ("POST", "/sign-in/{secret}"): page(ALL_SENT_ON),
    ("POST", "/sign-out"): page(ALL_SENT_ON),
    ("GET", "/languages/{code}"): page(ALL_SENT_ON),
    ("GET", "/api/briefings"): page(ALL_READ),
    ("POST", "/api/briefings"): api(API_MADE, {"slug": "NEW", "title": "New"}),
    ("GET", f"/api{B}"): page(ALL_READ),
    ("GET", f"/api{B}/events"): page(ALL_READ),
    ("POST", f"/api{B}/opening"): api(API_STAGED, {}, state="scheduled"),
    ("POST", f"/api{B}/pause"): api(API_STAGED, {}),
    ("POST", f"/api{B}/resumption"): api(API_STAGED, {}, state="paused"),
    ("POST", f"/api{B}/closing"): api(API_STAGED, {}),
    ("POST", f"/api{B}/speakers"): api(API_DONE, {"name": "Somebody New"}),
    ("POST", f"/api{B}/updates"): api(API_MADE, {"text": "Words"}),
    ("GET", f"/api{U}"): page(ALL_READ),
    ("POST", f"/api{U}/correction"): api(API_MADE, {"text": "Other words"}),
    ("POST", f"/api{U}/retraction"): api(API_MADE, {"notice": "Wrong"}),
    ("POST", f"/api{U}/pin"): api(API_DONE, {}),
    ("POST", f"/api{U}/unpin"): api(API_DONE, {}),
    **OF_DOCUMENTS_BY_API,
    **OF_DOCUMENTS,
    **OF_QUESTIONS_BY_API,
    ("GET", "/api/openapi.json"): page(ALL_READ),
    ("GET", "/healthz"): page(ALL_READ),
    ("GET", "/readyz"): page(ALL_READ),
    ("GET", "/metrics"): page(ADMINISTRATION_MEASURES),
    ("GET", "/operations"): page(ADMINISTRATION_READS),
    ("GET", "/static"): page(ALL_READ),
}

# The socket's door: as whom one may sit there.
LIVE = f"{B}/live"
SEATS: dict[Audience, Statuses] = {
    Audience.PUBLIC: (101, 101, 101, 101, 101, 101),
    Audience.ROOM: (404, 101, 101, 101, 101, 404),
    Audience.PODIUM: (404, 404, 404, 101, 101, 404),
    Audience.DESK: (404, 404, 101, 404, 404, 404),
}
