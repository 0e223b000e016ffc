/**
 * Follows by asking again and again, for as long as no socket can be had: what the answers hold is
 * what the socket would have sent (see docs/protocol.md, "For crowds").
 */

const EVERY = 2_000; // ms, and up to half as much again: not everybody at once

/**
 * @typedef {object} Owner
 * @property {() => URL} live the socket's address, asked anew for every try: it holds the cursor
 * @property {(answer: {epoch: string, edition: string, head: number, since?: string,
 *   events: {n: number, html: string}[]}) => void} told
 * @property {() => void} failed
 */

export class Polling {
  #owner;
  #timer = 0;
  #on = false;

  /** @param {Owner} owner */
  constructor(owner) {
    this.#owner = owner;
    // A page that is not looked at asks for nothing, and for everything when it is again.
    document.addEventListener("visibilitychange", () => this.#on && this.#next(0));
    addEventListener("pageshow", (event) => event.persisted && this.#on && this.#next(0));
  }

  get on() {
    return this.#on;
  }

  /** Only what the public reads can be had like this. */
  start() {
    if (this.#on || this.#owner.live().searchParams.get("as") !== "public") return;
    this.#on = true;
    void this.#ask();
  }

  stop() {
    this.#on = false;
    clearTimeout(this.#timer);
  }

  async #ask() {
    if (document.hidden) return;
    let more = false;
    try {
      const answer = await fetch(segment(this.#owner.live()), { credentials: "omit" });
      if (!answer.ok) throw new Error(String(answer.status));
      const told = await answer.json();
      if (!this.#on) return;
      this.#owner.told(told);
      more = told.events.length > 0 && told.events.at(-1).n < told.head;
    } catch {
      if (this.#on) this.#owner.failed();
    }
    if (this.#on) this.#next(more ? 0 : EVERY * (1 + Math.random() / 2));
  }

  /** @param {number} wait ms */
  #next(wait) {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#ask(), wait);
  }
}

/**
 * Where what follows the cursor stands, for everybody at the same address.
 *
 * @param {URL} live
 */
function segment(live) {
  const after = Number(live.searchParams.get("after"));
  const address = new URL(live.pathname.replace(/live$/, `events/${after + 1}-`), location.href);
  address.searchParams.set("language", live.searchParams.get("language") ?? "");
  return address;
}
