/** Why each waiting question stands where it stands, as the published rule has it. */

import { tell } from "./told.js";

const FILING = 3_600; // what it takes to write it up, s

/** @param {HTMLElement[]} cards in their order @param {DOMStringMap} order what #order tells */
export function explain(cards, { calls = "", turns = "", moved = "" }) {
  const called = new Map(pairs(calls));
  const first = new Map(pairs(turns));
  const overridden = new Set(moved.split(" "));
  /** @type {Map<string, number>} by the outlet's pseudonym */
  const before = new Map();
  for (const { dataset } of cards) {
    const times = called.get(dataset.number ?? "");
    if (times) before.set(dataset.alias ?? "", times);
  }
  const rounds = new Map(before);
  /** @type {Map<string, number>} by round and category */
  const had = new Map();
  for (const card of [...cards].sort((a, b) => urgency(a) - urgency(b))) {
    const { category = "", alias = "", number = "" } = card.dataset;
    const round = (rounds.get(alias) ?? 0) + 1;
    rounds.set(alias, round);
    const place = `${round}:${category}`;
    const turn = had.has(place) ? (had.get(place) ?? 0) + 1 : (first.get(place) ?? 1);
    had.set(place, turn);
    const times = before.get(alias) ?? 0;
    const said = [
      tell("round", { n: round }),
      tell("turn", { category: nameOf(category), n: turn }),
      times > 0 ? tell("times", { n: times }) : tell("never"),
      ...(overridden.has(number) ? [card.dataset.moved || tell("moved")] : []),
    ];
    write(card, said.join(" · "));
  }
}

/** "24:2 1:local:3": what stands before the last colon, and the number behind it.
 * @param {string} text @returns {[string, number][]} */
const pairs = (text) =>
  text
    .split(" ")
    .filter(Boolean)
    .map((one) => [one.slice(0, one.lastIndexOf(":")), Number(one.split(":").at(-1))]);

/** When it counts as asked. @param {HTMLElement} card */
function urgency(card) {
  const asked = Number(card.dataset.asked);
  return Math.min(asked, card.dataset.files ? Number(card.dataset.files) - FILING : asked);
}

/** @param {string} category */
const nameOf = (category) =>
  document.querySelector(`#by-category [value="${category}"]`)?.textContent ?? category;

/** @param {HTMLElement} card @param {string} text */
function write(card, text) {
  const place = card.querySelector(":scope > .why");
  if (!place || place.firstChild?.textContent === `${text}. `) return;
  const link = document.createElement("a");
  link.href = `${location.pathname.replace(/\/desk$/, "")}/order`;
  link.textContent = tell("why");
  place.replaceChildren(`${text}. `, link);
}
