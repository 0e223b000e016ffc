"""The cast: who is in the press centre of the tests, and where they sit."""

from dataclasses import dataclass

from hub.domain.audience import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody with a role, and an outlet if they are a journalist."""

    name: str
    role: Role
    outlet: str | None = None


ANA = Actor("Ana Brito", Role.JOURNALIST, "Delta Wire")
BAO = Actor("Trần Gia Bảo", Role.JOURNALIST, "Báo Sông Hồng Mới")
MILAN = Actor("Milan Horák", Role.MODERATOR)
VERA = Actor("Vera Lind", Role.SPOKESPERSON)
OANH = Actor("Phạm Kim Oanh", Role.OFFICER)
ADAM = Actor("Adam Reis", Role.ADMINISTRATOR)

CAST = (ANA, BAO, MILAN, VERA, OANH, ADAM)

# Speakers of the tests' briefing. Nobody outside the podium may learn that Secret is there.
SPEAKERS = [
    ("Tạ Thị Ngọc Diệp", "spokesperson of the city", "Office of the City"),
    ("Canary Secret Name", "engineer", "Drainage Company"),
]
SECRET = "Canary Secret Name"
