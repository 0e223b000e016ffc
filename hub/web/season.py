"""The season: how many questions were asked, called and answered. Whose they were only the desk
sees."""

from starlette.requests import Request
from starlette.responses import Response

from hub.domain.audience import Audience, may_join
from hub.domain.words import whole_number
from hub.store.season import by_category, season
from hub.web.house import house, now
from hub.web.pages import page
from hub.web.visitor import visitor_of

_FIRST_YEAR = 2000


async def season_page(request: Request) -> Response:
    """GET /season?year=2026"""
    visitor, year = await visitor_of(request), _year(request)
    role = visitor.person.role if visitor else None
    by_name = may_join(Audience.DESK, role=role, public=False)
    accredited = may_join(Audience.ROOM, role=role, public=False)
    briefings, tallies = await house(request).database.read(
        lambda db: season(db, year, public_only=not accredited)
    )
    shown = {
        "year": year,
        "this_year": now().year,
        "briefings": briefings,
        "outlets": tallies if by_name else [],
        "by_name": by_name,
        "categories": by_category(tallies),
    }
    return await page(request, "season/page.html", shown)


def _year(request: Request) -> int:
    this_year = now().year
    wanted = whole_number(request.query_params.get("year", ""), digits=4) or this_year
    return wanted if _FIRST_YEAR <= wanted <= this_year else this_year
