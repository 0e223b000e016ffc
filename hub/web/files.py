"""Our own files: kept for good by whoever asks with the version in the address."""

from starlette.responses import Response
from starlette.staticfiles import StaticFiles as Files
from starlette.types import Scope

FOR_GOOD = "public, max-age=31536000, immutable"
# A module imports others by plain name: those are asked for again, and mostly answered by 304.
ASK_AGAIN = "no-cache"


class StaticFiles(Files):
    """Starlette's, with the caching that the addresses of Renderer.file() allow."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, and how long it keeps."""
        response = await super().get_response(path, scope)
        versioned = scope["query_string"].startswith(b"v=")
        response.headers["Cache-Control"] = FOR_GOOD if versioned else ASK_AGAIN
        return response
