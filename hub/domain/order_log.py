"""The published log of the order: pseudonyms only, and enough for anybody to compute it again.

While the seed is secret (null) the steps can be checked, the computed order cannot.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PositiveInt,
    ValidationError,
    model_validator,
)

from hub.domain.order import Called, Move, Place, Waiting, commitment, order


def _utc(moment: datetime) -> datetime:
    if moment.utcoffset() != timedelta(0):
        raise ValueError("must be UTC: write it with Z")
    return moment.astimezone(UTC)


# No bound allows a space: words do not get in.
Ref = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Outlet = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,16}$")]
Category = Annotated[str, Field(pattern=r"^[a-z_]{1,16}$")]
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
Hex = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Time = Annotated[AwareDatetime, AfterValidator(_utc), Field(ge=datetime(2000, 1, 1, tzinfo=UTC))]


class _Part(BaseModel):
    # What the log does not name does not get into it: a name, an outlet, the words.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class ApprovedStep(_Part):
    """A question joins those who wait, perhaps again after it has left."""

    kind: Literal["approved"] = "approved"
    ref: Ref
    outlet: Outlet
    category: Category
    asked_at: Time
    files_at: Time | None = None


class CalledStep(_Part):
    """It had the floor. `order`: who waited just before, itself included, as the hub had them."""

    kind: Literal["called"] = "called"
    ref: Ref
    order: tuple[Ref, ...]
    reason: Code | None = None


class MovedStep(_Part):
    """An override."""

    kind: Literal["moved"] = "moved"
    ref: Ref
    before: Ref | None = None
    reason: Code | None = None


class LeftStep(_Part):
    """It waits no more and was not called: withdrawn, declined, merged, taken or referred."""

    kind: Literal["left"] = "left"
    ref: Ref


class ReturnedStep(_Part):
    """An undo: it waits again. If it was called, the call no longer counts."""

    kind: Literal["returned"] = "returned"
    ref: Ref


Step = ApprovedStep | CalledStep | MovedStep | LeftStep | ReturnedStep


class OrderLog(_Part):
    """The document. `seed` is null until the briefing is closed."""

    briefing: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,100}$")]
    rule: Literal[1] = 1
    proportion: Annotated[dict[Category, PositiveInt], Field(min_length=1)]
    commitment: Hex
    seed: Hex | None = None
    steps: tuple[Annotated[Step, Field(discriminator="kind")], ...] = ()

    @model_validator(mode="after")
    def _categories_have_a_weight(self) -> Self:
        for at, step in enumerate(self.steps):
            if isinstance(step, ApprovedStep) and step.category not in self.proportion:
                raise ValueError(f"steps.{at}.category is not in the proportion; add its weight")
        return self

    @classmethod
    def parse(cls, text: str | bytes) -> Self:
        """The log of a published document. Raises ValueError: the field and its remedy."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            raise ValueError(_remedy(error)) from None

    def text(self) -> str:
        """The document as it is published."""
        return self.model_dump_json(indent=2) + "\n"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is not right; `sealed`: what cannot be known yet."""

    kind: Literal["sealed", "seed", "order", "reason", "step"]
    says: str
    step: int | None = None
    """Its place in the document's steps, from 0."""


def replay(log: OrderLog) -> Iterator[tuple[Step, list[Place]]]:
    """Each step with the computed order just before it. Steps that cannot be change nothing.

    Raises ValueError while the log is sealed.
    """
    if log.seed is None:
        raise ValueError("seed: still secret. Ask again when the briefing is closed.")
    line = _Line(log)
    for step in log.steps:
        yield step, line.order(bytes.fromhex(log.seed))
        line.take(step)


def verify(log: OrderLog) -> list[Finding]:
    """What is not right, in the log's sequence. Empty: everything was computed again and agrees."""
    seed = bytes.fromhex(log.seed) if log.seed else None
    found = []
    if seed is None:
        found.append(Finding("sealed", "The seed is secret: the orders were not computed again."))
    elif commitment(seed) != log.commitment:
        found.append(Finding("seed", "The seed is not the one that was committed to."))
        seed = None
    line = _Line(log)
    for at, step in enumerate(log.steps):
        found += _wrong(at, step, line, seed)
        line.take(step)
    return found


def _wrong(at: int, step: Step, line: "_Line", seed: bytes | None) -> Iterator[Finding]:
    if objection := line.objection(step):
        yield Finding("step", objection, at)
    elif isinstance(step, MovedStep) and step.reason is None:
        yield Finding("reason", f"{step.ref} was moved without a reason.", at)
    elif isinstance(step, CalledStep):
        said = list(step.order)
        rule = said if seed is None else [place.ref for place in line.order(seed)]
        if sorted(said) != sorted(line.waiting):
            yield Finding("order", "The order does not name each who waited, once.", at)
        elif said != rule:
            one, other = next(pair for pair in zip(said, rule, strict=True) if pair[0] != pair[1])
            yield Finding("order", f"The order has {one} where the rule has {other}.", at)
        if rule[:1] != [step.ref] and step.reason is None:
            yield Finding("reason", f"{step.ref} was called before its turn, without a reason.", at)


class _Line:
    """Who waits and who was called, step after step."""

    def __init__(self, log: OrderLog) -> None:
        self.proportion = log.proportion
        self.approved: dict[str, dict[str, Any]] = {}
        self.waiting: dict[str, Waiting] = {}
        self.called: dict[str, Called] = {}
        self.moves: list[Move] = []

    def order(self, seed: bytes) -> list[Place]:
        waiting, called = self.waiting.values(), self.called.values()
        return order(waiting, called, self.moves, proportion=self.proportion, seed=seed)

    def objection(self, step: Step) -> str | None:
        """Why the step cannot be; None: it can."""
        if isinstance(step, ApprovedStep):
            here = step.ref in self.waiting or step.ref in self.called
            return f"{step.ref} was approved before." if here else None
        if isinstance(step, ReturnedStep):
            left = step.ref in self.approved and step.ref not in self.waiting
            return None if left else f"{step.ref} had not gone: it cannot return."
        named = [step.ref]
        if isinstance(step, MovedStep) and step.before is not None:
            named.append(step.before)
        gone = [ref for ref in named if ref not in self.waiting]
        return f"{gone[0]} does not wait." if gone else None

    def take(self, step: Step) -> None:
        """Follows a step, if it can be."""
        ref = step.ref
        if self.objection(step):
            return
        if isinstance(step, ApprovedStep):
            self.approved[ref] = step.model_dump(exclude={"kind"})
        match step:
            case ApprovedStep() | ReturnedStep():
                self.waiting[ref] = Waiting(**self.approved[ref])
                self.called.pop(ref, None)
            case MovedStep():
                self.moves.append(Move(ref, step.before))
            case CalledStep():
                del self.waiting[ref]
                self.called[ref] = Called(**self.approved[ref])
            case LeftStep():
                del self.waiting[ref]


def _remedy(error: ValidationError) -> str:
    first = error.errors()[0]
    field = ".".join(map(str, first["loc"])) or "the document"
    says = first["msg"].removeprefix("Value error, ")
    return f"{field}: {says}. {_REMEDIES.get(first['type'], '')}".rstrip()


_REMEDIES = {
    "missing": "Add it.",
    "extra_forbidden": "Take it out: pseudonyms and codes alone are published.",
    "json_invalid": "Take it as it was published.",
}
