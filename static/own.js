/**
 * What is the reader's own in a page that all readers share: their questions, fetched when the
 * press centre whispers; marks beside them; the way to a follow-up. Marks are data-reader-*
 * attributes, which no frame takes away, and the link stands in one place at a time.
 */

import { tell } from "./asked.js";

const { htmx } = /** @type {any} */ (globalThis);

const own = /** @type {HTMLElement} */ (document.getElementById("own"));
const updates = document.getElementById("updates");
const MINE = "data-reader-mine";

let asking = false;
let again = false;

/** Fetches the own questions; what is asked for meanwhile is asked for once more. */
async function fetchMine() {
  again = asking;
  if (asking) return;
  asking = true;
  try {
    const answer = await fetch(own.dataset.mine ?? "", { headers: { "HX-Request": "true" } });
    if (answer.ok && !answer.redirected) {
      const before = states();
      await htmx.swap({ text: await answer.text(), swap: "none", sourceElement: own });
      mark();
      announce(before);
    }
  } catch {
    // The next greeting of the socket asks again.
  }
  asking = false;
  if (again) void fetchMine();
}

/** Where each stands, in words, by its reference. */
function states() {
  const found = new Map();
  for (const one of own.querySelectorAll("li[data-ref]")) {
    const state = one.querySelector(".state-line")?.textContent?.replace(/\s+/g, " ").trim();
    found.set(one.getAttribute("data-ref"), `${one.querySelector(".ask")?.textContent} ${state}`);
  }
  return found;
}

/** To who listens to the page: what has changed. @param {Map<string, string>} before */
function announce(before) {
  if (document.getElementById("hush")?.getAttribute("aria-pressed") === "true") return;
  const changed = [...states()].filter(([ref, state]) => before.get(ref) !== state);
  if (changed.length > 0)
    document.getElementById("announcer")?.replaceChildren(changed.map(([, say]) => say).join(". "));
}

/** Says beside each of them, and of their answers, whose it is. */
function mark() {
  const marks = new Map();
  for (const one of own.querySelectorAll("li[data-ref]")) {
    if (!(one instanceof HTMLElement)) continue;
    const { ref, answer, yours } = one.dataset;
    for (const id of [`k-${ref}`, `d-${ref}`]) {
      marks.set(document.getElementById(id), yours);
      marks.set(document.querySelector(`#${id} > .small`), yours);
    }
    for (const line of updates?.querySelectorAll(`:scope > [id^="t-${ref}-"]`) ?? [])
      marks.set(line.querySelector(".kicker"), yours);
    if (answer) marks.set(document.querySelector(`#u-${answer} > .kicker`), yours);
  }
  for (const old of document.querySelectorAll(`[${MINE}]`))
    if (!marks.has(old)) old.removeAttribute(MINE);
  for (const [part, yours] of marks) part?.setAttribute(MINE, yours);
}

const link = document.createElement("a");
link.className = "button quiet follow-up";
link.href = "#ask";
link.textContent = tell("follow_up");
link.addEventListener("click", (event) => {
  event.preventDefault();
  const article = link.closest("article");
  const list = document.getElementById("follows");
  if (!article || !(list instanceof HTMLSelectElement)) return;
  const ref = article.id.slice(2);
  if (![...list.options].some((one) => one.value === ref)) list.add(option(article, ref), 1);
  list.value = ref;
  list.closest("details")?.setAttribute("open", "");
  list.dispatchEvent(new Event("change", { bubbles: true }));
  // On a phone the address opens the panel that it is in.
  if (own.offsetParent === null) location.hash = "ask";
  document.getElementById("question")?.focus();
});

/** Number, time and speaker, not the words: those may be corrected or retracted meanwhile.
 * @param {HTMLElement} article @param {string} ref */
function option(article, ref) {
  const parts = [...article.querySelectorAll(".when time, .by cite")].map((one) => one.textContent);
  return new Option([`#${article.dataset.n}`, ...parts].join(", "), ref);
}

/** @param {Event} event */
function offer(event) {
  const at = event.target instanceof Element ? event.target : null;
  const article = at?.closest("#updates > .update[id^='u-']:not(.retracted)");
  if (!article || link.parentElement === article || link === document.activeElement) return;
  article.append(link);
}

document.addEventListener("hub:mine", () => void fetchMine());
for (const kind of ["pointerover", "focusin"]) updates?.addEventListener(kind, offer);
const watch = new MutationObserver(mark);
for (const part of [updates, document.getElementById("queue")?.parentElement])
  if (part) watch.observe(part, { childList: true, subtree: true });
mark();
