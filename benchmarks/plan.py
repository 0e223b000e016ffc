"""What is measured: each case is one table's row or column, for all its peers in turns."""

from dataclasses import dataclass

from benchmarks.peers.peer import Words

ALL = ("hub", "nchan", "socket.io", "naive loop")
TWO = ("hub", "nchan")

SIZES = (100, 1_024, 4_096, 14_000)
"""Bytes of text. The hub's limit is 5,000 characters: the last ones are of three bytes each."""

CROWDS = (10, 100, 1_000, 4_000, 8_000)


@dataclass(frozen=True, slots=True)
class Case:
    """`words`: load.c's options besides those that meet the peer."""

    name: str
    peers: tuple[str, ...]
    words: Words
    rounds: int

    @property
    def patience(self) -> float:
        """Seconds after which a run has gone wrong."""
        return 120.0 + float(self.words.get("seconds", 5))


@dataclass(frozen=True, slots=True)
class Pace:
    """How long and how often: the whole thing in 25 minutes, or --quick in 3."""

    seconds: float = 5.0
    warm: float = 1.0
    rounds: int = 3
    curve_rounds: int = 2
    crowds: tuple[int, ...] = CROWDS
    sizes: tuple[int, ...] = SIZES
    joins: int = 5_000
    many: int = 8_000


QUICK = Pace(
    seconds=2.0,
    warm=0.5,
    rounds=1,
    curve_rounds=1,
    crowds=(10, 1_000),
    sizes=(100, 14_000),
    joins=1_000,
)


def cases(pace: Pace) -> list[Case]:
    """In the order in which they are run."""

    def case(name: str, peers: tuple[str, ...], rounds: int, **words: str | float) -> Case:
        timing: Words = {"seconds": pace.seconds, "warm": pace.warm}
        return Case(
            name, peers, timing | {k.replace("_", "-"): v for k, v in words.items()}, rounds
        )

    many, rounds = pace.many, pace.rounds
    others = ALL if rounds > 1 else TWO
    return [
        case("flat out, 1,000", ALL, rounds, sockets=1_000),
        case(f"flat out, {many:,}", others, rounds, sockets=many),
        case("20/s, 1,000", others, rounds, sockets=1_000, rate=20),
        # One publisher cannot hold 400 a second where an answer takes 3 ms.
        case("400/s, 1,000", others, rounds, sockets=1_000, rate=400, publishers=8),
        case(f"5/s, {many:,}", others, rounds, sockets=many, rate=5),
        case("joins", TWO, rounds, sockets=1_000, rate=5, late=pace.joins, late_rate=500),
        case("joined", TWO, rounds, sockets=1_000 + pace.joins, rate=5),
        *(
            case(f"crowd {crowd}", TWO, pace.curve_rounds, sockets=crowd, rate=20)
            for crowd in pace.crowds
        ),
        *(
            case(f"size {size}", TWO, pace.curve_rounds, sockets=1_000, rate=20, size=size)
            for size in pace.sizes
        ),
    ]
