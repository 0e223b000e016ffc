"""Where the flood goes: the hub's address, the briefing, and as whom one comes in."""

import http.client
import json
import ssl
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from hub.flood.line import upgrade

_ASK_SECONDS = 10.0
_SOURCES = 20_000


class FloodError(Exception):
    """The flood cannot go on. One line."""


@dataclass(frozen=True, slots=True)
class Door:
    """`url` is the hub's public address; `token` a spokesperson's."""

    url: str
    slug: str
    audience: str
    token: str

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        parts = urlsplit(self.url)
        return parts.port or (443 if parts.scheme == "https" else 80)

    @property
    def tls(self) -> ssl.SSLContext | None:
        """For https."""
        return ssl.create_default_context() if self.url.startswith("https:") else None

    def source(self, seat: int) -> tuple[str, int] | None:
        """Whence a seat comes: on loopback a source address for each 20,000, since one address
        has only so many ports."""
        if self.host != "127.0.0.1" or seat < _SOURCES:
            return None
        return f"127.0.0.{1 + seat // _SOURCES}", 0

    def upgrade(self, after: int | None, epoch: str | None) -> bytes:
        """The request of a reader with this cursor."""
        asked: dict[str, str | int] = {"as": self.audience, "language": "en"}
        if after is not None:
            asked["after"] = after
        if epoch is not None:
            asked["epoch"] = epoch
        # The public comes without a token, as it does in life: that costs the hub less.
        headers = {"Origin": self.url}
        if self.audience != "public":
            headers = {"Authorization": f"Bearer {self.token}"}
        path = f"/briefings/{self.slug}/live?{urlencode(asked)}"
        return upgrade(urlsplit(self.url).netloc, path, headers)

    def ask(
        self, method: str, path: str, body: dict[str, Any] | None = None
    ) -> tuple[int, dict[str, Any]]:
        """The API's answer. Raises FloodError when there is none."""
        connection = connect(self.url, self.tls)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        try:
            connection.request(method, path, json.dumps(body) if body else None, headers)
            answer = connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise FloodError(f"--url: nothing answers at {self.url} ({error})") from None
        finally:
            connection.close()
        try:
            return answer.status, json.loads(text or b"{}")
        except ValueError:
            raise FloodError(f"--url: what answers at {self.url} is no hub") from None


def connect(url: str, tls: ssl.SSLContext | None) -> http.client.HTTPConnection:
    """A connection that will be opened when it is used. No proxy of the environment is asked."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if tls is not None:
        return http.client.HTTPSConnection(
            host, parts.port or 443, timeout=_ASK_SECONDS, context=tls
        )
    return http.client.HTTPConnection(host, parts.port or 80, timeout=_ASK_SECONDS)
