/**
 * The viewer: which page one is on, turning to another, and saying so when the document has been
 * withdrawn. Without this the pages are there as well, with links from each to the next.
 */

const pages = /** @type {HTMLElement} */ (document.querySelector("#pages"));
const field = /** @type {HTMLInputElement | null} */ (document.querySelector("#page"));
const leaves = [...pages.children].filter((leaf) => leaf instanceof HTMLElement);
const gone = /** @type {HTMLElement} */ (document.querySelector("#gone"));

/** The page one is on, from 0: the last that begins above the middle of the window. */
let here = 0;

if (field) {
  /** @type {Set<Element>} */
  const inSight = new Set();
  const watcher = new IntersectionObserver(
    (changes) => {
      for (const { target, isIntersecting } of changes) {
        if (isIntersecting) inSight.add(target);
        else inSight.delete(target);
      }
      const first = leaves.findIndex((leaf) => inSight.has(leaf));
      if (first >= 0) stand(first);
    },
    // A line across the window, a third from its top.
    { rootMargin: "-33% 0px -66% 0px" },
  );
  for (const leaf of leaves) watcher.observe(leaf);

  field.form?.addEventListener("submit", (event) => {
    event.preventDefault();
    turnTo(Number.parseInt(field.value, 10) - 1);
  });
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-turn]") : null;
    if (button instanceof HTMLElement) turnTo(here + Number(button.dataset.turn), button);
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.target instanceof Element && event.target.matches("input, textarea, select")) return;
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    // Where the page is wider than the window, the arrows move it sideways.
    if (!step || document.documentElement.scrollWidth > innerWidth) return;
    event.preventDefault();
    turnTo(here + step);
  });
}

/**
 * @param {number} page From 0; beyond the last it is the last.
 * @param {HTMLElement} [keeps] What keeps the focus.
 */
function turnTo(page, keeps) {
  const leaf = leaves[Math.min(Math.max(page || 0, 0), leaves.length - 1)];
  if (!leaf) return;
  leaf.scrollIntoView();
  if (!keeps) leaf.focus({ preventScroll: true });
  // So that Back and a reload come to the same page, without a step in the history for each.
  history.replaceState(history.state, "", `#${leaf.id}`);
  stand(leaves.indexOf(leaf));
}

/** @param {number} page */
function stand(page) {
  here = page;
  if (field && document.activeElement !== field) field.value = String(page + 1);
}

/** Whether one may still read it: asked when a page does not come, and when one comes back. */
let asking = false;
async function ask() {
  if (asking || !gone.hidden) return;
  asking = true;
  try {
    const answer = await fetch(`${pages.dataset.file}/read`, {
      headers: { "HX-Request": "true" },
      cache: "no-store",
    });
    if (answer.status === 410) await tell(answer);
  } catch {
    // Offline: what is on the page stays, and the next page asks again.
  } finally {
    asking = false;
  }
}

/** @param {Response} answer The words of the refusal, as a block of the page. */
async function tell(answer) {
  const words = new DOMParser().parseFromString(await answer.text(), "text/html").body.textContent;
  pages.replaceChildren();
  document.querySelector(".status")?.remove();
  gone.hidden = false;
  gone.textContent = (words ?? "").trim();
}

pages.addEventListener("error", ask, { capture: true });
addEventListener("pageshow", (event) => event.persisted && ask());
document.addEventListener("visibilitychange", () => document.hidden || ask());
