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
            HandIn(
                at=max(0.0, at - BEFORE_SECONDS),
                key=key,
                name=path.name,
                read=path.read_bytes,
                titles={"en": path.stem},
                descriptions={"en": path.stem},
            ),
            Drop(at=at, key=key),
        ]
    return acts


async def hand_in(podium: Press, slug: str, act: HandIn, *, newer_of: str | None) -> str:
    """Sends a file and says what it is; returns the document's reference."""
    metadata = {"filename": act.name} | ({"document": newer_of} if newer_of else {})
    coded = (
        f"{name} {base64.b64encode(word.encode()).decode()}" for name, word in metadata.items()
    )
    headers = {"Tus-Resumable": "1.0.0", "Upload-Metadata": ",".join(coded)}
    body = await asyncio.to_thread(act.read)
    made = await podium.send_file(f"/briefings/{slug}/uploads", body, headers)
    if newer_of is None:
        words = {
            "language": act.language,
            "titles": dict(act.titles),
            "descriptions": dict(act.descriptions),
            "public": act.public,
        }
        await podium.document(slug, made, "description", words, key=f"describe-{made}")
    return made


async def drop(podium: Press, slug: str, ref: str, *, note: str, key: str) -> None:
    """Drops a document, once its check has passed. Raises PressError where it does not pass."""
    await until_checked(podium, slug, ref)
    await podium.document(slug, ref, "drop", {"note": note}, key=key)


async def until_checked(podium: Press, slug: str, ref: str) -> None:
    """Waits for the check. Raises PressError where it ends badly or not at all."""
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
