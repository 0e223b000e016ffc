/** Cards by the pointer: to another list is an act, within the order a move with its reason. */

import { offered } from "./hand.js";
import { cardsOf, lists, listOf } from "./lists.js";
import { act, ask } from "./sending.js";

const page = /** @type {HTMLElement} */ (document.getElementById("feed"));
/** @type {HTMLElement | null} */
let dragged = null;

/** Words can be selected with the pointer; anywhere else on a card it is the card that moves. */
page.addEventListener("pointerdown", (event) => {
  const card = cardAt(event.target);
  if (!card || !(event.target instanceof Element)) return;
  card.draggable = offered(card).length > 0 && !event.target.closest(".words, a, button, input");
});

page.addEventListener("dragstart", (event) => {
  dragged = cardAt(event.target);
  if (!dragged || !event.dataTransfer) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", `Q-${dragged.dataset.number}`);
});

page.addEventListener("dragover", (event) => {
  const { list, before } = goal(event);
  mark(before ?? null, list);
  if (!list) return;
  event.preventDefault();
});

page.addEventListener("drop", (event) => {
  const { list, before } = goal(event);
  const card = dragged;
  end();
  if (!list || !card) return;
  event.preventDefault();
  drop(card, list, before);
});

page.addEventListener("dragend", () => end());

/** @param {HTMLElement} card @param {string} list @param {HTMLElement | null} before */
function drop(card, list, before) {
  const query = `?before=${before?.dataset.ref ?? ""}`;
  if (list === "disposed") void ask(card, "decline");
  else if (list === "called") void act(card, "call");
  else if (listOf(card) === "approved") void ask(card, "move", query);
  else void act(card, "approval");
}

/** Which list it would come to, and before which card; nothing: it may not.
 * @param {DragEvent} event @returns {{list: string, before: HTMLElement | null}} */
function goal(event) {
  const nowhere = { list: "", before: null };
  const section = event.target instanceof Element ? event.target.closest(".list") : null;
  const list = [...lists].find(([, one]) => section?.contains(one))?.[0] ?? "";
  if (!dragged || !list) return nowhere;
  const from = listOf(dragged);
  const wanted = { approved: "approval", called: "call", disposed: "decline" }[list] ?? "";
  const allowed = offered(dragged).some(([name]) => name === wanted);
  if (list === "approved" && from === "approved") {
    const before = under(event);
    return isElsewhere(before) ? { list, before } : nowhere;
  }
  return allowed && from !== list ? { list, before: null } : nowhere;
}

/** The card before which it would stand; nobody: at the end. @param {DragEvent} event */
function under(event) {
  return (
    cardsOf("approved").find((card) => {
      const { top, height } = card.getBoundingClientRect();
      return height > 0 && event.clientY < top + height / 2;
    }) ?? null
  );
}

/** @param {HTMLElement | null} before */
const isElsewhere = (before) =>
  before !== dragged && (before ?? null) !== (dragged?.nextElementSibling ?? null);

/** @param {HTMLElement | null} before @param {string} list */
function mark(before, list) {
  for (const one of page.querySelectorAll("[data-reader-drop]"))
    one.removeAttribute("data-reader-drop");
  const place = before ?? (list ? lists.get(list)?.closest(".list") : null);
  place?.setAttribute("data-reader-drop", "");
}

function end() {
  mark(null, "");
  if (dragged) dragged.draggable = false;
  dragged = null;
}

/** @param {EventTarget | null} target @returns {HTMLElement | null} */
const cardAt = (target) => (target instanceof Element ? target.closest(".card") : null);
