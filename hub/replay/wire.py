"""How a program comes to the hub."""

from collections.abc import Mapping

import httpx2


def client(url: str, headers: Mapping[str, str], *, timeout: float) -> httpx2.AsyncClient:
    """A client of this hub; `timeout` in seconds."""
    return httpx2.AsyncClient(
        base_url=url,
        headers=dict(headers),
        timeout=timeout,
        # The hub is asked, never a proxy that the environment names.
        trust_env=False,
        # Reading all certificates, for each client anew, blocks the hub that plays with us.
        verify=url.startswith("https:"),
    )
