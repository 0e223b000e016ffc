"""Pages that lose their socket in the same moment do not come back in the same moment."""

from tests.browser import Visits
from tests.centre import open_centre
from tests.journeys.windows import AT

SOCKETS = 120
# Of the page's own socket.js: bounds of the first and the second wait, in ms.
BOUNDS = (500, 1_000)
QUARTERS = 4
# Of 120 that wait by chance, 30 wait for each quarter of the bound: fewer than 10 never do.
LEAST = 10

# Every socket is refused at once, again and again; the page tells when each tries anew.
STORM = """async ({ module, count }) => {
  const { Socket } = await import(module);
  const one = () => new Promise((done) => {
    const tried = [], lost = [];
    const socket = new Socket({
      address: () => {
        tried.push(performance.now());
        return new URL("/briefings/nowhere/live", location.href.replace("http", "ws"));
      },
      hear: () => {},
      lost: () => {
        lost.push(performance.now());
        if (lost.length === 3) { socket.stop(); done([tried[1] - lost[0], tried[2] - lost[1]]); }
      },
    });
  });
  return Promise.all(Array.from({ length: count }, one));
}"""


async def test_thousands_that_lose_their_socket_at_once_come_back_spread_over_the_whole_wait(
    sqlite_url: str, visit: Visits
) -> None:
    async with open_centre(sqlite_url) as centre:
        ana = await visit(centre.url)
        ana.expects("404")
        await ana.page.goto(AT)
        module = await ana.page.evaluate(
            "performance.getEntriesByType('resource').map((one) => one.name)"
            ".find((name) => name.includes('/socket.js'))"
        )
        waits = await ana.page.evaluate(STORM, {"module": module, "count": SOCKETS})
        await ana.page.close()
    for bound, waited in zip(BOUNDS, zip(*waits, strict=True), strict=True):
        for quarter in range(QUARTERS - 1):
            begin, end = bound * quarter / QUARTERS, bound * (quarter + 1) / QUARTERS
            assert sum(begin <= one < end for one in waited) >= LEAST, sorted(waited)
        # A timer may be late, never early.
        assert sum(bound * 3 / 4 <= one for one in waited) >= LEAST
