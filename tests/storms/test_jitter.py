"""Pages that lose their socket in the same moment do not come back in the same moment."""

from tests.browser import Visits
from tests.journeys.windows import AT
from tests.journeys.wire import distant_centre

SOCKETS = 40
# Of the page's own socket.js: bounds of the first and the second wait, in ms.
BOUNDS = (500, 1_000)
# Of 40 that wait by chance 20 wait for less than half of the bound: fewer than 7 never do.
LEAST = 7

# Sockets of the page's own kind: when each was lost and when it tried again. They are opened one
# after the other, since Chromium itself holds back many that are opened at once.
STORM = """async ({ module, count }) => {
  const { Socket } = await import(module);
  const live = document.querySelector("#feed").dataset.live;
  window.storm = [];
  for (let at = 0; at < count; at += 1) {
    const one = { tried: [], lost: [], greeted: 0 };
    window.storm.push(one);
    await new Promise((go) => new Socket({
      address: () => {
        one.tried.push(performance.now());
        return new URL(live, location.href.replace("http", "ws"));
      },
      hear: (message) => {
        if (!("hello" in message)) return;
        one.greeted += 1;
        go();
      },
      lost: () => one.lost.push(performance.now()),
    }));
  }
}"""
GREETED = "times => window.storm.every((one) => one.greeted === times)"
TRIED = "times => window.storm.every((one) => one.tried.length === times)"
WAITED = "window.storm.map(({ tried, lost }) => [tried[1] - lost[0], tried[2] - lost[1]])"


async def test_pages_that_lose_their_socket_at_once_come_back_spread_over_the_whole_wait(
    sqlite_url: str, visit: Visits
) -> None:
    async with distant_centre(sqlite_url) as (centre, wire):
        page = (await visit(centre.url)).page
        await page.goto(AT)
        module = await page.evaluate(
            "performance.getEntriesByType('resource').map((one) => one.name)"
            ".find((name) => name.includes('/socket.js'))"
        )
        await page.evaluate(STORM, {"module": module, "count": SOCKETS})
        for times in (1, 2):
            await page.wait_for_function(GREETED, arg=times)
            await wire.lead_to(wire.cut())
        await page.wait_for_function(TRIED, arg=3)
        waited = await page.evaluate(WAITED)
        await page.close()
    for bound, waits in zip(BOUNDS, zip(*waited, strict=True), strict=True):
        # A timer may be late, never early.
        soon = sum(one < bound / 2 for one in waits)
        assert LEAST <= soon <= SOCKETS - LEAST, sorted(waits)
