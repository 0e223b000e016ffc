/**
 * The live part of a page on a briefing: the cursor, and the order of things.
 *
 * The cursor is data-n of #feed, beside the content it describes, and moves only after the swap.
 * Events are applied one after another: what is at or before the cursor is dropped, and after a
 * gap the page asks again.
 */

import { Announcer } from "./announce.js";
import "./due.js";
import "./jump.js";
import { listen } from "./keys.js";
import { carried, carry } from "./memory.js";
import { offer } from "./older.js";
import { Place } from "./place.js";
import { Polling } from "./polling.js";
import "./quote.js";
import { SILENT, Socket } from "./socket.js";
import { Status } from "./status.js";
import "./times.js";

const BATCH = 40; // events between two pictures
const REFUSED = 2; // handshakes refused one after another before the page asks instead
const RELOADED = "hub:reloaded";
const OVER = new Map([
  [4401, "signed_out"],
  [4403, "revoked"],
]);

const { htmx } = /** @type {any} */ (globalThis);

class Line {
  #feed;
  #list = document.querySelector("#updates");
  #place;
  #status;
  #announcer = new Announcer();
  #socket;
  #polling;
  #over = false;
  #greeted = false;
  #answered = false; // by polling, the last time
  /** @type {{n: number, html: string}[]} what has come and is not in the page yet */
  #queue = [];
  #draining = false;
  #received;
  #head = 0;
  #lacking = -1;
  /** @type {Date | null} */
  #since = null;

  /** @param {HTMLElement} feed @param {Place} place */
  constructor(feed, place) {
    this.#feed = feed;
    this.#place = place;
    this.#status = new Status(feed.dataset.zone);
    this.#received = this.#cursor;
    const stale = /** @type {HTMLElement | null} */ (document.querySelector(".stale"));
    if (stale) this.#since = new Date(stale.dataset.since ?? "");
    stale?.remove();
    this.#polling = new Polling({
      live: () => this.#address(),
      told: (answer) => this.#told(answer),
      failed: () => this.#asked(false),
    });
    this.#socket = new Socket({
      address: () => this.#address(),
      hear: (message) => this.#hear(message),
      lost: (code, tries) => this.#lost(code, tries),
    });
  }

  get #cursor() {
    return Number(this.#feed.dataset.n);
  }

  #address() {
    const address = new URL(this.#feed.dataset.live ?? "", location.href);
    address.protocol = address.protocol.replace("http", "ws");
    // What waits in the queue needs no second sending.
    address.searchParams.set("after", String(this.#received));
    address.searchParams.set("epoch", this.#feed.dataset.epoch ?? "");
    address.searchParams.set("edition", this.#feed.dataset.edition ?? "");
    return address;
  }

  /** @param {{epoch: string, edition: string, head: number, since?: string,
   *   events: {n: number, html: string}[]}} answer */
  #told({ epoch, edition, head, since, events }) {
    const ours = this.#feed.dataset;
    if (epoch !== ours.epoch || edition !== ours.edition) return this.#reload();
    this.#head = Math.max(head, this.#received);
    this.#since = since ? new Date(since) : null;
    for (const { n, html } of events) this.#take(n, html);
    this.#asked(true);
  }

  /** @param {boolean} works */
  #asked(works) {
    this.#answered = works;
    this.#show();
  }

  /** @param {{hello?: number, epoch?: string, n?: number, html?: string, beat?: number,
   *   here?: number, desk?: string[], since?: string, staff?: Record<string, string>, reload?: boolean,
   *   mine?: boolean}} message */
  #hear(message) {
    if (message.n !== undefined) return this.#take(message.n, message.html ?? "");
    if (message.reload) return this.#reload();
    if (message.hello !== undefined) {
      if (message.epoch !== this.#feed.dataset.epoch) return this.#reload();
      this.#greeted = true;
      this.#asks(false);
      this.#head = message.hello;
      this.#status.told({});
      mine();
    }
    if (message.mine) mine();
    if (message.desk) document.dispatchEvent(new CustomEvent("hub:desk", { detail: message.desk }));
    if (message.beat !== undefined) {
      this.#socket.works();
      this.#head = message.beat;
      this.#since = message.since ? new Date(message.since) : null;
      const database = message.since && { database: message.since };
      this.#status.told({ ...message.staff, ...database });
      if (message.here !== undefined) this.#status.following(message.here);
      // Behind for two heartbeats with nothing coming: something was lost on the way.
      const lacks = this.#head > this.#received;
      if (lacks && this.#lacking === this.#received) return this.#socket.again();
      this.#lacking = lacks ? this.#received : -1;
    }
    this.#show();
  }

  /** @param {number} code @param {number} tries */
  #lost(code, tries) {
    const refused = code === 1006 && !this.#greeted;
    this.#greeted = false;
    this.#lacking = -1;
    const why = OVER.get(code);
    if (why) return this.#end(why);
    // Why a handshake was refused is hidden from pages: look whether this one is still ours.
    if (refused && tries % 4 === 2) void this.#ask();
    if (refused && tries >= REFUSED) this.#asks(true);
    if (code === SILENT) this.#status.reconnecting(this.#cursor, { lasts: true });
    this.#show();
  }

  /** @param {number} n @param {string} html */
  #take(n, html) {
    if (n <= this.#received) return;
    if (n > this.#received + 1) return this.#socket.again();
    this.#received = n;
    this.#head = Math.max(this.#head, n);
    this.#queue.push({ n, html });
    if (!this.#draining) void this.#drain();
  }

  async #drain() {
    this.#draining = true;
    try {
      while (this.#queue.length > 0) {
        await turn();
        const batch = this.#queue.splice(0, BATCH);
        await this.#place.hold(() => this.#apply(batch));
        this.#show();
      }
    } catch (error) {
      // The page no longer is what the cursor says.
      console.error(error);
      this.#reload();
    }
    this.#draining = false;
  }

  /** @param {{n: number, html: string}[]} batch */
  async #apply(batch) {
    const before = this.#list?.firstElementChild ?? null;
    for (const { n, html } of batch) {
      await htmx.swap({ text: html, swap: "none", sourceElement: this.#feed });
      this.#feed.dataset.n = String(n);
    }
    const items = [];
    let one = this.#list?.firstElementChild ?? null;
    for (; one && one !== before; one = one.nextElementSibling) items.push(one);
    if (items.length > 0) this.#list?.setAttribute("role", "feed");
    this.#place.arrived(items);
    this.#announcer.tell(items);
  }

  /** @param {boolean} on */
  #asks(on) {
    if (!on || this.#over) {
      this.#answered = false;
      this.#polling.stop();
    } else this.#polling.start();
  }

  #show() {
    if (this.#over) return;
    if (!this.#greeted && !this.#answered) this.#status.reconnecting(this.#cursor);
    else if (this.#since) this.#status.stale(this.#since);
    else if (this.#cursor < this.#head) this.#status.behind(this.#head - this.#cursor);
    else this.#status.complete(this.#cursor, new Date());
  }

  /** @param {string} why the key of the message */
  #end(why) {
    this.#over = true;
    this.#socket.stop();
    this.#asks(false);
    this.#status.over(why);
    this.#announcer.say(document.getElementById("connection")?.textContent ?? "");
  }

  /** Whether the page at this address is still the one that this reader may follow. */
  async #ask() {
    const answer = await fetch(location.href).catch(() => null);
    if (!answer || answer.status >= 500) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const live = page.getElementById("feed")?.dataset.live;
    if (live === this.#feed.dataset.live) return;
    const here = page.querySelector("form[action='/sign-out']");
    this.#end(here ? "revoked" : "signed_out");
  }

  /** A fresh page, spread over two seconds, and ever more rarely if it does not help. */
  #reload() {
    if (this.#over) return;
    this.#over = true;
    this.#socket.stop();
    this.#asks(false);
    this.#status.reconnecting(this.#cursor);
    const { at = 0, times = 0 } = carried(RELOADED, true) ?? {};
    const again = Date.now() - at < 60_000 ? times + 1 : 0;
    const wait = again ? Math.min(60_000, 2_000 * 2 ** again) : Math.random() * 2_000;
    setTimeout(() => {
      carry(RELOADED, { at: Date.now(), times: again });
      this.#place.remember();
      location.reload();
    }, wait);
  }
}

/** Something of the reader's own may have changed: who shows it asks what. */
const mine = () => document.dispatchEvent(new Event("hub:mine"));

/** The next picture; in a hidden tab, where there is none, at once. */
const turn = () =>
  new Promise((go) => {
    if (document.hidden) return go(undefined);
    requestAnimationFrame(go);
    setTimeout(go, 250);
  });

const feed = document.getElementById("feed");
if (feed) {
  const place = new Place(feed.dataset.zone);
  listen(feed);
  offer(feed, place);
  if (feed.dataset.live) new Line(feed, place);
}
