/**
 * The desk: four lists, one card in the hand. Frames change a card where it stands; afterwards it
 * goes to the list of its state. Whatever this page adds to a card, a frame leaves alone.
 */

import "./colleagues.js";
import "./drag.js";
import { settle, take } from "./hand.js";
import { arrange, cardsOf } from "./lists.js";
import { notice } from "./notice.js";
import "./sending.js";
import { sift } from "./sieve.js";
import "./strokes.js";
import { tell } from "./told.js";
import { refresh, tick } from "./waits.js";

const { htmx } = /** @type {any} */ (globalThis);
const page = /** @type {HTMLElement} */ (document.getElementById("feed"));

// Whose turn it is in the page is the page's own.
htmx.config.morphIgnore.push("aria-current", "tabindex", "draggable", "data-said");

// A form that came back stands at an address that only takes it: reloading would send it again.
if (location.pathname !== page.dataset.desk) history.replaceState(null, "", page.dataset.desk);

document.addEventListener("htmx:after:swap", (event) => {
  if (/** @type {CustomEvent} */ (event).detail.ctx.sourceElement === page) follow();
});

/** The acts on the briefing itself stand in forms that htmx sends. */
document.addEventListener("htmx:response:error", (event) => {
  const { ctx } = /** @type {CustomEvent} */ (event).detail;
  if (ctx.hx?.redirect) return; // what is left open is asked for on a page of its own
  ctx.swap = "innerHTML";
  ctx.target = document.getElementById("refused");
});
document.addEventListener("htmx:error", () =>
  document.getElementById("refused")?.replaceChildren(tell("unreachable")),
);

document.addEventListener("change", (event) => {
  if (event.target instanceof Element && event.target.matches("input.pick")) picked();
});

function follow() {
  arrange();
  own();
  settle();
  sift();
  refresh();
  notice();
  picked();
}

/** Which cards this moderator holds: shared markup says it of nobody. */
function own() {
  for (const card of page.querySelectorAll(".card")) {
    const held = card.getAttribute("data-held");
    card.toggleAttribute("data-reader-own", held !== null && held === page.dataset.moderator);
  }
}

/** Which cards are chosen, and only such as can still be declined. */
function picked() {
  const place = document.getElementById("chosen");
  const cards = [...document.querySelectorAll("input.pick:checked")].map((box) => {
    const card = /** @type {HTMLElement | null} */ (box.closest(".card"));
    return `Q-${card?.dataset.number}`;
  });
  const text = cards.length > 0 ? tell("chosen", { cards: cards.join(", ") }) : tell("none_chosen");
  if (place && place.textContent !== text) place.textContent = text;
}

const isPhone = matchMedia("(width < 48rem)").matches;
if (isPhone) document.getElementById("bench")?.removeAttribute("open");
arrange();
own();
take(cardsOf("new")[0] ?? cardsOf("approved")[0] ?? cardsOf("called")[0]);
picked();
tick();
