"""hub briefing add"""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
from sqlalchemy.orm import Session

from hub.commands.opening import act, example
from hub.config import Config
from hub.domain.words import LANGUAGES
from hub.store.agenda import NewBriefing, add_briefing


@click.group()
def briefing() -> None:
    """Briefings."""


@briefing.command(
    epilog=example('hub briefing add storm-9 --title "Storm No. 9" --speaker "Vy Le" --open')
)
@click.argument("slug")
@click.option("--title", required=True, help="As it stands in the agenda.")
@click.option("--place", default="", help="Where it is held.")
@click.option("--zone", default="UTC", show_default=True, help="IANA time zone.")
@click.option("--language", type=click.Choice(LANGUAGES), help="The language it is held in.")
@click.option("--also", type=click.Choice(LANGUAGES), multiple=True, help="Another language.")
@click.option(
    "--speaker", "speakers", multiple=True, help='"Name", or "Name; function; department".'
)
@click.option("--at", "starts", help="When: 2026-10-15T13:30, in its zone. Default: now.")
@click.option("--accredited-only", is_flag=True, help="Not open to the public.")
@click.option("--open", "opened", is_flag=True, help="Start it at once.")
def add(
    slug: str,
    title: str,
    place: str,
    zone: str,
    language: str | None,
    also: tuple[str, ...],
    speakers: tuple[str, ...],
    starts: str | None,
    accredited_only: bool,
    opened: bool,
) -> None:
    """Put a briefing on the agenda. SLUG is its name in the address."""
    config = Config.read()
    now = datetime.now(UTC)
    new = NewBriefing(
        slug=slug,
        title=title,
        place=place,
        zone=zone,
        language=language or config.language,
        languages=list(also),
        speakers=[_speaker(text) for text in speakers],
        scheduled_at=_moment(starts, zone) if starts else now,
        public=not accredited_only,
    )

    def work(session: Session) -> None:
        found = add_briefing(session, new, by=None, now=now)
        if opened:
            found.open(by=None, now=now)

    act(config, slug, work)
    click.echo(f"{config.public_url}/briefings/{slug}")


def _speaker(text: str) -> tuple[str, str, str]:
    name, function, department, *_ = [*(part.strip() for part in text.split(";")), "", "", ""]
    return name, function, department


def _moment(text: str, zone: str) -> datetime:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?", text):
        raise click.UsageError(f"--at: {text} is no time; say 2026-10-15T13:30")
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
    except (ValueError, ZoneInfoNotFoundError) as error:
        raise click.UsageError(f"--at, --zone: {error}") from None
