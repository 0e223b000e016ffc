"""The agenda: briefings put on it."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import available_timezones

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hub.domain.briefing import Briefing
from hub.domain.errors import N_, Invalid
from hub.domain.person import Person
from hub.domain.words import LANGUAGES, clean_line

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SLUG_LIMIT = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBriefing:
    """A briefing before it is on the agenda. Speakers as (name, function, department)."""

    slug: str
    title: str
    scheduled_at: datetime
    place: str = ""
    zone: str = "UTC"
    language: str
    languages: list[str] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    speakers: list[tuple[str, str, str]] = field(default_factory=list)
    public: bool = True


def add_briefing(
    session: Session, new: NewBriefing, *, by: Person | None, now: datetime
) -> Briefing:
    """Puts a briefing on the agenda. Raises Invalid, also for a slug that is taken."""
    if not SLUG.fullmatch(new.slug) or len(new.slug) > SLUG_LIMIT:
        raise Invalid("slug", N_("Use a to z, 0 to 9 and hyphens, 60 at most."))
    if new.zone not in available_timezones():
        raise Invalid("zone", N_("Name an IANA time zone, for example Asia/Ho_Chi_Minh."))
    if unknown := {new.language, *new.languages, *new.titles} - set(LANGUAGES):
        raise Invalid(
            "languages",
            N_("%(unknown)s: the press centre speaks %(languages)s."),
            unknown=", ".join(sorted(unknown)),
            languages=", ".join(LANGUAGES),
        )
    briefing = Briefing(
        slug=new.slug,
        title=clean_line("title", new.title),
        place=clean_line("place", new.place, required=False),
        zone=new.zone,
        language=new.language,
        languages=new.languages,
        titles={code: clean_line("titles", title) for code, title in new.titles.items()},
        public=new.public,
        scheduled_at=new.scheduled_at,
        number=0,
        heads={},
    )
    session.add(briefing)
    try:
        session.flush()
    except IntegrityError as error:
        raise Invalid("slug", N_("There is a briefing of this name. Choose another.")) from error
    for name, function, department in new.speakers:
        briefing.add_speaker(name, function=function, department=department, by=by, now=now)
    return briefing
