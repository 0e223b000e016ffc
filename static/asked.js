/** The words of a question that is being written: kept at every stroke, gone once it was sent. */

import { keep, recall } from "./memory.js";
import { clock, vocabulary } from "./words.js";

/** What asking says: see templates/questions/words.html. */
export const tell = vocabulary("ask-words");

/** How long it is, as the press centre counts. @param {HTMLFormElement} form */
export function count(form) {
  const area = form.querySelector("textarea");
  const hint = /** @type {HTMLElement | null} */ (form.querySelector(".count"));
  if (!area || !hint) return;
  const n = [...area.value.replace(/\r\n?/g, "\n").normalize("NFC").trim()].length;
  const limit = Number(hint.dataset.limit);
  hint.classList.toggle("too-many", n > limit);
  hint.textContent = tell(n > limit ? "too_many" : "count", { n, limit, more: n - limit });
}

/** The asker's own time zone, where none was chosen before. @param {HTMLFormElement} form */
export function place(form) {
  const field = /** @type {HTMLInputElement | null} */ (form.elements.namedItem("zone"));
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!field || !own || "chosen" in field.dataset) return;
  field.value = own;
  const shown = form.querySelector(".zone");
  if (shown) shown.textContent = own.replaceAll("_", " ");
}

export class Asked {
  #form;
  #kept;

  /** @param {HTMLFormElement} form @param {string} kept under which name: each asker's own */
  constructor(form, kept) {
    this.#form = form;
    this.#kept = kept;
    place(form);
    if (!form.hasAttribute("data-back")) this.#restore();
    for (const kind of ["input", "change"]) form.addEventListener(kind, () => this.#keep());
    count(form);
  }

  /** The form came back with what was refused, and perhaps with another key. */
  refused() {
    this.#keep();
    /** @type {HTMLElement | null} */ (this.#form.querySelector("[aria-invalid]"))?.focus();
  }

  /** Room for the next one. What was written while it was on its way stays.
   * @param {URLSearchParams} sent */
  sent(sent) {
    const key = this.#field("key");
    const area = this.#field("words");
    // The answer to a second press of the button: the first has been here.
    if (!key || !area || key.value !== sent.get("key")) return;
    key.value = newKey();
    const same = lines(area.value) === lines(sent.get("words") ?? "");
    if (same) area.value = "";
    const follows = this.#field("follows");
    if (same && follows) {
      follows.value = "";
      follows.closest("details")?.removeAttribute("open");
    }
    for (const refusal of this.#form.querySelectorAll("p.refusal")) refusal.remove();
    for (const field of this.#form.querySelectorAll("[aria-invalid]"))
      for (const mark of ["aria-invalid", "aria-describedby"]) field.removeAttribute(mark);
    this.#keep();
    if (same) keep(this.#kept, "");
    this.#say(same ? "sent" : "went_on");
  }

  #keep() {
    const values = [...new FormData(this.#form)];
    keep(this.#kept, JSON.stringify({ at: Date.now(), values }));
    this.#say(recall(this.#kept) ? "kept" : "not_kept");
    this.#lang();
    count(this.#form);
  }

  #restore() {
    const kept = recall(this.#kept);
    if (!kept) return;
    const { at, values } = JSON.parse(kept);
    /** @type {Map<string, string>} */
    const typed = new Map(values);
    if (!typed.get("words")) return;
    for (const control of this.#form.elements) {
      if (control instanceof HTMLInputElement && control.type === "radio")
        control.checked = typed.get(control.name) === control.value;
      else if (control instanceof HTMLSelectElement) choose(control, typed.get(control.name));
      else if (control instanceof HTMLTextAreaElement || control instanceof HTMLInputElement)
        control.value = typed.get(control.name) ?? control.value;
    }
    if (typed.get("follows")) this.#form.querySelector("details")?.setAttribute("open", "");
    this.#lang();
    this.#say("restored", new Date(at));
  }

  #lang() {
    const area = this.#field("words");
    const language = this.#field("language");
    if (area && language) area.lang = language.value;
  }

  /** @param {string} key @param {Date} [at] */
  #say(key, at = new Date()) {
    const note = document.getElementById("ask-kept");
    if (note) note.textContent = tell(key, { time: clock(at) });
  }

  /** @param {string} name */
  #field(name) {
    return /** @type {HTMLInputElement | null} */ (this.#form.elements.namedItem(name));
  }
}

/** A key that no other form has; also on pages that are not served over TLS. */
const newKey = () =>
  crypto.getRandomValues(new Uint32Array(4)).reduce((key, one) => key + one.toString(36), "");

/** @param {HTMLSelectElement} select @param {string | undefined} value */
function choose(select, value) {
  const option = [...select.options].find((one) => one.value === value);
  if (option) option.selected = true;
}

/** @param {string} text */
const lines = (text) => text.replace(/\r\n?/g, "\n");
