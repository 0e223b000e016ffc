"""A press centre in which there is one of everything that a page can show."""

from datetime import timedelta

from sqlalchemy.orm import Session

from hub.domain.draft import Draft
from hub.domain.update import Terms, UpdateKind
from hub.store.agenda import NewBriefing, add_briefing
from hub.store.finding import briefing_at
from tests.cast import SECRET, VERA
from tests.centre import SLUG, Centre, now
from tests.journeys.acts import correct, retract, speak
from tests.journeys.windows import AT

# As long as an address in an update may be: it must not widen a page.
LONG = "https://press.example.org/" + "donaudampfschifffahrtsgesellschaft" * 3
RICH = "- one\n- two\n\n> said\n\n|a|b|\n|-|-|\n|1|2|\n\n`code`"


async def furnish(centre: Centre) -> dict[str, str]:
    """Publishes all of it; returns the addresses that only then are known."""
    vera = centre.people[VERA.name]

    def publish(session: Session) -> None:
        briefing = briefing_at(session, SLUG, lock=True)
        for kind in UpdateKind:
            draft = Draft(words={"": f"Of this kind. {LONG}"}, kind=kind)
            briefing.publish(draft, by=vera, now=now())
        briefing.publish(
            Draft(
                words={"": RICH},
                speaker=SECRET,
                terms=Terms.BACKGROUND,
                attribution="an engineer",
            ),
            by=vera,
            now=now(),
        )

    def agenda(session: Session) -> None:
        for slug, state in (("later", "coming"), ("also", "live"), ("past", "closed")):
            new = NewBriefing(
                slug=slug,
                title=f"Cuộc họp {slug}",
                scheduled_at=now() + timedelta(days=1),
                zone="Asia/Ho_Chi_Minh",
                language="vi",
            )
            briefing = add_briefing(session, new, by=vera, now=now())
            if state != "coming":
                briefing.open(by=vera, now=now())
            if state == "closed":
                briefing.close(by=vera, now=now())

    words = {"vi": "Trường học đóng cửa.", "en": "Schools are closed.", "fr": "Écoles fermées."}
    corrected = await speak(centre, words, pinned=True)
    wrong = await speak(centre, words)
    await centre.do(publish)
    await centre.do(agenda, "agenda")
    await correct(centre, corrected, "Trường học **mở cửa**.")
    await retract(centre, wrong, "Không đúng.")
    secret = await centre.do(
        lambda session: centre.keyring.make_link(session, vera, now=now()), "people"
    )
    return {
        "corrected": f"{AT}/updates/{corrected}",
        "retracted": f"{AT}/updates/{wrong}",
        "correction form": f"{AT}/updates/{corrected}/correction",
        "retraction form": f"{AT}/updates/{corrected}/retraction",
        "link": f"/sign-in/{secret}",
    }
