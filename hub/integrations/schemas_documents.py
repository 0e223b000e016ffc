"""What the API takes of documents. The limits are those of the domain."""

from pydantic import Field

from hub.domain.handing_in import Sheet
from hub.domain.words import LANGUAGES, NAME_LIMIT, NOTICE_LIMIT
from hub.integrations.schemas import Closed, Language, Line, Notice, Ref

_LANGUAGES = len(LANGUAGES)


class DocumentWords(Closed):
    """What is said of a draft, all of it: what is left out is not said."""

    language: Language | None = Field(
        None, description="The language the file is written in; left out: as it was."
    )
    titles: dict[Language, Line] = Field(
        default_factory=dict,
        max_length=_LANGUAGES,
        description=f"By language, up to {NAME_LIMIT} characters; without one: the file's name.",
    )
    descriptions: dict[Language, str] = Field(
        default_factory=dict,
        max_length=_LANGUAGES,
        description=f"By language, up to {NOTICE_LIMIT} characters. Of a picture: what it shows, "
        "in words; asked for before it is dropped.",
    )
    public: bool = Field(True, description="Whether it is for everybody; else for the press.")

    def sheet(self) -> Sheet:
        """As the domain takes it."""
        return Sheet(
            language=self.language or "",
            titles=self.titles,
            descriptions=self.descriptions,
            public=self.public,
        )


class Drop(Closed):
    """Dropping the newest version of a document."""

    note: str = Field(
        "",
        max_length=NOTICE_LIMIT,
        description="What is new in it; asked for of every version but the first.",
    )


class Withdrawal(Closed):
    """Taking a document back, openly."""

    reason: Notice = Field(description="It stands in the document's place everywhere.")


class Place(Closed):
    """Where a document stands in the list."""

    before: Ref | None = Field(None, description="The document it comes before; null: the end.")
