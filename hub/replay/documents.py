"""Documents of a played briefing: the files of a folder, handed in by tus, dropped when checked."""

import asyncio
import base64
from collections.abc import Sequence
from pathlib import Path

from hub.replay.acts import Act, Drop, HandIn
from hub.replay.press import Press, PressError

BEFORE_SECONDS = 20.0
"""A file is handed in so long before it is dropped, on the transcript's clock."""

PATIENCE_SECONDS = 60.0
LOOK_SECONDS = 0.2


def document_acts(folder: Path, duration_seconds: float) -> Sequence[Act]:
    """The files of this folder, by name, dropped one after the other at even distances.

    Raises PressError for a folder without files.
    """
    files = sorted(path for path in folder.iterdir() if path.is_file())
    if not files:
        raise PressError(f"{folder}: there is no file in it")
    acts: list[Act] = []
    for number, path in enumerate(files, start=1):
        at = round(duration_seconds * number / (len(files) + 1), 3)
        key = f"document {number}"
        acts += [
            HandIn(at=max(0.0, at - BEFORE_SECONDS), key=key, path=path),
            Drop(at=at, key=key),
        ]
    return acts


async def hand_in(podium: Press, slug: str, path: Path) -> str:
    """Sends a file; returns the document's reference. Its title describes it."""
    name = base64.b64encode(path.name.encode()).decode()
    headers = {"Tus-Resumable": "1.0.0", "Upload-Metadata": f"filename {name}"}
    body = await asyncio.to_thread(path.read_bytes)
    made = await podium.send_file(f"/briefings/{slug}/uploads", body, headers)
    words = {"descriptions": {"en": path.stem}, "titles": {"en": path.stem}, "language": "en"}
    await podium.document(slug, made, "description", words, key=f"describe-{made}")
    return made


async def drop(podium: Press, slug: str, ref: str, *, key: str) -> None:
    """Drops a document, once its check has passed. Raises PressError where it does not pass."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                check = await podium.check_of(slug, ref)
                if check != "waiting":
                    break
                await asyncio.sleep(LOOK_SECONDS)
    except TimeoutError:
        raise PressError(f"the check of {ref} does not end") from None
    if check != "passed":
        raise PressError(f"{ref} did not pass the check: {check}")
    await podium.document(slug, ref, "drop", {}, key=key)
