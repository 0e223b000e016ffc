/** One-letter keys: only while the focus is in the feed, and they can be turned off. */

import { keep, recall } from "./memory.js";

const OFF = "hub:keys";

/** @param {HTMLElement} feed */
export function listen(feed) {
  const list = feed.querySelector("#updates");
  const dialog = /** @type {HTMLDialogElement | null} */ (document.querySelector("#keys"));
  const on = /** @type {HTMLInputElement | null} */ (document.querySelector("#keys-on"));
  if (!list || !dialog || !on) return;

  on.checked = recall(OFF) !== "off";
  on.addEventListener("change", () => keep(OFF, on.checked ? "on" : "off"));
  document.getElementById("keys-button")?.addEventListener("click", () => dialog.showModal());

  const current = () => document.activeElement?.closest("#updates > *");
  /** @type {Record<string, () => void>} */
  const acts = {
    j: () => focus(current()?.nextElementSibling ?? (current() ? null : list.firstElementChild)),
    k: () => focus(current()?.previousElementSibling),
    n: () => focus(list.firstElementChild),
    c: () => click(current()?.querySelector(".copy")),
    p: () => click(document.getElementById("hush")),
    "?": () => dialog.showModal(),
  };

  feed.addEventListener("keydown", (event) => {
    if (!on.checked || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof Element && event.target.matches("input, textarea, select")) return;
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

/** @param {Element | null | undefined} item */
function focus(item) {
  if (item instanceof HTMLElement) item.focus();
}

/** @param {Element | null | undefined} button */
function click(button) {
  if (button instanceof HTMLElement) button.click();
}
