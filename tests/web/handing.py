"""Documents at the podium as a browser without scripts hands them in, and as tus does."""

import asyncio
import base64
import re

import httpx2

from tests.centre import PATIENCE, SLUG
from tests.web.typed import Typed

AT = f"/briefings/{SLUG}"
PODIUM = f"{AT}/podium"
DOCUMENTS = f"{AT}/documents"


async def upload(
    client: httpx2.AsyncClient, name: str, body: bytes, **about: str
) -> httpx2.Response:
    """By tus, in one request."""
    pairs = {"filename": name, **about}
    told = ",".join(
        f"{key} {base64.b64encode(one.encode()).decode()}" for key, one in pairs.items()
    )
    return await client.post(
        f"{AT}/uploads",
        content=body,
        headers={
            "Tus-Resumable": "1.0.0",
            "Upload-Length": str(len(body)),
            "Upload-Metadata": told,
            "Content-Type": "application/offset+octet-stream",
        },
    )


async def lines(client: httpx2.AsyncClient) -> dict[str, str]:
    """What the podium says of each document, by its reference, in order."""
    page = (await client.get(PODIUM)).text
    found = re.findall(r'(?s)<li class="document" id="doc-(\w+)"(.*?)</li>', page)
    return {
        ref: re.sub(r"(?:\s|&nbsp;)+", " ", re.sub(r"<[^>]*>", " ", html)) for ref, html in found
    }


async def says(client: httpx2.AsyncClient, ref: str, words: str) -> str:
    """The document's line, once it has these words."""
    line = ""
    async with asyncio.timeout(3 * PATIENCE):
        # A page without scripts is asked again.
        while words not in line:
            line = (await lines(client)).get(ref, "")
    return line


async def checked(client: httpx2.AsyncClient, name: str, body: bytes, **about: str) -> str:
    """The reference of a document that has passed."""
    ref = str((await upload(client, name, body, **about)).json()["ref"])
    await says(client, ref, "Checked")
    return ref


async def form(client: httpx2.AsyncClient, ref: str, act: str) -> dict[str, str]:
    """What the form of an act holds."""
    answer = await client.get(f"{DOCUMENTS}/{ref}/{act}")
    assert answer.status_code == 200, answer.text
    return Typed(answer.text, f"document-{act.removesuffix('s')}").values


def _in_base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
