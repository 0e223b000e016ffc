/** What this page is worth just now, in words; live.js knows it, this says it. */

import { clock, say } from "./words.js";

// A server that is renewed is back sooner: nobody need look up for that.
const PATIENCE = 2_000;

export class Status {
  #connection = document.getElementById("connection");
  #following = document.getElementById("following");
  // Only on the pages of those who work here.
  #inside = document.getElementById("inside");
  /** @type {Record<string, string>} */
  #words = JSON.parse(document.getElementById("inside-words")?.textContent ?? "{}");
  #zone;
  #n = 0;
  #timer = 0;
  #away = false;

  /** @param {string | undefined} zone the briefing's */
  constructor(zone) {
    this.#zone = zone;
  }

  /** @param {number} n @param {Date} at when that was certain */
  complete(n, at) {
    this.#is("complete", say("complete", { n: String(n), time: clock(at, this.#zone) }));
  }

  /**
   * Until it has lasted, what was certain before stands there with its time.
   *
   * @param {number} n
   * @param {{lasts?: boolean}} [but] it has lasted already
   */
  reconnecting(n, { lasts = false } = {}) {
    this.#n = n;
    this.told({}, { keep: "draining" });
    this.#away ||= lasts;
    if (this.#away) return this.#reconnects();
    this.#timer ||= window.setTimeout(() => {
      this.#away = true;
      this.#reconnects();
    }, PATIENCE);
  }

  /** @param {number} missing */
  behind(missing) {
    this.#is("state state-behind", say("behind", { n: missing }));
  }

  /** The hub itself cannot read its log. @param {Date} since */
  stale(since) {
    this.#is("state state-behind", say("stale", { time: clock(since, this.#zone) }));
  }

  /** Nothing will follow any more. @param {string} why the key of the message */
  over(why) {
    this.#is("state state-behind", say(why));
    this.told({});
    if (this.#following) this.#following.textContent = "";
  }

  /** @param {number} here */
  following(here) {
    if (this.#following) this.#following.textContent = say("following", { n: here });
  }

  /**
   * What is wrong inside, said to those who work here.
   *
   * @param {Record<string, string>} wrong what, and since when
   * @param {{keep?: string}} [but] what stays though nobody tells it any more
   */
  told(wrong, { keep } = {}) {
    if (!this.#inside) return;
    const kept = [...this.#inside.children].filter((one) => one.getAttribute("data-what") === keep);
    const lines = Object.entries(wrong)
      .filter(([what]) => this.#words[what])
      .map(([what, since]) => this.#line(what, new Date(since)));
    const after = [...kept, ...lines];
    // Said again, it would be read out again.
    const same = after.map((one) => one.textContent).join() === said(this.#inside);
    if (!same) this.#inside.replaceChildren(...after);
    this.#inside.hidden = after.length === 0;
  }

  /** @param {string} what @param {Date} since */
  #line(what, since) {
    const line = document.createElement("p");
    line.dataset.what = what;
    line.textContent = this.#words[what].replace("{time}", clock(since, this.#zone));
    return line;
  }

  #reconnects() {
    this.#show("state", say("reconnecting", { n: String(this.#n) }));
  }

  /** It is connected, or never will be. @param {string} kind @param {string} text */
  #is(kind, text) {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#away = false;
    this.#show(kind, text);
  }

  /** @param {string} kind @param {string} text */
  #show(kind, text) {
    if (!this.#connection) return;
    if (this.#connection.className !== kind) this.#connection.className = kind;
    if (this.#connection.textContent !== text) this.#connection.textContent = text;
  }
}

/** @param {Element} region */
const said = (region) => [...region.children].map((one) => one.textContent).join();
