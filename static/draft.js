/** The composer's draft: kept at every stroke, there again after a crash, gone once published. */

import { keep, recall } from "./memory.js";
import { clock, vocabulary } from "./words.js";

// Kinds that one stays with; after any other the next update is a statement again.
const STAYS = new Set(["statement", "note"]);

/** What the podium says: see templates/podium/words.html. */
export const tell = vocabulary("podium-words");

export class Draft {
  #form;
  #zone;
  #place;
  #note = document.getElementById("kept");
  #count = document.getElementById("count");

  /** @param {HTMLFormElement} form @param {DOMStringMap} page */
  constructor(form, page) {
    this.#form = form;
    this.#zone = page.zone;
    // Each writer's own: two people may use one machine, and a draft carries its key.
    this.#place = `hub:draft:${page.podium}:${page.writer}`;
    if (!form.hasAttribute("data-back")) this.#restore();
    form.addEventListener("input", () => this.#keep());
    form.addEventListener("change", () => this.#keep());
    this.#show();
  }

  /** The form came back with what was refused, and perhaps with another key. */
  refused() {
    this.#keep();
    const wrong = /** @type {HTMLElement | null} */ (this.#form.querySelector("[aria-invalid]"));
    wrong?.closest("details")?.setAttribute("open", "");
    wrong?.focus();
  }

  /**
   * Room for the next one. What was written while it was on its way stays.
   *
   * @param {URLSearchParams} sent
   */
  published(sent) {
    const key = this.#field("key");
    // The answer to a second press of the button: the first has been here.
    if (!key || key.value !== sent.get("key")) return;
    key.value = newKey();
    let wentOn = false;
    for (const area of this.#form.querySelectorAll("textarea")) {
      const same = lines(area.value) === lines(sent.get(area.name) ?? "");
      if (same) area.value = "";
      else wentOn = true;
    }
    this.#reset(String(sent.get("kind")));
    for (const refusal of this.#form.querySelectorAll("p.refusal")) refusal.remove();
    for (const field of this.#form.querySelectorAll("[aria-invalid]"))
      for (const mark of ["aria-invalid", "aria-describedby"]) field.removeAttribute(mark);
    this.#keep();
    this.#say(wentOn ? "went_on" : "published");
    if (!wentOn) keep(this.#place, "");
    preview();
  }

  /** @param {string} kind what it was */
  #reset(kind) {
    // Terms, attribution and speaker stay: who spoke on background goes on doing so.
    for (const box of this.#form.querySelectorAll("[name=pinned], [name=attached]"))
      if (box instanceof HTMLInputElement) box.checked = false;
    const first = this.#form.querySelector("[name=kind]");
    if (first instanceof HTMLInputElement && !STAYS.has(kind)) first.checked = true;
  }

  #keep() {
    const values = [...new FormData(this.#form)];
    keep(this.#place, JSON.stringify({ at: Date.now(), values }));
    this.#say(recall(this.#place) ? "kept" : "not_kept");
    this.#show();
  }

  #restore() {
    const kept = recall(this.#place);
    if (!kept) return;
    const { at, values } = JSON.parse(kept);
    /** @type {Map<string, string>} */
    const typed = new Map(values);
    const chosen = new Set(values.map((/** @type {string[]} */ pair) => pair.join("=")));
    for (const control of this.#form.elements) {
      if (control instanceof HTMLInputElement && ["radio", "checkbox"].includes(control.type))
        control.checked = chosen.has(`${control.name}=${control.value}`);
      else if (control instanceof HTMLSelectElement) choose(control, typed.get(control.name));
      else if (control instanceof HTMLTextAreaElement || control instanceof HTMLInputElement)
        control.value = typed.get(control.name) ?? control.value;
    }
    for (const area of this.#form.querySelectorAll("details textarea"))
      if (area instanceof HTMLTextAreaElement && area.value)
        area.closest("details")?.setAttribute("open", "");
    this.#say("restored", new Date(at));
    preview();
  }

  /** How long it is, as the press centre counts, and in which language. */
  #show() {
    const text = this.#field("text");
    const tongue = this.#field("language");
    if (text && tongue) text.lang = tongue.value;
    const n = [...lines(text?.value ?? "").normalize("NFC").trim()].length;
    const limit = Number(this.#count?.dataset.limit);
    const key = n > limit ? "too_many" : "count";
    this.#count?.classList.toggle("too-many", n > limit);
    this.#count?.replaceChildren(tell(key, { n, limit, more: n - limit }));
  }

  /** @param {string} key @param {Date} [at] */
  #say(key, at = new Date()) {
    this.#note?.replaceChildren(tell(key, { time: clock(at, this.#zone) }));
  }

  /** @param {string} name */
  #field(name) {
    const found = this.#form.elements.namedItem(name);
    return /** @type {HTMLInputElement | null} */ (found);
  }
}

/** A key that no other form has; also on pages that are not served over TLS. */
const newKey = () =>
  crypto.getRandomValues(new Uint32Array(4)).reduce((key, one) => key + one.toString(36), "");

/** Draws the preview anew, now or as soon as htmx is ready. */
function preview() {
  const shown = document.getElementById("preview");
  const ask = () => document.getElementById("write")?.dispatchEvent(new Event("change"));
  if (shown?.hasAttribute("data-htmx-powered")) ask();
  else shown?.addEventListener("htmx:after:init", ask, { once: true });
}

/** @param {HTMLSelectElement} select @param {string | undefined} value */
function choose(select, value) {
  const option = [...select.options].find((one) => one.value === value);
  if (option) option.selected = true;
}

/** @param {FormDataEntryValue} text */
const lines = (text) => String(text).replace(/\r\n?/g, "\n");
