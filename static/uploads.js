/**
 * Files that are handed in: dropped onto the zone or chosen, several at once, each with its own
 * line until the press centre has it. Then it stands among the documents, by the socket.
 */

import { Refused, Tus } from "./tus.js";
import { vocabulary } from "./words.js";

// Of a person so many may be on their way: what was begun first would give way to one more.
const AT_ONCE = 3;
const MEGABYTE = 1024 * 1024;
const LARGE = new Intl.NumberFormat(document.documentElement.lang, { maximumSignificantDigits: 2 });

const tell = vocabulary("uploads-words");
const list = /** @type {HTMLElement} */ (document.getElementById("uploads"));
const form = /** @type {HTMLFormElement} */ (document.getElementById("handing"));
const region = document.getElementById("announcer");

/** @type {Set<Line>} */
const lines = new Set();
/** @type {Line[]} */
const queue = [];
let going = 0;

class Line {
  #tus;
  #file;
  #row = document.createElement("li");
  #bar = document.createElement("progress");
  #state = document.createElement("p");
  #acts = document.createElement("p");
  #percent = 0;

  /** @param {string} at @param {File} file @param {Record<string, string>} about */
  constructor(at, file, about) {
    this.#file = file;
    this.#tus = new Tus(at, file, about);
    this.#tus.onprogress = (bytes) => this.#progress(bytes);
    this.#tus.oncut = (bytes) => {
      this.#progress(bytes);
      this.#say("cut", { percent: this.#percent });
    };
    const name = document.createElement("p");
    name.className = "name";
    name.textContent = file.name;
    this.#bar.max = 100;
    this.#bar.value = 0;
    this.#bar.setAttribute("aria-label", tell("label", { name: file.name }));
    this.#state.className = "small soft";
    this.#acts.className = "acts";
    this.#row.append(name, this.#bar, this.#state, this.#acts);
    list.append(this.#row);
    this.#say("waits");
    this.#offer("cancel", () => this.#cancel());
  }

  async go() {
    this.#row.classList.remove("failed");
    this.#offer("cancel", () => this.#cancel());
    try {
      if (!(await this.#tus.send())) return;
      announce(tell("here", { name: this.#file.name }));
      this.#leave();
    } catch (why) {
      if (!(why instanceof Refused)) throw why;
      const said = why.status === 401 ? tell("sign_in") : why.message || tell("unknown");
      this.#row.classList.add("failed");
      this.#state.textContent = said;
      announce(tell("failed", { name: this.#file.name, why: said }));
      this.#offer("again", () => start(this), "cancel", () => this.#cancel());
    }
  }

  wake() {
    this.#tus.wake();
  }

  /** @param {number} bytes */
  #progress(bytes) {
    const whole = this.#file.size || 1;
    this.#percent = Math.floor((Math.min(bytes, whole) / whole) * 100);
    this.#bar.value = this.#percent;
    this.#say("comes", { percent: this.#percent, size: inMegabytes(this.#file.size) });
  }

  /** @param {string} key @param {Record<string, string | number>} [values] */
  #say(key, values) {
    this.#state.textContent = tell(key, values);
  }

  /** @param {(string | (() => void))[]} acts names, and what each does */
  #offer(...acts) {
    const focused = this.#acts.contains(document.activeElement);
    this.#acts.replaceChildren();
    for (let i = 0; i < acts.length; i += 2) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "quiet";
      button.textContent = tell(String(acts[i]));
      button.setAttribute("aria-label", tell(`${acts[i]}_label`, { name: this.#file.name }));
      button.addEventListener("click", /** @type {() => void} */ (acts[i + 1]));
      this.#acts.append(button);
    }
    if (focused) this.#acts.querySelector("button")?.focus();
  }

  #cancel() {
    this.#tus.cancel();
    const at = queue.indexOf(this);
    if (at >= 0) queue.splice(at, 1);
    announce(tell("cancelled", { name: this.#file.name }));
    this.#leave();
  }

  #leave() {
    const focused = this.#row.contains(document.activeElement);
    lines.delete(this);
    this.#row.remove();
    if (focused) (list.querySelector("button") ?? document.getElementById("files"))?.focus();
  }
}

/** @param {Line} line */
function start(line) {
  queue.push(line);
  next();
}

function next() {
  const line = going < AT_ONCE ? queue.shift() : undefined;
  if (!line) return;
  going += 1;
  void line.go().finally(() => {
    going -= 1;
    next();
  });
  next();
}

/** @param {HTMLFormElement} from @param {Iterable<File>} files */
function take(from, files) {
  const { uploads = "", document: ref, limit = "" } = from.dataset;
  const press = /** @type {HTMLInputElement | null} */ (from.querySelector("[name=press]"));
  complain(from, "");
  for (const file of files) {
    if (file.size > Number(limit)) {
      const words = tell("too_large", { limit: Math.floor(Number(limit) / MEGABYTE) });
      complain(from, tell("failed", { name: file.name, why: words }));
      continue;
    }
    const about = { ...(ref && { document: ref }), ...(press?.checked && { press: "1" }) };
    const line = new Line(uploads, file, about);
    lines.add(line);
    start(line);
  }
}

form.addEventListener("change", (event) => {
  const input = event.target;
  if (!(input instanceof HTMLInputElement) || !input.files) return;
  take(form, [...input.files]);
  // The same file can be chosen once more.
  input.value = "";
});

document.addEventListener(
  "submit",
  (event) => {
    const sent = event.target;
    if (!(sent instanceof HTMLFormElement) || !sent.dataset.uploads) return;
    event.preventDefault();
    const input = /** @type {HTMLInputElement | null} */ (sent.querySelector("[type=file]"));
    if (!input?.files?.length) return complain(sent, tell("none"));
    take(sent, [...input.files]);
    sent.reset();
    sent.closest("dialog")?.close();
  },
  { capture: true },
);

// A file that is let go beside the zone would be opened in place of the podium.
for (const kind of ["dragover", "drop"])
  document.addEventListener(kind, (event) => {
    const dragged = /** @type {DragEvent} */ (event);
    if (!dragged.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    const inside = event.target instanceof Node && form.contains(event.target);
    dragged.dataTransfer.dropEffect = inside ? "copy" : "none";
    form.classList.toggle("over", inside && kind === "dragover");
    if (inside && kind === "drop") take(form, [...dragged.dataTransfer.files]);
  });
form.addEventListener("dragleave", (event) => {
  if (!(event.relatedTarget instanceof Node) || !form.contains(event.relatedTarget))
    form.classList.remove("over");
});

addEventListener("online", () => {
  for (const line of lines) line.wake();
});
addEventListener("beforeunload", (event) => {
  if (lines.size > 0) event.preventDefault();
});

/** @param {HTMLFormElement} from @param {string} words */
function complain(from, words) {
  const place = from.querySelector("[role=alert]");
  if (place && place.textContent !== words) place.textContent = words;
}

/** @param {string} words */
const announce = (words) => region?.replaceChildren(words);

/** @param {number} bytes */
const inMegabytes = (bytes) => tell("size", { n: LARGE.format(bytes / 1_000_000) });
