"""What all who fetch files from one worker share."""

from hub.inspection.inspector import Inspector
from hub.store.disk import Threads
from hub.store.shelf import Shelf
from hub.web.kept import Kept
from hub.web.leaves import Leaves
from hub.web.outflow import Outflow
from hub.web.packing import Part
from hub.web.search import Search

_ZIPS_AT_ONCE = 2

READ = 24
"""Documents whose pages are kept put together, up to 2 MB each."""


class Handout:
    """The way out of the shelf, the viewer's pages, the search, and the threads that zip."""

    def __init__(self, shelf: Shelf, inspector: Inspector) -> None:
        self.outflow = Outflow(shelf)
        self.leaves = Leaves(shelf, inspector)
        self.search = Search()
        self.read: Kept[Part] = Kept(READ)
        self.zipping = Threads("zip", _ZIPS_AT_ONCE)

    async def close(self) -> None:
        """Makes no more."""
        await self.leaves.close()
        self.zipping.close()
