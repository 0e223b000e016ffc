/** One short sentence for each update to who listens to the page; the feed itself is silent. */

import { keep, recall } from "./memory.js";
import { say } from "./words.js";

const TOGETHER = 900; // ms in which what comes is told in one sentence
const WORDS = 14;
const PAUSED = "hub:announcements";

export class Announcer {
  #region = document.getElementById("announcer");
  #button = document.getElementById("hush");
  /** @type {Element[]} */
  #waiting = [];
  #timer = 0;
  #paused = recall(PAUSED) === "paused";

  constructor() {
    this.#button?.setAttribute("aria-pressed", String(this.#paused));
    this.#button?.addEventListener("click", () => this.#toggle());
  }

  /** @param {Element[]} items newest first */
  tell(items) {
    if (this.#paused || items.length === 0) return;
    this.#waiting.unshift(...items);
    this.#timer ||= window.setTimeout(() => this.#speak(), TOGETHER);
  }

  /** Says this at once. @param {string} text */
  say(text) {
    this.#region?.replaceChildren(text);
  }

  #speak() {
    const [newest] = this.#waiting;
    const n = this.#waiting.length;
    this.#waiting = [];
    this.#timer = 0;
    if (!newest || this.#paused) return;
    const lead = n > 1 ? [`${say("arrived", { n })} `] : [];
    this.#region?.replaceChildren(...lead, ...sentence(newest));
  }

  #toggle() {
    this.#paused = !this.#paused;
    keep(PAUSED, this.#paused ? "paused" : "on");
    this.#button?.setAttribute("aria-pressed", String(this.#paused));
    this.say(say(this.#paused ? "silent" : "announcing"));
  }
}

/**
 * What kind, who, the first words, the words in their own language.
 *
 * @param {Element} item
 */
function sentence(item) {
  const kind = plain(item.querySelector(".kicker") ?? item.querySelector(".line b") ?? item);
  const who = plain(item.querySelector("cite, .attribution"));
  const said = item.querySelector(".words, .change div:last-child dd, .notice");
  const head = document.createElement("span");
  head.textContent = [kind, who].filter(Boolean).join(", ") + (said ? ": " : "");
  if (!said) return [head];
  const words = document.createElement("span");
  words.lang = /** @type {HTMLElement | null} */ (said.closest("[lang]"))?.lang ?? "";
  const all = plain(said).split(" ");
  words.textContent = all.slice(0, WORDS).join(" ") + (all.length > WORDS ? "…" : "");
  return [head, words];
}

/** @param {Element | null} part */
const plain = (part) => part?.textContent?.replace(/\s+/g, " ").trim() ?? "";
