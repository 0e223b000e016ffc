/**
 * Asking by hand: the form, the dialogs of what may be done with a question, and what was refused.
 * What becomes of a question never comes from an answer: it is whispered, and fetched (own.js).
 */

import { Asked, count, place, tell } from "./asked.js";
import "./own.js";

const { htmx } = /** @type {any} */ (globalThis);

const own = /** @type {HTMLElement} */ (document.getElementById("own"));
const form = /** @type {HTMLFormElement} */ (document.getElementById("ask"));
const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("act"));
const asked = new Asked(form, `hub:ask:${own.dataset.mine}:${own.dataset.asker}`);

/** @typedef {{sourceElement: HTMLElement, target: unknown, swap: string, text: string,
 *   hx?: {retarget?: string}, request: {body: URLSearchParams},
 *   response: {status: number}}} Ctx what htmx says of a request */

/** @param {HTMLElement} source */
const alertOf = (source) => source.querySelector("[role=alert]");

document.addEventListener("htmx:response:error", (event) => {
  const ctx = ctxOf(event);
  if (ctx.hx?.retarget || !own.contains(ctx.sourceElement)) return; // the form comes back itself
  ctx.swap = "innerHTML";
  ctx.target = alertOf(ctx.sourceElement);
  if (ctx.response.status === 401) ctx.text += signIn();
});

document.addEventListener("htmx:error", (event) => {
  const source = ctxOf(event)?.sourceElement;
  if (source && own.contains(source)) alertOf(source)?.replaceChildren(tell("unreachable"));
});

document.addEventListener("htmx:after:request", (event) => {
  const ctx = ctxOf(event);
  if (ctx.response.status >= 400 || !own.contains(ctx.sourceElement)) return;
  if (!(ctx.sourceElement instanceof HTMLFormElement)) return;
  alertOf(ctx.sourceElement)?.replaceChildren();
  if (ctx.sourceElement === form) asked.sent(ctx.request.body);
  else leave();
  // Also whispered; but the line may be cut just now.
  document.dispatchEvent(new Event("hub:mine"));
});

document.addEventListener("htmx:after:swap", (event) => {
  const back = ctxOf(event).hx?.retarget;
  if (back === "#ask") asked.refused();
  else if (back) focus(document.querySelector(`${back} [aria-invalid]`));
});

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (link.closest("#mine .acts")) {
    event.preventDefault();
    void open(link.pathname);
  } else if (link.closest("#act") && link.hasAttribute("data-close")) {
    event.preventDefault();
    dialog.close();
  } else if (link.hash === "#ask" && link.classList.contains("to-ask")) {
    // The panel opens by the address; who asks wants to write.
    setTimeout(() => document.getElementById("question")?.focus());
  }
});

/** The form of an act in the dialog. @param {string} path */
async function open(path) {
  dialog.replaceChildren();
  await htmx.ajax("GET", path, { target: "#act", swap: "innerHTML" });
  const opened = dialog.querySelector("form");
  if (!opened) return;
  place(opened);
  count(opened);
  opened.addEventListener("input", () => count(opened));
  dialog.showModal();
}

function leave() {
  dialog.close();
  dialog.replaceChildren();
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  if (event.isComposing || event.repeat) return;
  const field = event.target instanceof HTMLElement ? event.target.closest("form") : null;
  if (!field || !own.contains(field)) return;
  event.preventDefault();
  // A second press finds the words sent and gone: that is no question without words.
  if (event.target instanceof HTMLTextAreaElement && !event.target.value.trim()) return;
  field.requestSubmit();
});

function signIn() {
  const link = document.createElement("a");
  link.href = `/sign-in?to=${encodeURIComponent(location.pathname)}`;
  link.target = "_blank";
  link.textContent = tell("sign_in");
  return `<p>${link.outerHTML}</p>`;
}

/** @param {Element | null} part */
const focus = (part) => part instanceof HTMLElement && part.focus();
/** @param {Event} event @returns {Ctx} */
const ctxOf = (event) => /** @type {CustomEvent} */ (event).detail.ctx;
