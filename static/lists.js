/**
 * The desk's four lists: each card in the list of its state, and in its order, so that a page that
 * was followed and a page that was loaded are alike.
 */

import { explain } from "./turns.js";

/** @type {Record<string, string>} */
const LISTS = { asked: "new", approved: "approved", called: "called" };
const NAMES = ["new", "approved", "called", "disposed"];

const page = /** @type {HTMLElement} */ (document.getElementById("feed"));
/** @type {Map<string, HTMLElement>} */
export const lists = new Map(
  NAMES.map((name) => [name, /** @type {HTMLElement} */ (document.getElementById(name))]),
);

/** @param {HTMLElement} card the name of the list of its state: an appeal waits like a new one */
export const listOf = (card) =>
  "appeal" in card.dataset ? "new" : (LISTS[card.dataset.state ?? ""] ?? "disposed");

/** @param {string} name @returns {HTMLElement[]} */
export const cardsOf = (name) => /** @type {any[]} */ ([...(lists.get(name)?.children ?? [])]);

/** Puts every card where it belongs, and says of those who wait why they stand there. */
export function arrange() {
  once();
  for (const [name, list] of lists)
    for (const card of cardsOf(name)) {
      const own = lists.get(listOf(card));
      if (own && own !== list) move(own, card, null);
    }
  const order = document.getElementById("order");
  const line = (order?.getAttribute("value") ?? "").split(" ").map(Number);
  const places = new Map(line.map((number, place) => [number, place]));
  // Appeals first, the oldest first: their number of seconds is below any question's.
  sort("new", (card) => ("appeal" in card.dataset ? number(card, "appeal") - 1e12 : number(card, "number")));
  sort("approved", (card) => places.get(number(card, "number")) ?? Infinity);
  sort("called", (card) => number(card, "called"));
  sort("disposed", (card) => -number(card, "ended"));
  for (const card of cardsOf("disposed").slice(Number(page.dataset.most))) card.remove();
  for (const name of NAMES)
    for (const count of document.querySelectorAll(`[data-count="${name}"]`))
      show(count, String(lists.get(name)?.childElementCount ?? 0));
  explain(cardsOf("approved"), order?.dataset ?? {});
}

/** A card may come though it is there, from a page that ended long ago: the newer one stays. */
function once() {
  /** @type {Map<string, HTMLElement>} */
  const found = new Map();
  for (const name of NAMES)
    for (const card of cardsOf(name)) {
      const other = found.get(card.id);
      const older = !other || number(card, "revision") >= number(other, "revision") ? other : card;
      older?.remove();
      if (older !== card) found.set(card.id, card);
    }
}

/** @param {string} name @param {(card: HTMLElement) => number} key */
function sort(name, key) {
  const list = lists.get(name);
  if (!list) return;
  /** @type {[number, number, HTMLElement][]} */
  const keyed = cardsOf(name).map((card) => [key(card), number(card, "number"), card]);
  const down = name === "disposed" ? -1 : 1;
  keyed.sort((a, b) => (a[0] === b[0] ? (a[1] - b[1]) * down : a[0] - b[0]));
  let at = list.firstElementChild;
  for (const [, , card] of keyed) {
    // One that is only in the way goes on when its own turn comes: the others need not move.
    if (at !== card && at?.nextElementSibling === card) at = card;
    if (at === card) at = card.nextElementSibling;
    else move(list, card, at);
  }
}

/** Keeps the focus where the browser can; elsewhere it is put back.
 * @param {HTMLElement} list @param {HTMLElement} card @param {Element | null} before */
function move(list, card, before) {
  const moving = /** @type {any} */ (list);
  if (moving.moveBefore) return moving.moveBefore(card, before);
  const held = card.contains(document.activeElement) ? document.activeElement : null;
  list.insertBefore(card, before);
  if (held instanceof HTMLElement) held.focus({ preventScroll: true });
}

/** @param {HTMLElement} card @param {string} name */
const number = (card, name) => Number(card.dataset[name] ?? 0);

/** @param {Element} place @param {string} text */
const show = (place, text) => place.textContent !== text && (place.textContent = text);
