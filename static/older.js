/** Older updates into the same page, so that corrections and retractions reach them too. */

import { say } from "./words.js";

/**
 * @param {HTMLElement} feed its data-n is the cursor
 * @param {import("./place.js").Place} place
 */
export function offer(feed, place) {
  const link = /** @type {HTMLAnchorElement | null} */ (document.querySelector("#older"));
  const list = feed.querySelector("#updates");
  if (!link || !list || !feed.dataset.live) return;
  link.addEventListener("click", async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (link.getAttribute("aria-busy")) return;
    link.setAttribute("aria-busy", "true");
    try {
      const page = await read(link.href, () => Number(feed.dataset.n));
      const first = list.lastElementChild;
      list.append(...page.querySelectorAll("#updates > *"));
      place.keepAll();
      const older = /** @type {HTMLAnchorElement | null} */ (page.querySelector("#older"));
      link.hidden = older?.hidden ?? true;
      link.href = older?.getAttribute("href") ?? link.href;
      // The link may be gone, and who pressed a key there would have to start from the top.
      const next = first?.nextElementSibling;
      if (link.hidden && next instanceof HTMLElement) next.focus({ preventScroll: true });
    } catch {
      link.textContent = say("older_failed");
    } finally {
      link.removeAttribute("aria-busy");
    }
  });
}

/**
 * The page of older updates. If an event passed by while it was on its way, what it changed may
 * be missing in there: then it is read again.
 *
 * @param {string} address
 * @param {() => number} cursor
 */
async function read(address, cursor) {
  for (let tries = 0; tries < 5; tries++) {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const head = page.getElementById("feed")?.dataset.n;
    if (Number(head) >= cursor()) return page;
  }
  throw new Error("the page is always behind");
}
