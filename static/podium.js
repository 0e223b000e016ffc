/**
 * The podium by hand: keys, dialogs, the clock, and what becomes of an act that was refused.
 * What was published never comes from an answer: it comes by the socket, as to everybody.
 */

import { Draft, tell } from "./draft.js";
import { Answers, Herald, tickCalls } from "./floor.js";
import { dropFirst, renewCarried } from "./staging.js";
import "./uploads.js";
import { clock } from "./words.js";

const { htmx } = /** @type {any} */ (globalThis);

const page = /** @type {HTMLElement} */ (document.getElementById("feed"));
const composer = /** @type {HTMLFormElement} */ (document.getElementById("composer"));
const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("act"));
const keys = /** @type {HTMLDialogElement} */ (document.getElementById("podium-keys"));
const draft = new Draft(composer, page.dataset);
const answers = new Answers(composer);
const herald = new Herald();

// A form that came back stands at an address that only takes it: reloading would send it again.
if (location.pathname !== page.dataset.podium) history.replaceState(null, "", page.dataset.podium);

// Addresses of forms, which open in the dialog.
const FORMS =
  /\/(correction|retraction|taken|referral|description|drop|withdrawal|discard|versions)$/;

/** @typedef {{sourceElement: HTMLElement, target: unknown, swap: string, text: string,
 *   hx?: {retarget?: string}, request: {body: URLSearchParams},
 *   response: {status: number}}} Ctx what htmx says of a request */

/** Where to say why something was refused: what is in the preview is old then.
 * @param {HTMLElement} source */
const alertOf = (source) =>
  source.id === "preview"
    ? source
    : (source.matches("form") && source.querySelector("[role=alert]")) ||
      document.getElementById("refused");

document.addEventListener("htmx:response:error", (event) => {
  const ctx = ctxOf(event);
  if (ctx.hx?.retarget) return; // the form itself comes back, filled in
  ctx.swap = "innerHTML";
  ctx.target = alertOf(ctx.sourceElement);
  if (ctx.sourceElement.id !== "preview" && ctx.response.status === 401) ctx.text += signIn();
});

document.addEventListener("htmx:error", (event) => {
  const source = ctxOf(event)?.sourceElement;
  if (!source) return;
  alertOf(source)?.replaceChildren(tell(source.id === "preview" ? "no_preview" : "unreachable"));
});

document.addEventListener("htmx:after:request", (event) => {
  const ctx = ctxOf(event);
  if (ctx.response.status >= 400 || ctx.sourceElement.id === "preview") return;
  alertOf(ctx.sourceElement)?.replaceChildren();
  if (ctx.sourceElement === composer) {
    draft.published(ctx.request.body);
    answers.sent();
  } else if (ctx.sourceElement.closest("#act")) leave();
  else if (ctx.sourceElement.id === "newcomer") empty(ctx.sourceElement);
});

document.addEventListener("htmx:after:swap", (event) => {
  const ctx = ctxOf(event);
  if (ctx.sourceElement === page) frame();
  if (ctx.hx?.retarget === "#composer") {
    answers.follow();
    draft.refused();
  } else if (ctx.hx?.retarget) focus(document.querySelector(`${ctx.hx.retarget} [aria-invalid]`));
});

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (FORMS.test(link.pathname)) {
    event.preventDefault();
    void open(link.pathname);
  } else if (link.dataset.answer) {
    event.preventDefault();
    answers.attach(link.dataset.answer);
    toTheWords();
  } else if (link.closest("#act") && link.hasAttribute("data-close")) {
    event.preventDefault();
    dialog.close();
  }
});

document.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("#detach")) {
    answers.attach("");
    toTheWords();
  }
});

/** What a frame has put on the floor, or taken from it. */
function frame() {
  answers.follow();
  herald.tell();
  renewCarried();
  tickCalls(Date.now() + ahead);
}

/** On a telephone they stand behind a tab. */
function toTheWords() {
  const words = document.getElementById("text");
  if (words && !words.checkVisibility()) location.hash = "text";
  focus(words);
}

/** The form of an act in the dialog; one that was begun and left is as it was.
 * @param {string} path */
async function open(path) {
  if (dialog.dataset.path !== path || !begun()) {
    dialog.dataset.path = "";
    dialog.replaceChildren();
    await htmx.ajax("GET", path, { target: "#act", swap: "innerHTML" });
    if (!dialog.querySelector("form")) return;
    dialog.dataset.path = path;
  }
  if (!dialog.open) dialog.showModal();
}

const begun = () =>
  [...dialog.querySelectorAll("textarea, input:not([type=hidden])")].some(
    (one) =>
      (one instanceof HTMLTextAreaElement || one instanceof HTMLInputElement) &&
      one.value !== one.defaultValue,
  );

function leave() {
  dialog.dataset.path = "";
  dialog.close();
  dialog.replaceChildren();
}

/** @param {HTMLElement} form */
function empty(form) {
  for (const field of form.querySelectorAll("input")) field.value = "";
  form.closest("details")?.removeAttribute("open");
}

function signIn() {
  const link = document.createElement("a");
  link.href = `/sign-in?to=${encodeURIComponent(location.pathname)}`;
  link.target = "_blank";
  link.textContent = tell("sign_in");
  return `<p>${link.outerHTML}</p>`;
}

/** @type {Record<string, () => void>} */
const acts = {
  F2: toTheWords,
  F6: () => click(document.querySelector("#messages .wire button")),
  "Alt+a": () => {
    answers.attachCalled();
    toTheWords();
  },
  "Alt+t": () => called("taken"),
  "Alt+r": () => called("referral"),
  F4: () => newest("correction"),
  "Shift+F4": () => newest("retraction"),
  F8: dropFirst,
  "Alt+s": () => focus(document.getElementById("speaker")),
  "Alt+l": () => focus(document.getElementById("tongue")),
  "Alt+b": () => {
    click(composer.querySelector("[name=terms]:not(:checked)"));
    focus(composer.querySelector("[value=background]:checked") && attribution());
  },
  "?": () => keys.showModal(),
};
for (const [at, kind] of composer.querySelectorAll("[name=kind]").entries())
  acts[`Alt+${at + 1}`] = () => click(kind);

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.repeat) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return send(event);
  const act = acts[nameOf(event)];
  if (!act || document.querySelector("dialog[open]")) return;
  if (event.key === "?" && isField(event.target)) return;
  event.preventDefault();
  act();
});
document.getElementById("podium-keys-button")?.addEventListener("click", () => keys.showModal());

/** The form in which the hands are; from anywhere else the composer.
 * @param {KeyboardEvent} event */
function send(event) {
  const field = event.target instanceof Element && isField(event.target) ? event.target : null;
  const opened = document.querySelector("dialog[open] :is(form[hx-post], form[data-uploads])");
  const form = opened ?? field?.closest("form") ?? composer;
  if (keys.open || !(form instanceof HTMLFormElement)) return;
  event.preventDefault();
  form.requestSubmit();
}

/** Alt with a letter writes another sign on some keyboards: then the key's place decides.
 * @param {KeyboardEvent} event */
function nameOf(event) {
  if (event.ctrlKey || event.metaKey || event.getModifierState("AltGraph")) return "";
  if (!event.altKey) return (event.shiftKey && /^F\d/.test(event.key) ? "Shift+" : "") + event.key;
  const own = /^[a-z]$/i.test(event.key) ? event.key : event.code.replace(/^(Key|Digit)/, "");
  return `Alt+${(event.code.startsWith("Digit") ? event.code.slice(5) : own).toLowerCase()}`;
}

/** @param {string} act */
function newest(act) {
  const link = document.querySelector(`#published > li a[href$="/${act}"]`);
  if (link instanceof HTMLAnchorElement) void open(link.pathname);
}

/** @param {string} act of the question that was called first */
function called(act) {
  const link = document.querySelector(`#floor .asked-now a[href$="/${act}"]`);
  if (link instanceof HTMLAnchorElement) void open(link.pathname);
}

/** @param {unknown} target */
const isField = (target) => target instanceof Element && target.matches("input, textarea, select");
const attribution = () => document.getElementById("attribution");
/** @param {Element | null} part */
const focus = (part) => part instanceof HTMLElement && part.focus();
/** @param {Element | null} part */
const click = (part) => part instanceof HTMLElement && part.click();
/** @param {Event} event @returns {Ctx} */
const ctxOf = (event) => /** @type {CustomEvent} */ (event).detail.ctx;

/** The press centre's clock if this machine's is wrong; a second may pass on the way. */
const face = /** @type {HTMLTimeElement} */ (document.getElementById("clock"));
const off = Date.parse(face.dateTime) - Date.now();
const ahead = Math.abs(off) > 3_000 ? off : 0;
(function tick() {
  const at = Date.now() + ahead;
  face.textContent = clock(new Date(at), page.dataset.zone);
  face.dateTime = new Date(at).toISOString();
  tickCalls(at);
  setTimeout(tick, 1_000 - (at % 1_000));
})();
