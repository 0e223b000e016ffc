"""Our own files: kept for good by whoever asks with the version in the address."""

import gzip
import re
from pathlib import Path

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles as Files
from starlette.types import Scope

from hub.own_files import JOIN, OwnFiles
from hub.web.packing import SMALLEST, takes_gzip

FOR_GOOD = "public, max-age=31536000, immutable"
# Of another version of the program, or of none: what is sent is ours, as it is now.
ASK_AGAIN = "no-cache"

_EDITION = re.compile(r"[0-9a-f]{12}")
_SHEETS = re.compile(r"[a-z]+\.css(\+[a-z]+\.css){1,4}")
_TEXT = {".css", ".js", ".json", ".svg"}


class StaticFiles(Files):
    """Starlette's, with the caching that the addresses of OwnFiles allow; text goes compressed."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder)
        self._folder = folder
        self._edition = OwnFiles(folder).edition
        self._packed: dict[str, bytes] = {}

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, and how long it keeps."""
        edition, _, name = path.partition("/")
        named = bool(name) and _EDITION.fullmatch(edition) is not None
        if named and JOIN in name:
            return self._sheets(name, scope, lasting=edition == self._edition)
        response = await super().get_response(name if named else path, scope)
        for_good = (
            edition == self._edition
            if named
            else path.startswith("vendor/") and scope["query_string"].startswith(b"v=")
        )
        response.headers["Cache-Control"] = FOR_GOOD if for_good else ASK_AGAIN
        if not isinstance(response, FileResponse) or Path(response.path).suffix not in _TEXT:
            return response
        response.headers.add_vary_header("Accept-Encoding")
        asked = Headers(scope=scope)
        if response.status_code != 200 or "range" in asked or not takes_gzip(asked):
            return response
        return self._small(response)

    def _sheets(self, names: str, scope: Scope, *, lasting: bool) -> Response:
        """Several style sheets as one."""
        packed = self._packed.get(names)
        if packed is None:
            if not _SHEETS.fullmatch(names):
                raise HTTPException(404)
            paths = [self._folder / name for name in names.split(JOIN)]
            if not all(path.is_file() for path in paths):
                raise HTTPException(404)
            packed = gzip.compress(b"\n".join(path.read_bytes() for path in paths), mtime=0)
            self._packed[names] = packed
        headers = {
            "Cache-Control": FOR_GOOD if lasting else ASK_AGAIN,
            "Vary": "Accept-Encoding",
            "ETag": f'W/"{self._edition}"',
        }
        asked = Headers(scope=scope)
        if headers["ETag"] in asked.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if not takes_gzip(asked):
            return Response(gzip.decompress(packed), headers=headers, media_type="text/css")
        return Response(
            packed, headers=headers | {"Content-Encoding": "gzip"}, media_type="text/css"
        )

    def _small(self, whole: FileResponse) -> Response:
        """The same, compressed once for all who ask."""
        packed = self._packed.get(str(whole.path))
        if packed is None:
            plain = Path(whole.path).read_bytes()
            packed = gzip.compress(plain, mtime=0) if len(plain) >= SMALLEST else b""
            self._packed[str(whole.path)] = packed
        if not packed:
            return whole
        headers = dict(whole.headers)
        for name in ("content-length", "accept-ranges"):
            headers.pop(name, None)
        # Weak: it stands for both forms, and answers for both when asked about again.
        headers |= {"content-encoding": "gzip", "etag": f"W/{headers['etag']}"}
        return Response(packed, headers=headers)
