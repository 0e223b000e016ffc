/**
 * Acts as they are sent: by one key, or from the form in the dialog. What was done never comes from
 * an answer: it comes by the socket, as to every colleague. What was refused is said where the act
 * was begun, and the card shows how it stands now.
 */

import { get, post } from "./post.js";

const { htmx } = /** @type {any} */ (globalThis);

const page = /** @type {HTMLElement} */ (document.getElementById("feed"));
const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("act"));
/** @type {HTMLElement | null} the card whose form is open, and held for it */
let open = null;
let done = false;
/** While a dialog closes the browser puts the focus back to a card, which may have gone. */
export let restoring = false;

/** @param {HTMLElement} card */
const at = (card) => `${page.dataset.desk?.replace(/desk$/, "questions")}/${card.dataset.ref}`;

/** Whether a colleague is at this card. @param {HTMLElement} card */
const isTaken = (card) => !["", page.dataset.moderator].includes(card.dataset.held ?? "");

/**
 * Does at once what needs no form. At a card that a colleague holds the form asks first.
 *
 * @param {HTMLElement} card @param {string} act @param {Record<string, string>} [more]
 */
export async function act(card, act, more = {}) {
  if (isTaken(card)) return ask(card, act);
  const { ref, revision = "" } = card.dataset;
  // However often it is pressed at this revision, it is one act.
  const key = [act, ref, revision, ...Object.values(more)].join("-");
  card.setAttribute("data-reader-busy", "");
  const answer = await post(`${at(card)}/${act}`, new URLSearchParams({ key, revision, ...more }));
  card.removeAttribute("data-reader-busy");
  complain("");
  if (answer.status < 300) return say(card, "");
  await stand(answer.page);
  // A field is missing, and the form has it: why this one is called out of turn.
  if (answer.status === 422 && answer.page.querySelector("[aria-invalid]"))
    return show(card, answer.page);
  say(card, answer.said);
}

/** Opens the form of an act; colleagues see who is at the card until it is closed.
 * @param {HTMLElement} card @param {string} act @param {string} [query] */
export async function ask(card, act, query = "") {
  if (dialog.open) return;
  const answer = await get(`${at(card)}/${act}${query}`);
  if (answer.status !== 200) return say(card, answer.said);
  say(card, "");
  show(card, answer.page);
}

/** A form that is about no card. @param {string} address */
export async function askOf(address) {
  const answer = await get(address);
  if (answer.status === 200) show(null, answer.page);
  else complain(answer.said);
}

/** Shows colleagues that somebody is at it, or no longer. @param {HTMLElement} card */
export function holdOrRelease(card) {
  const own = card.dataset.held === page.dataset.moderator;
  void post(`${at(card)}/${own ? "release" : "hold"}`, new URLSearchParams());
}

/** @param {HTMLElement | null} card @param {Document} form */
function show(card, form) {
  open = card;
  done = false;
  dialog.toggleAttribute("data-of-card", card !== null);
  fill(form);
  dialog.showModal();
  first();
  if (card && !isTaken(card)) void post(`${at(card)}/hold`, new URLSearchParams());
}

/** @param {Document} form */
function fill(form) {
  const held = open?.querySelector(":scope > .holding")?.cloneNode(true);
  dialog.replaceChildren(...[...form.querySelectorAll("body > form")].slice(0, 1));
  if (held && open && isTaken(open)) dialog.prepend(held);
}

/** Where the hands begin: what is wrong, else the first choice. */
function first() {
  const place =
    dialog.querySelector("[aria-invalid] input, [aria-invalid]:not(fieldset)") ??
    dialog.querySelector("[data-first], [autofocus]") ??
    dialog.querySelector("input:not([type=hidden]), textarea, select") ??
    dialog.querySelector("button[type=submit]");
  if (place instanceof HTMLElement) place.focus();
}

dialog.addEventListener("close", () => {
  if (open && !done && open.dataset.held === page.dataset.moderator)
    void post(`${at(open)}/release`, new URLSearchParams());
  dialog.replaceChildren();
  open = null;
});

addEventListener("pagehide", () => {
  if (open?.dataset.held === page.dataset.moderator)
    navigator.sendBeacon(`${at(open)}/release`, new URLSearchParams());
});

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (link.hasAttribute("data-open")) {
    event.preventDefault();
    void askOf(link.pathname);
  } else if (link.closest("#act") && link.hasAttribute("data-close")) {
    event.preventDefault();
    dialog.close();
  }
});

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.method !== "post") return;
    if (!form.matches("[data-sent], #act form")) return;
    event.preventDefault();
    event.stopPropagation();
    void send(form);
  },
  { capture: true },
);

/** @param {HTMLFormElement} form */
async function send(form) {
  if (form.hasAttribute("data-reader-busy")) return;
  form.setAttribute("data-reader-busy", "");
  const data = /** @type {any} */ (new FormData(form));
  const answer = await post(form.action, new URLSearchParams(data));
  form.removeAttribute("data-reader-busy");
  if (answer.status < 300) return finish(form);
  await stand(answer.page);
  const back = answer.page.querySelector(`form#${form.id || "none"}`);
  if (!back) return refuse(form, answer.said);
  // The form itself, filled in as it was sent.
  if (dialog.contains(form)) fill(answer.page);
  else form.replaceWith(back);
  if (dialog.open) first();
  else focus(back.querySelector("[aria-invalid]"));
}

/** @param {HTMLFormElement} form */
function finish(form) {
  complain("");
  if (dialog.contains(form)) {
    done = true;
    restoring = true;
    dialog.close();
    restoring = false;
    return;
  }
  for (const refusal of form.querySelectorAll("p.refusal")) refusal.remove();
  refuse(form, "");
  const key = form.querySelector("input[name=key]");
  if (key instanceof HTMLInputElement && !form.closest("#messages")) key.value = newKey();
  for (const field of form.querySelectorAll("input:not([type=hidden]):not([type=radio])"))
    if (field instanceof HTMLInputElement) field.value = "";
  for (const choice of form.querySelectorAll("input[type=radio]"))
    if (choice instanceof HTMLInputElement) choice.checked = false;
  if (form.id === "declines") form.closest("details")?.removeAttribute("open");
}

/** @param {HTMLFormElement} form @param {string} text */
function refuse(form, text) {
  const place = form.querySelector("[role=alert]");
  if (place) place.textContent = text;
  else complain(text);
}

/** At the head of the page. @param {string} text */
function complain(text) {
  const place = document.getElementById("refused");
  if (place && place.textContent !== text) place.textContent = text;
}

/** At the card. @param {HTMLElement} card @param {string} text */
function say(card, text) {
  const hand = card.querySelector(":scope > .hand");
  let place = hand?.querySelector(".refusal");
  if (!text) return place?.remove();
  if (!place) {
    place = document.createElement("p");
    place.className = "refusal";
    place.setAttribute("role", "alert");
    hand?.append(place);
  }
  place.textContent = text;
}

/** The card as it stands now. @param {Document} answer */
async function stand(answer) {
  for (const card of answer.querySelectorAll("hx-partial"))
    await htmx.swap({ text: card.outerHTML, swap: "none", sourceElement: page });
}

/** @param {Element | null} part */
const focus = (part) => part instanceof HTMLElement && part.focus();

/** A key that no other form has; also on pages that are not served over TLS. */
const newKey = () =>
  crypto.getRandomValues(new Uint32Array(4)).reduce((key, one) => key + one.toString(36), "");
