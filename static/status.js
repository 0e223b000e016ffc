/** What this page is worth just now, in words; live.js knows it, this says it. */

import { clock, say } from "./words.js";

export class Status {
  #connection = document.getElementById("connection");
  #following = document.getElementById("following");
  #zone;

  /** @param {string | undefined} zone the briefing's */
  constructor(zone) {
    this.#zone = zone;
  }

  /** @param {number} n @param {Date} at when that was certain */
  complete(n, at) {
    this.#show("complete", say("complete", { n: String(n), time: clock(at, this.#zone) }));
  }

  /** @param {number} n */
  reconnecting(n) {
    this.#show("state", say("reconnecting", { n: String(n) }));
  }

  /** @param {number} missing */
  behind(missing) {
    this.#show("state state-behind", say("behind", { n: missing }));
  }

  /** The hub itself cannot read its log. @param {Date} since */
  stale(since) {
    this.#show("state state-behind", say("stale", { time: clock(since, this.#zone) }));
  }

  /** Nothing will follow any more. @param {string} why the key of the message */
  over(why) {
    this.#show("state state-behind", say(why));
    if (this.#following) this.#following.textContent = "";
  }

  /** @param {number} here */
  following(here) {
    if (this.#following) this.#following.textContent = say("following", { n: here });
  }

  /** @param {string} kind @param {string} text */
  #show(kind, text) {
    if (!this.#connection) return;
    if (this.#connection.className !== kind) this.#connection.className = kind;
    if (this.#connection.textContent !== text) this.#connection.textContent = text;
  }
}
