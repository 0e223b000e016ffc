/** The floor at the podium: what the composer answers, the clock of a call, and what is announced. */

const floor = () => document.getElementById("floor");
const closed = () => document.getElementById("controls")?.dataset.state === "closed";

/**
 * What the next update answers. By itself it follows the floor only while nothing is written: words
 * that were begun before a call are no answer to it, and those begun as an answer stay one.
 */
export class Answers {
  #select;
  #words;
  /** What would be answered as the floor stood. */
  #usual = "";

  /** @param {HTMLFormElement} composer */
  constructor(composer) {
    this.#select = () => /** @type {HTMLSelectElement} */ (composer.elements.namedItem("answers"));
    this.#words = () => /** @type {HTMLTextAreaElement} */ (composer.elements.namedItem("text"));
    const asked = [...this.#select().options].find((one) => one.defaultSelected);
    if (this.#isEmpty()) this.#choose(asked?.value ?? this.#default());
    this.#usual = this.#default();
    this.follow();
    composer.addEventListener("change", () => this.#show());
  }

  /** As the floor stands now. */
  follow() {
    const select = this.#select();
    const chosen = select.value;
    const offered = document.getElementById("answerable")?.cloneNode(true);
    if (!(offered instanceof HTMLSelectElement)) return;
    const kept = [...select.options].find((one) => one.value === chosen);
    const empty = this.#isEmpty();
    if (closed()) for (const one of [...offered.options]) if (!isPromised(one)) one.remove();
    select.replaceChildren(...offered.children);
    const usual = this.#default();
    // What was being answered and is no longer on the floor is refused when it is sent, in words.
    if (!empty && kept && !has(select, chosen)) select.append(kept);
    const stays = (!empty || usual === this.#usual) && has(select, chosen);
    this.#choose(stays ? chosen : usual);
    this.#usual = usual;
  }

  /** The next one: what was just answered is on the floor until its frame has come. */
  sent() {
    const answered = this.#select().value;
    this.follow();
    const usual = this.#default();
    this.#choose(usual === answered && !closed() ? "" : usual);
  }

  /** @param {string} ref */
  attach(ref) {
    if (has(this.#select(), ref)) this.#choose(ref);
    this.#select().dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** The called question; one after the other where there are several. */
  attachCalled() {
    const called = [...this.#select().options].filter((one) => one.dataset.state === "called");
    const at = called.findIndex((one) => one.selected);
    const next = called[(at + 1) % called.length];
    if (next) this.attach(next.value);
  }

  #isEmpty() {
    return this.#words().value.trim() === "";
  }

  #default() {
    const options = [...this.#select().options];
    if (closed()) return options[0]?.value ?? "";
    const called = options.filter((one) => one.dataset.state === "called");
    return called.length === 1 ? (called[0]?.value ?? "") : "";
  }

  /** @param {string} ref */
  #choose(ref) {
    this.#select().value = ref;
    this.#show();
  }

  #show() {
    const select = this.#select();
    hide("answering", !select.querySelector("[data-state]"));
    hide("detach", select.value === "" || closed());
  }
}

/** The minutes and seconds since each call. @param {number} now */
export function tickCalls(now) {
  for (const clock of floor()?.querySelectorAll(".elapsed") ?? []) {
    const since = Date.parse(/** @type {HTMLElement} */ (clock).dataset.since ?? "");
    const seconds = Math.max(0, Math.floor((now - since) / 1_000));
    const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
    clock.textContent = `${pad(minutes)}:${pad(rest)}`;
  }
}

/** Says once what has come to the podium: a message of the desk, a question with the floor. */
export class Herald {
  #region = document.getElementById("announcer");
  #told = new Set(this.#heard().map((one) => one.id));

  tell() {
    const fresh = this.#heard().filter((one) => !this.#told.has(one.id));
    for (const one of fresh) this.#told.add(one.id);
    if (fresh.length > 0) this.#region?.replaceChildren(...fresh.map(sentence));
  }

  #heard() {
    return [...document.querySelectorAll("#messages > .wire, #floor .asked-now")];
  }
}

/** @param {Element} one */
function sentence(one) {
  const words = one.querySelector(".words, .said");
  const said = document.createElement("p");
  said.lang = words?.getAttribute("lang") || document.documentElement.lang;
  said.textContent = words?.textContent ?? "";
  return said;
}

/** @param {string} id @param {boolean} hidden */
const hide = (id, hidden) => document.getElementById(id)?.toggleAttribute("hidden", hidden);
/** @param {HTMLSelectElement} select @param {string} ref */
const has = (select, ref) => [...select.options].some((one) => one.value === ref);
/** @param {HTMLOptionElement} option */
const isPromised = (option) => option.dataset.state === "taken";
/** @param {number} n */
const pad = (n) => String(n).padStart(2, "0");
