"""Our own files: kept for good by whoever asks with the version in the address."""

from starlette.responses import Response
from starlette.staticfiles import StaticFiles as Files
from starlette.types import Scope

FOR_GOOD = "public, max-age=31536000, immutable"
FOR_A_DAY = "public, max-age=86400"


class StaticFiles(Files):
    """Starlette's, with the caching that the addresses of Renderer.file() allow."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, and how long it keeps."""
        response = await super().get_response(path, scope)
        versioned = scope["query_string"].startswith(b"v=")
        response.headers["Cache-Control"] = FOR_GOOD if versioned else FOR_A_DAY
        return response
