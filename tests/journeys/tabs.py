"""A Chromium whose tabs hide each other, as a reader's do.

The one that the other journeys share takes every page for the one in front, always.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import BrowserContext, async_playwright

from tests.browser import FLAGS
from tests.centre import PATIENCE
from tests.programs import chromium_program


@contextlib.asynccontextmanager
async def tabbed_browser(profile: Path) -> AsyncIterator[BrowserContext]:
    """A browser of one's own with its one window; `profile` is an empty folder."""
    chromium = await asyncio.create_subprocess_exec(
        chromium_program(),
        *("--headless=new", "--no-sandbox", "--remote-debugging-port=0", "--no-first-run"),
        f"--user-data-dir={profile}",
        *FLAGS,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(PATIENCE * 2):
            address = await _address(chromium)
        async with async_playwright() as playwright:
            browser = await playwright.chromium.connect_over_cdp(address, no_defaults=True)
            yield browser.contexts[0]
            await browser.close()
    finally:
        with contextlib.suppress(ProcessLookupError):
            chromium.terminate()
        await chromium.communicate()


async def _address(chromium: asyncio.subprocess.Process) -> str:
    assert chromium.stderr is not None
    said = b""
    while line := await chromium.stderr.readline():
        said += line
        if b"DevTools listening on" in line:
            return line.split()[-1].decode()
    raise RuntimeError(f"Chromium did not start: {said.decode(errors='replace')}")
