"""What programs ask, what the desk's program does with it, and what each of them reads."""

from datetime import UTC, datetime, timedelta

from hub.domain.working_time import OFFICE
from tests.cast import ANA, VERA
from tests.centre import SLUG, Centre, now
from tests.integrations.asking import DESK, QUESTIONS, STORM, Programs, done, read, refused


async def test_a_question_is_asked_approved_called_and_answered(centre: Centre) -> None:
    they = await Programs.of(centre)
    answer = await they.ana.post(QUESTIONS, json={"words": "When do schools open?"})
    made = answer.json()
    ref, url = made["ref"], f"{centre.url}/briefings/{SLUG}/questions/{made['ref']}"
    assert (answer.status_code, answer.headers["location"]) == (201, url)
    assert made == {"ref": ref, "state": "asked", "url": url}

    approved = await they.act(ref, "approval", revision=1)
    assert approved == {
        "ref": ref, "state": "approved", "url": url, "number": 1, "revision": 2,
    }  # fmt: skip
    queue = await read(they.public, QUESTIONS)
    assert [(one["index"], one["question"]["words"]) for one in queue["next"]] == [
        (1, "When do schools open?")
    ]
    assert (await they.act(ref, "call", revision=2))["state"] == "called"
    queue = await read(they.public, QUESTIONS)
    assert (queue["next"], [one["ref"] for one in queue["called"]]) == ([], [ref])

    said = await done(they.vera, f"{STORM}/updates", text="On Monday.", answers=ref)
    question = await read(they.public, f"{QUESTIONS}/{ref}")
    assert (question["state"], question["answer"]) == ("answered", said["ref"])
    update = await read(they.public, f"{STORM}/updates/{said['ref']}")
    assert update["answers"] == ref
    own = await they.own(ref)
    assert (own["state"], own["answer"], own["may_change"]) == ("answered", said["ref"], False)
    assert await they.kinds() == ["approved", "called", "answered"]


async def test_the_public_log_shows_a_question_as_it_stands_and_never_who_asked(
    centre: Centre,
) -> None:
    they = await Programs.of(centre)
    ref = await they.called("Who pays?")
    events = (await read(they.public, f"{STORM}/events"))["events"]
    assert [(one["n"], one["kind"], one["ref"]) for one in events] == [
        (1, "opened", None),
        (2, "approved", ref),
        (3, "called", ref),
    ]
    shown = events[1]["question"]
    times = {name: shown.pop(name) for name in ("asked_at", "approved_at", "called_at")}
    assert all(times.values())
    assert shown == {
        "ref": ref,
        "state": "called",
        "words": "Who pays?",
        "language": "vi",
        "ended_at": None,
        "follows": None,
        "reason": None,
        "department": None,
        "due_at": None,
        "answer": None,
        "url": f"{centre.url}/briefings/{SLUG}/questions/{ref}",
    }


async def test_of_a_question_that_left_the_public_is_not_told_why(centre: Centre) -> None:
    they = await Programs.of(centre)
    refs = [await they.approved(words) for words in ("One?", "Two?", "Three?")]
    await they.act(refs[0], "decline", reason="private", note="Ask the court.")
    await done(they.ana, f"{QUESTIONS}/{refs[1]}/withdrawal")
    await done(they.ana, f"{QUESTIONS}/{refs[2]}/edit", words="CANARY four?")
    events = (await read(they.public, f"{STORM}/events?after=1"))["events"]
    assert [(one["kind"], one["ref"]) for one in events[3:]] == [("left", ref) for ref in refs]
    assert [one["question"] for one in events] == [None] * 6
    assert "CANARY" not in str(events)


async def test_the_asker_reads_place_reason_and_note_and_appeals_once(centre: Centre) -> None:
    they = await Programs.of(centre)
    first, second = await they.approved("One?"), await they.approved("Two?")
    place = (await they.own(second))["place"]
    assert place == {
        "index": 2, "of": 2, "round": 2, "turn": 1, "called_before": 0, "moved": False,
    }  # fmt: skip
    await they.act(first, "decline", reason="private", note="Ask the court.")
    own = await they.own(first)
    assert (own["state"], own["note"], own["may_appeal"]) == ("declined", "Ask the court.", True)
    assert own["reason"]["article"] == "12.3"
    await done(they.ana, f"{QUESTIONS}/{first}/appeal", words="It is public.")
    again = await refused(they.ana, f"{QUESTIONS}/{first}/appeal", 409, words="Really.")
    assert again["detail"] == "An appeal against this has been made already."
    assert (await they.at_desk(first))["appeal"] == "It is public."
    await they.act(first, "upholding", note="It is not.")
    own = await they.own(first)
    assert (own["upheld"], own["note"]) == (True, "It is not.")


async def test_what_is_merged_tells_its_asker_with_what_it_is_asked(centre: Centre) -> None:
    they = await Programs.of(centre)
    one = await they.approved("When?", by=they.bao)
    other = await they.ask("When then?")
    assert (await they.act(other, "merge", into=one))["state"] == "merged"
    own = await they.own(other)
    assert (own["into"]["ref"], own["into"]["state"]) == (one, "approved")
    nothing = await refused(they.milan, f"{QUESTIONS}/{one}/merge", 422, into="bcd234fgh")
    assert nothing["errors"] == [
        {"field": "into", "remedy": "There is no question of this name here."}
    ]


async def test_an_act_on_what_a_colleague_changed_is_refused_with_what_happened(
    centre: Centre,
) -> None:
    they = await Programs.of(centre)
    ref = await they.ask("When?")
    await they.act(ref, "approval", revision=1)
    stale = await refused(
        they.milan, f"{QUESTIONS}/{ref}/decline", 409, revision=1, reason="private"
    )
    assert stale["detail"].startswith(
        "Meanwhile this question has become “approved”, by Milan Horák."
    )
    twice = await refused(they.milan, f"{QUESTIONS}/{ref}/approval", 409)
    assert "approved" in twice["detail"]
    assert (await they.at_desk(ref))["revision"] == 2


async def test_out_of_turn_only_with_a_reason_that_stands_in_the_log(centre: Centre) -> None:
    they = await Programs.of(centre)
    await they.approved("One?", by=they.bao)
    later = await they.approved("Two?", by=they.bao)
    refusal = await refused(they.milan, f"{QUESTIONS}/{later}/call", 422)
    assert refusal["field"] == "reason"
    assert refusal["errors"][0]["remedy"] == (
        "Another question is first. Say why this one is called."
    )
    await they.act(later, "call", reason="life_safety")
    assert (await they.at_desk(later))["state"] == "called"


async def test_the_desk_moves_a_question_and_takes_its_last_act_back(centre: Centre) -> None:
    they = await Programs.of(centre)
    one, two = await they.approved("One?", by=they.bao), await they.approved("Two?", by=they.bao)

    async def order() -> list[tuple[str, bool]]:
        found = await read(they.milan, f"{DESK}/questions")
        return [(place["ref"], place["moved"]) for place in found["order"]]

    assert await order() == [(one, False), (two, False)]
    await they.act(two, "move", before=one, reason="interpreter")
    assert await order() == [(two, True), (one, False)]
    undone = await done(they.milan, f"{DESK}/undo")
    assert undone["ref"] == two
    assert [ref for ref, _ in await order()] == [one, two]
    nothing = await refused(they.milan, f"{DESK}/undo", 409)
    assert "nothing of yours to undo" in nothing["detail"]


async def test_a_taken_question_is_a_promise_and_its_answer_comes_after_the_close(
    centre: Centre,
) -> None:
    they = await Programs.of(centre)
    ref = await they.called("How much?")
    before = now()
    await done(they.vera, f"{QUESTIONS}/{ref}/taken", department="Finance", hours=4)
    question = await read(they.public, f"{QUESTIONS}/{ref}")
    due = datetime.fromisoformat(question["due_at"])
    assert OFFICE.due(before, 4) <= due <= OFFICE.due(now(), 4)
    assert (question["state"], question["department"]) == ("taken", "Finance")
    await done(they.vera, f"{STORM}/closing")
    said = await done(they.vera, f"{STORM}/updates", text="4 million.", answers=ref)
    assert (await they.own(ref))["answer"] == said["ref"]
    assert (await they.kinds())[-1] == "answered"
    assert (await read(they.public, QUESTIONS))["taken"] == []


async def test_a_referral_names_the_body(centre: Centre) -> None:
    they = await Programs.of(centre)
    ref = await they.called("Who stops flights?")
    await done(they.vera, f"{QUESTIONS}/{ref}/referral", body="Aviation Authority")
    question = await read(they.public, f"{QUESTIONS}/{ref}")
    assert (question["state"], question["department"]) == ("referred", "Aviation Authority")
    assert question["reason"]["code"] == "referred"


async def test_a_briefing_is_closed_when_every_question_has_its_end(centre: Centre) -> None:
    they = await Programs.of(centre)
    taken, declined = await they.called("One?"), await they.approved("Two?")
    others = [await they.ask("Three?"), await they.ask("Four?", by=they.bao)]
    refusal = await refused(they.vera, f"{STORM}/closing", 409)
    assert refusal["detail"].startswith("Questions still open: 4.")
    tomorrow = (now() + timedelta(days=1)).isoformat()
    ends = [
        {"question": taken, "take": {"department": "Finance", "due_at": tomorrow}},
        {"question": declined, "decline": {"reason": "answered_before"}},
    ]
    refusal = await refused(they.milan, f"{STORM}/closing", 409, dispositions=ends)
    assert refusal["detail"].startswith("Questions still open: 2.")
    assert (await they.at_desk(taken))["state"] == "called"
    rest = {"decline": {"reason": "no_time"}}
    await done(they.milan, f"{STORM}/closing", dispositions=ends, rest=rest)
    found = await read(they.milan, f"{DESK}/questions")
    assert {one["ref"]: (one["state"], one["reason"]["code"]) for one in found["disposed"]} == {
        taken: ("taken", "taken"),
        declined: ("declined", "answered_before"),
        others[0]: ("declined", "no_time"),
        others[1]: ("declined", "no_time"),
    }
    assert (await read(they.public, STORM))["state"] == "closed"


async def test_several_are_declined_with_one_reason_all_or_none(centre: Centre) -> None:
    they = await Programs.of(centre)
    refs = [await they.ask("One?"), await they.ask("Two?")]
    gone = [*refs, "bcd234fgh"]
    problem = await refused(
        they.milan, f"{DESK}/declines", 422, questions=gone, reason="no_question"
    )
    assert problem["field"] == "questions"
    assert [(await they.at_desk(ref))["state"] for ref in refs] == ["asked", "asked"]
    await done(they.milan, f"{DESK}/declines", questions=refs, reason="no_question")
    assert [(await they.at_desk(ref))["state"] for ref in refs] == ["declined", "declined"]


async def test_a_message_is_read_at_the_podium_and_acknowledged_once(centre: Centre) -> None:
    they = await Programs.of(centre)
    sent = await done(they.milan, f"{DESK}/messages", words="Two minutes left.")
    at_podium = await read(they.vera, f"{STORM}/podium/questions")
    assert [(one["words"], one["acknowledged_by"]) for one in at_podium["messages"]] == [
        ("Two minutes left.", None)
    ]
    await done(they.vera, f"{STORM}/messages/{sent['ref']}/acknowledgement")
    again = await refused(they.vera, f"{STORM}/messages/{sent['ref']}/acknowledgement", 409)
    assert again["detail"] == "A colleague has acknowledged this message already."
    (message,) = (await read(they.milan, f"{DESK}/questions"))["messages"]
    assert message["acknowledged_by"] == VERA.name


async def test_limits_are_the_briefings_and_refuse_in_words(centre: Centre) -> None:
    they = await Programs.of(centre)
    await done(they.milan, f"{DESK}/settings", person_limit=1, outlet_limit=2)
    await they.ask("One?")
    refusal = await refused(they.ana, QUESTIONS, 409, words="Two?")
    assert refusal["detail"].startswith("1 questions of yours wait already, and the limit is 1.")
    mine = await read(they.ana, f"{QUESTIONS}/mine")
    assert [mine[name] for name in ("own", "person_limit", "outlet_limit")] == [1, 1, 2]
    late = await refused(they.milan, f"{DESK}/settings", 422, proportion={"central": 2})
    assert late["field"] == "proportion"


async def test_what_the_settings_hide_is_nowhere_for_the_public(centre: Centre) -> None:
    they = await Programs.of(centre)
    ref = await they.approved("CANARY?")
    await done(they.milan, f"{DESK}/settings", shown="none")
    queue = await read(they.public, QUESTIONS)
    assert queue == {"shown": "none", "called": [], "next": [], "taken": []}
    assert (await they.public.get(f"{QUESTIONS}/{ref}")).status_code == 404
    events = await read(they.public, f"{STORM}/events")
    assert [one["kind"] for one in events["events"]] == ["opened", "approved", "settings"]
    assert "CANARY" not in str(events)


async def test_the_podium_reads_who_asked_once_it_is_called(centre: Centre) -> None:
    they = await Programs.of(centre)
    waiting, called = await they.approved("One?", by=they.bao), await they.called("Two?")
    found = await read(they.vera, f"{STORM}/podium/questions")
    assert [(one["question"]["ref"], one["question"]["asker"]) for one in found["next"]] == [
        (waiting, None)
    ]
    assert [(one["ref"], one["asker"]) for one in found["called"]] == [
        (called, {"name": ANA.name, "outlet": ANA.outlet, "category": "local"})
    ]


async def test_the_desk_reads_all_there_is(centre: Centre) -> None:
    they = await Programs.of(centre)
    files_at = datetime(2026, 10, 15, 18, 30, tzinfo=UTC).isoformat()
    ref = await they.ask(
        "Where?", language="en", zone="Europe/Paris", files_at=files_at, speaks=True
    )
    twin = await they.ask("Where is the 86 km dyke of Bến Trúc?", by=they.bao)
    await they.act(ref, "hold")
    found = await read(they.milan, f"{DESK}/questions")
    assert [one["ref"] for one in found["open"]] == [ref, twin]
    question = found["open"][0]
    assert question["asker"] == {"name": ANA.name, "outlet": ANA.outlet, "category": "local"}
    assert (question["zone"], question["speaks"], question["held_by"]) == (
        "Europe/Paris", True, "Milan Horák",
    )  # fmt: skip
    assert datetime.fromisoformat(question["files_at"]) == datetime.fromisoformat(files_at)
    await they.act(ref, "release")
    assert (await they.at_desk(ref))["held_by"] is None
