/**
 * The reader's place in the feed: a reader who has scrolled is never moved by what arrives.
 *
 * Marks on articles are data-reader-* attributes: htmx is told to leave those alone, so that a
 * correction of an unread update leaves it unread.
 */

import { carried, carry } from "./memory.js";
import { clock, say } from "./words.js";

const MOST = 200;
const KEPT = "hub:place";

export class Place {
  /** @type {HTMLElement | null} */
  #list = document.querySelector("#updates");
  /** @type {HTMLElement | null} */
  #pill = document.querySelector(".pill");
  /** @type {HTMLElement | null} */
  #bar = document.querySelector(".status");
  #title = document.title;
  #zone;
  #fresh = 0;
  #most = MOST;
  #scrolled = false;
  /** @type {{item: Element, top: number} | null} */
  #held = null;
  #ours = -1;

  /** @param {string | undefined} zone the briefing's */
  constructor(zone) {
    this.#zone = zone;
    if (!this.#list) return;
    this.#restore();
    this.#list.addEventListener("animationend", (event) => {
      if (event.target instanceof Element) event.target.removeAttribute("data-reader-arrived");
    });
    addEventListener("scroll", () => this.#onScroll(), { passive: true });
    addEventListener("hashchange", () => this.#look());
    document.addEventListener("visibilitychange", () => this.#look());
  }

  /**
   * Does the work and leaves what the reader is looking at exactly where it is.
   *
   * @param {() => Promise<void> | void} work
   */
  async hold(work) {
    this.#scrolled = this.#isScrolled();
    if (!this.#scrolled) {
      this.#held = null;
      return await work();
    }
    // Kept from one time to the next until the reader scrolls: halves of a pixel add up otherwise.
    if (!this.#held?.item.isConnected) this.#held = this.#grip();
    await work();
    if (!this.#held?.item.isConnected) return;
    const moved = this.#held.item.getBoundingClientRect().top - this.#held.top;
    if (Math.abs(moved) < 0.5) return;
    scrollBy({ top: moved, behavior: "instant" });
    this.#ours = scrollY;
  }

  /**
   * Marks what has just arrived, newest first; inside hold(), because marks have a height.
   *
   * @param {Element[]} items
   */
  arrived(items) {
    if (!this.#list || items.length === 0) return;
    if (this.#fresh === 0) this.#clear();
    if (!this.#away()) {
      for (const item of items) item.setAttribute("data-reader-arrived", "");
      this.#trim();
      return;
    }
    if (this.#fresh === 0) {
      const read = items[items.length - 1]?.nextElementSibling;
      const time = clock(new Date(), this.#zone);
      read?.setAttribute("data-reader-read-to", say("read_to", { time }));
    }
    for (const item of items) item.setAttribute("data-reader-unread", "");
    this.#fresh += items.length;
    this.#trim();
    this.#show();
  }

  /** The reader asked for more than the feed usually keeps. */
  keepAll() {
    this.#most = Math.max(this.#most, this.#list?.childElementCount ?? 0);
  }

  /** Remembers the place over a reload that the reader did not ask for. */
  remember() {
    const held = this.#isScrolled() ? (this.#held ?? this.#grip()) : null;
    if (!held) return;
    carry(KEPT, { id: held.item.id, top: held.top });
    history.scrollRestoration = "manual";
  }

  #restore() {
    // Only when the page has loaded: before, the browser would still put its own place.
    addEventListener("load", () => setTimeout(() => (history.scrollRestoration = "auto")));
    const kept = carried(KEPT);
    const item = kept && document.getElementById(kept.id);
    if (!item) return;
    scrollBy({ top: item.getBoundingClientRect().top - kept.top, behavior: "instant" });
  }

  /** Whether something of the feed is out of sight above. */
  #isScrolled() {
    if (!this.#list?.childElementCount || this.#list.offsetParent === null) return false;
    return this.#list.getBoundingClientRect().top < this.#edge() - 8;
  }

  /** Whether the newest is not before the reader's eyes. */
  #away() {
    return document.hidden || this.#list?.offsetParent === null || this.#scrolled;
  }

  #edge() {
    return Math.max(0, this.#bar?.getBoundingClientRect().bottom ?? 0);
  }

  /**
   * What to hold, and where it stands: the first item that begins before the reader's eyes, so
   * that a correction of the one half out of sight grows upwards; else the one that fills them.
   */
  #grip() {
    const edge = this.#edge();
    const middle = (edge + innerHeight) / 2;
    const items = [...(this.#list?.children ?? [])];
    const at = items.findIndex((one) => one.getBoundingClientRect().bottom > edge);
    const item = items.slice(at, at + 2).find((one) => {
      const { top } = one.getBoundingClientRect();
      return top >= edge && top < middle;
    });
    return place(item ?? items.at(at));
  }

  #onScroll() {
    if (Math.abs(scrollY - this.#ours) > 1) this.#held = null;
    this.#ours = -1;
    if (this.#fresh > 0) this.#look();
  }

  /** Everything is read once the reader is at the top again. */
  #look() {
    this.#scrolled = this.#isScrolled();
    if (this.#fresh === 0 || this.#away()) return;
    this.#fresh = 0;
    this.#show();
  }

  #clear() {
    for (const mark of ["data-reader-unread", "data-reader-read-to", "data-reader-arrived"])
      for (const item of this.#list?.querySelectorAll(`:scope > [${mark}]`) ?? [])
        item.removeAttribute(mark);
  }

  #show() {
    const text = this.#fresh > 0 ? say("fresh", { n: this.#fresh }) : "";
    if (this.#pill) {
      this.#pill.hidden = text === "";
      this.#pill.textContent = text && `↑ ${text}`;
    }
    for (const count of document.querySelectorAll(".fresh-count")) count.textContent = text;
    document.title = text ? `(${this.#fresh}) ${this.#title}` : this.#title;
  }

  /** Forgets the oldest, but never what the reader can see. */
  #trim() {
    const list = this.#list;
    let last = list?.lastElementChild;
    const tooMany = (list?.childElementCount ?? 0) - this.#most;
    if (!list || !last || tooMany <= 0) return;
    if (list.offsetParent && last.getBoundingClientRect().top < innerHeight * 2) return;
    for (let i = 0; i < tooMany; i++) list.lastElementChild?.remove();
    last = list.lastElementChild;
    const older = /** @type {HTMLAnchorElement | null} */ (document.querySelector("#older"));
    if (!older || !(last instanceof HTMLElement)) return;
    const address = new URL(older.href);
    address.searchParams.set("before", last.dataset.n ?? "");
    older.href = address.href;
    older.hidden = false;
  }
}

/** @param {Element | undefined} item */
const place = (item) => (item ? { item, top: item.getBoundingClientRect().top } : null);
