/** The keys of the desk: wherever nothing is being typed; they can be turned off. */

import { begin, beginWithForm, inHand, take } from "./hand.js";
import { cardsOf, listOf } from "./lists.js";
import { keep, recall } from "./memory.js";

const OFF = "hub:desk-keys";
const NAMES = ["new", "approved", "called", "disposed"];
const FIELDS = "input:not([type=checkbox], [type=radio]), textarea, select";

const help = /** @type {HTMLDialogElement} */ (document.getElementById("desk-keys"));
const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("act"));
const on = /** @type {HTMLInputElement} */ (document.getElementById("desk-keys-on"));
on.checked = recall(OFF) !== "off";
on.addEventListener("change", () => keep(OFF, on.checked ? "on" : "off"));
document.getElementById("desk-keys-button")?.addEventListener("click", () => help.showModal());

/** @type {Record<string, () => void>} */
const acts = {
  j: () => step(1),
  k: () => step(-1),
  ArrowDown: () => step(1),
  ArrowUp: () => step(-1),
  ArrowRight: () => turn(1),
  ArrowLeft: () => turn(-1),
  a: () => begin("approval"),
  d: () => begin("decline"),
  m: () => begin("merge"),
  c: () => begin("call"),
  w: () => begin("spoken-answer"),
  "Shift+w": () => beginWithForm("spoken-answer"),
  t: () => begin("taken"),
  r: () => begin("referral"),
  s: () => begin("upholding"),
  h: () => begin("hold"),
  "[": () => begin("up"),
  "]": () => begin("down"),
  "Alt+ArrowUp": () => begin("up"),
  "Alt+ArrowDown": () => begin("down"),
  u: () => /** @type {HTMLFormElement | null} */ (document.getElementById("undo"))?.requestSubmit(),
  x: () => pick(),
  p: () => focus("wire-words"),
  "/": () => focus("search"),
  "?": () => help.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || !on.checked) return;
  const target = event.target instanceof Element ? event.target : document.body;
  if (dialog.open) return choose(event, target);
  if (help.open) return;
  if (target.matches(FIELDS)) return leave(event, target);
  const key = event.key.length > 1 ? event.key : event.key.toLowerCase();
  const act =
    (event.shiftKey && acts[`Shift+${key}`]) || acts[(event.altKey ? "Alt+" : "") + key];
  if (!act || (event.repeat && !/^(j|k|Arrow)/.test(event.key))) return;
  event.preventDefault();
  act();
});

/** Visible cards of a list. @param {string} name */
const line = (name) => cardsOf(name).filter((card) => !card.hasAttribute("data-reader-out"));

/** @param {number} by */
function step(by) {
  const card = inHand();
  if (!card) return take(NAMES.map((name) => line(name)[0]).find(Boolean), { focus: true });
  const among = line(listOf(card));
  const next = card.contains(document.activeElement) ? among[among.indexOf(card) + by] : card;
  take(next, { focus: true });
}

/** To the next list that has a card. @param {number} by */
function turn(by) {
  const card = inHand();
  const at = card ? NAMES.indexOf(listOf(card)) : -1;
  for (let next = at + by; next >= 0 && next < NAMES.length; next += by) {
    const [first] = line(NAMES[next] ?? "");
    if (first) return take(first, { focus: true });
  }
}

function pick() {
  const box = inHand()?.querySelector("input.pick");
  if (!(box instanceof HTMLInputElement)) return;
  document.querySelector("details.several")?.setAttribute("open", "");
  box.click();
}

/** In a form: the reason by its number, the place in the order by its bracket.
 * @param {KeyboardEvent} event @param {Element} target */
function choose(event, target) {
  if (target.matches(FIELDS) && !target.matches("select")) return;
  const reasons = dialog.querySelectorAll(".reasons input");
  const reason = /^[1-9]$/.test(event.key) ? reasons[Number(event.key) - 1] : null;
  const place = dialog.querySelector("select[name=before]");
  const by = { "[": -1, "]": 1 }[event.key] ?? 0;
  if (reason instanceof HTMLInputElement) {
    reason.focus();
    reason.click();
  } else if (place instanceof HTMLSelectElement && by) {
    place.selectedIndex = Math.min(place.length - 1, Math.max(0, place.selectedIndex + by));
  } else return;
  event.preventDefault();
}

/** Escape leads back to the cards. @param {KeyboardEvent} event @param {Element} target */
function leave(event, target) {
  if (event.key !== "Escape" || !(target instanceof HTMLElement)) return;
  target.blur();
  take(inHand(), { focus: true });
}

/** @param {string} id */
const focus = (id) => document.getElementById(id)?.focus();
