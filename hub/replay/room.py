"""Who is in the room of a played transcript: invented journalists of invented outlets."""

from dataclasses import dataclass

from hub.domain.person import Category

CENTRAL, LOCAL, FOREIGN = Category.CENTRAL, Category.LOCAL, Category.FOREIGN


@dataclass(frozen=True, slots=True)
class Journalist:
    """Somebody who asks, as an outlet. `shares`: its people see each other's questions."""

    name: str
    outlet: str
    category: Category
    shares: bool = False


ASKERS = (
    Journalist("Maren Oduya", "National Ledger", CENTRAL, shares=True),
    Journalist("Tobias Quill", "Harbour Post", LOCAL),
    Journalist("Inès Varga", "Agence Méridien", FOREIGN),
    Journalist("Callum Thorne", "Capital Radio One", CENTRAL),
    Journalist("Priya Sandoval", "River Valley Courier", LOCAL, shares=True),
    Journalist("Hana Lindqvist", "Nordlys Wire", FOREIGN),
    Journalist("Amadou Fairweather", "The Union Dispatch", CENTRAL),
    Journalist("Greta Holloway", "Old Quarter Gazette", LOCAL),
    Journalist("Kenji Albescu", "Pacific Monitor", FOREIGN, shares=True),
    Journalist("Ruth Okonjo", "National Ledger", CENTRAL, shares=True),
    Journalist("Dag Whitcombe", "River Valley Courier", LOCAL, shares=True),
    Journalist("Lucía Brandt", "Pacific Monitor", FOREIGN, shares=True),
)
"""Three outlets of each category, in turns."""
