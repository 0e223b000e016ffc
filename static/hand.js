/** The card in the hand: the only one with buttons, and what every key is about. */

import { cardsOf, listOf } from "./lists.js";
import { act, ask, holdOrRelease, restoring } from "./sending.js";
import { tell } from "./told.js";

/** @type {Record<string, [string, string][]>} what may be done with it, and the key of it */
const OFFERED = {
  asked: [
    ["approval", "A"],
    ["call", "C"],
    ["decline", "D"],
    ["merge", "M"],
    ["taken", "T"],
    ["referral", "R"],
    ["hold", "H"],
  ],
  approved: [
    ["call", "C"],
    ["decline", "D"],
    ["up", "["],
    ["down", "]"],
    ["merge", "M"],
    ["taken", "T"],
    ["referral", "R"],
    ["hold", "H"],
  ],
  called: [
    ["spoken-answer", "W"],
    ["taken", "T"],
    ["referral", "R"],
    ["decline", "D"],
    ["hold", "H"],
  ],
  appeal: [
    ["approval", "A"],
    ["upholding", "S"],
  ],
};

// What needs no form, unless something is missing or a colleague holds the card.
const AT_ONCE = new Set(["approval", "call", "spoken-answer"]);

const page = /** @type {HTMLElement} */ (document.getElementById("feed"));
/** @type {HTMLElement | null} */
let card = null;
/** @type {{list: string, around: HTMLElement[]}} where it stood when it was last looked at */
let stood = { list: "", around: [] };

/** The card in the hand. */
export const inHand = () => card;

/** @param {HTMLElement | null | undefined} other @param {{focus?: boolean}} [but] */
export function take(other, { focus = false } = {}) {
  if (!other) return;
  if (other !== card) {
    card?.removeAttribute("aria-current");
    card?.setAttribute("tabindex", "-1");
    card?.querySelector(":scope > .hand")?.replaceChildren();
  }
  card = other;
  card.setAttribute("aria-current", "true");
  card.setAttribute("tabindex", "0");
  offer(card);
  note();
  if (!focus) return;
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
}

/** After the lists have changed: the hand stays in its list, at the card that came up. */
export function settle() {
  const had = card?.contains(document.activeElement) || document.activeElement === document.body;
  if (!card?.isConnected || listOf(card) !== stood.list) {
    const next = stood.around.find((one) => one.isConnected && listOf(one) === stood.list);
    const dialog = document.querySelector("dialog[open]");
    return take(next ?? cardsOf("new")[0] ?? card, { focus: had && !dialog });
  }
  take(card);
}

/** What may be done with it now. @param {HTMLElement} one @returns {[string, string][]} */
export const offered = (one) =>
  OFFERED["appeal" in one.dataset ? "appeal" : (one.dataset.state ?? "")] ?? [];

/** @param {string} name an act, `up`, `down` or `hold`; nothing if it is not offered */
export function begin(name) {
  if (!card || !offered(card).some(([one]) => one === name)) return;
  if (name === "hold") return holdOrRelease(card);
  if (name === "up" || name === "down") return shift(name === "up" ? -1 : 1);
  if (AT_ONCE.has(name)) return void act(card, name);
  void ask(card, name);
}

/** The form of what a key does at once. @param {string} name */
export function beginWithForm(name) {
  if (card && offered(card).some(([one]) => one === name)) void ask(card, name);
}

/** One place earlier or later, for a reason. @param {number} by */
function shift(by) {
  if (!card) return;
  const line = cardsOf("approved");
  const at = line.indexOf(card);
  if (at + by < 0 || at + by >= line.length) return;
  const before = by < 0 ? line[at - 1] : line[at + 2];
  void ask(card, "move", `?before=${before?.dataset.ref ?? ""}`);
}

function note() {
  if (!card) return;
  const line = cardsOf(listOf(card)).filter((one) => !one.hasAttribute("data-reader-out"));
  const at = line.indexOf(card);
  stood = { list: listOf(card), around: [...line.slice(at + 1), ...line.slice(0, at).reverse()] };
}

/** @param {HTMLElement} one */
function offer(one) {
  const hand = one.querySelector(":scope > .hand");
  const own = one.dataset.held === page.dataset.moderator;
  const now = `${one.dataset.state} ${own} ${"appeal" in one.dataset}`;
  const keys = hand?.querySelector(".keys");
  if (!(hand instanceof HTMLElement) || (keys instanceof HTMLElement && keys.dataset.for === now))
    return;
  const focused = keys?.querySelector(":focus")?.getAttribute("data-act");
  keys?.remove();
  const acts = offered(one);
  if (acts.length === 0) return;
  const row = document.createElement("div");
  row.className = "keys";
  row.dataset.for = now;
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", tell("acts", { n: one.dataset.number ?? "" }));
  row.append(...acts.map(([name, key], at) => made(name, key, at === 0, own)));
  hand.prepend(row);
  if (focused) /** @type {any} */ (row.querySelector(`[data-act="${focused}"]`))?.focus();
}

/** @param {string} name @param {string} key @param {boolean} first @param {boolean} own */
function made(name, key, first, own) {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.act = name;
  button.setAttribute("aria-keyshortcuts", key);
  if (first) button.className = "primary";
  const shown = document.createElement("kbd");
  shown.textContent = key;
  shown.setAttribute("aria-hidden", "true");
  button.append(shown, tell(name === "hold" && own ? "release" : name));
  return button;
}

// A card that is taken grows: under a pointer that is still down, its link would be missed.
let pressed = false;
page.addEventListener("pointerdown", () => (pressed = true));
for (const over of ["pointerup", "pointercancel", "dragend"])
  document.addEventListener(over, () => setTimeout(() => (pressed = false)));

page.addEventListener("focusin", (event) => {
  if (pressed || restoring) return;
  const one = event.target instanceof Element ? event.target.closest(".card") : null;
  if (one instanceof HTMLElement) take(one);
});

page.addEventListener("click", (event) => {
  pressed = false; // a link may lead the focus to another card
  if (!(event.target instanceof Element)) return;
  const one = event.target.closest(".card");
  if (one instanceof HTMLElement) take(one, { focus: !event.target.closest("a, button, input") });
  const button = event.target.closest("[data-act]");
  if (button instanceof HTMLElement) begin(button.dataset.act ?? "");
  const merge = event.target.closest("a.merge");
  if (one instanceof HTMLElement && merge instanceof HTMLElement && !event.ctrlKey) {
    event.preventDefault();
    void act(one, "merge", { into: merge.dataset.into ?? "" });
  }
});

const dialog = document.getElementById("act");
dialog?.addEventListener("close", () => {
  if (card && dialog.hasAttribute("data-of-card")) take(card, { focus: true });
});
