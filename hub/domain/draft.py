"""What a spokesperson hands in to be published."""

from dataclasses import dataclass

from hub.domain.update import Terms, UpdateKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An update before it is published. What is left out is the briefing's own default.

    `words` is Markdown by language; the key "" stands for the draft's own language.
    """

    words: dict[str, str]
    kind: UpdateKind = UpdateKind.STATEMENT
    speaker: str | None = None
    terms: Terms = Terms.RECORD
    attribution: str = ""
    language: str = ""
    pinned: bool = False
    # The reference of a called or taken question that this answers.
    answers: str = ""
    # The references of documents that go with it.
    attached: tuple[str, ...] = ()
