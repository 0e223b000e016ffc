"""Looking for words in documents: in what is said of them and in their files."""

import asyncio
from collections.abc import Sequence

from hub.domain.document import Document, DocumentState
from hub.domain.version import Version
from hub.domain.words import fold
from hub.store.database import Database
from hub.store.documents import texts
from hub.web.kept import Kept

KEPT = 100
"""Files whose words are kept as they are compared: those of one briefing."""


class Search:
    """The words of files as they are compared; a file never changes."""

    def __init__(self) -> None:
        self._folded: Kept[str] = Kept(KEPT)

    async def among(
        self, database: Database, documents: Sequence[Document], query: str
    ) -> list[Document]:
        """Those that have all these words, in their own order; marks and capitals do not count.

        Only what was dropped is looked at, and of what was withdrawn only the title.
        """
        wanted = fold(query).split()
        newest = {one.ref: one.out[-1] for one in documents if one.state == DocumentState.DROPPED}
        await self._read(database, list(newest.values()))
        return [
            one
            for one in documents
            if all(word in self._words(one, newest.get(one.ref)) for word in wanted)
        ]

    def _words(self, document: Document, version: Version | None) -> str:
        said = list(document.titles.values())
        if version is None:
            return fold(" ".join(said))
        said += document.descriptions.values()
        return fold(" ".join(said)) + " " + (self._folded.get(version.given) or "")

    async def _read(self, database: Database, versions: Sequence[Version]) -> None:
        unread = {one.id: one.given for one in versions if self._folded.get(one.given) is None}
        if unread:
            found = await database.read(lambda session: texts(session, unread))
            for number, text in found.items():
                # A long one takes a while, and others are waiting.
                self._folded.put(unread[number], await asyncio.to_thread(fold, text) or " ")
