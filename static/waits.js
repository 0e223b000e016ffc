/** The clocks of the desk: the press centre's own, and how long everything has waited. */

import { cardsOf } from "./lists.js";
import { tell } from "./told.js";
import { clock } from "./words.js";

const SOON = 3_600_000;

const page = /** @type {HTMLElement} */ (document.getElementById("feed"));
const face = /** @type {HTMLTimeElement} */ (document.getElementById("clock"));
// This machine's may be wrong; a second may pass on the way.
const off = Date.parse(face.dateTime) - Date.now();
const ahead = Math.abs(off) > 3_000 ? off : 0;

/** The press centre's time, ms. */
export const now = () => Date.now() + ahead;

/** @param {HTMLElement} card whether its asker files within the hour */
export const isSoon = (card) => Number(card.dataset.files ?? Infinity) * 1_000 - now() < SOON;

/** Writes every clock anew. */
export function refresh() {
  const at = now();
  for (const one of document.querySelectorAll(".since")) write(/** @type {any} */ (one), at);
  for (const name of ["new", "approved"])
    for (const card of cardsOf(name)) card.toggleAttribute("data-reader-soon", isSoon(card));
  const fresh = document.getElementById("fresh");
  const waiting = cardsOf("new");
  /** @param {HTMLElement} card @returns {number} */
  const since = ({ dataset }) => Number(dataset.appeal ?? dataset.asked) * 1_000;
  const oldest = Math.min(...waiting.map(since));
  const time = waiting.length > 0 ? tell("oldest", { time: span(at - oldest) }) : "";
  const count = document.createElement("b");
  count.textContent = tell("fresh", { n: waiting.length });
  fresh?.replaceChildren(count, time && `, ${time}`);
}

/** @param {HTMLElement} place @param {number} at */
function write(place, at) {
  const since = Date.parse(place.dataset.at ?? "");
  const time = span(at - since);
  const said = place.dataset.since ?? "";
  const shown = place.querySelector("b");
  // The text node alone: that is no change of the tree for whoever watches it.
  if (shown?.firstChild && place.dataset.said === said + place.dataset.at) {
    shown.firstChild.nodeValue = time;
    return;
  }
  const [before, after] = tell(said).split("{time}");
  const bold = document.createElement("b");
  bold.textContent = time;
  place.replaceChildren(before ?? "", bold, after ?? "");
  place.dataset.said = said + place.dataset.at;
}

/** 06:12, or 1:06:12. @param {number} length ms */
function span(length) {
  const seconds = Math.max(0, Math.floor(length / 1_000));
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts.map((n) => String(n).padStart(2, "0"));
  const hours = Math.floor(seconds / 3_600);
  return (hours ? [hours, ...shown] : shown).join(":");
}

/** From now on, every second. */
export function tick() {
  const at = now();
  face.textContent = clock(new Date(at), page.dataset.zone);
  face.dateTime = new Date(at).toISOString();
  if (!document.hidden) refresh();
  setTimeout(tick, 1_000 - (at % 1_000));
}
