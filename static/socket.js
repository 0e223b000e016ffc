/** A socket that comes back: after a loss, after a silence, after a sleep, and not all at once. */

const SILENCE = 11_000; // two heartbeats and a second, ms
const LOOK = 500;
/** In place of a close code: nothing has come for so long that the connection is dead. */
export const SILENT = -1;
const SHORTEST = 500;
const LONGEST = 15_000;

/**
 * @typedef {object} Owner
 * @property {() => URL} address where to, asked anew for every try: it holds the cursor
 * @property {(message: any) => void} hear
 * @property {(code: number, tries: number) => void} lost may call stop()
 */

export class Socket {
  #owner;
  /** @type {WebSocket | null} */
  #socket = null;
  #heard = 0;
  #tries = 0;
  #timer = 0;
  #stopped = false;

  /** @param {Owner} owner */
  constructor(owner) {
    this.#owner = owner;
    addEventListener("online", () => this.#now());
    addEventListener("offline", () => this.again());
    addEventListener("pageshow", (event) => event.persisted && !this.#socket && this.#now());
    // An open socket would keep the page out of the back/forward cache.
    addEventListener("pagehide", () => this.#close());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && (!this.#socket || this.#isSilent())) this.#now();
    });
    setInterval(() => this.#socket && this.#isSilent() && this.#again(SILENT), LOOK);
    this.#open();
  }

  /** What comes next is asked for again. */
  again() {
    this.#again(0);
  }

  /** It works: the next loss is a first one. */
  works() {
    this.#tries = 0;
  }

  /** For good. */
  stop() {
    this.#stopped = true;
    this.#close();
    clearTimeout(this.#timer);
  }

  #open() {
    clearTimeout(this.#timer);
    if (this.#stopped || this.#socket) return;
    const socket = new WebSocket(this.#owner.address());
    this.#socket = socket;
    this.#heard = Date.now();
    socket.onmessage = (event) => {
      this.#heard = Date.now();
      this.#owner.hear(JSON.parse(event.data));
    };
    socket.onclose = (event) => {
      this.#socket = null;
      this.#lost(event.code);
    };
  }

  /** Without waiting for the other side, which may be gone. */
  #close() {
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onmessage = socket.onclose = null;
    socket.close();
  }

  /** @param {number} code */
  #again(code) {
    this.#close();
    this.#lost(code);
  }

  /** @param {number} code */
  #lost(code) {
    this.#owner.lost(code, this.#tries);
    if (this.#stopped) return;
    // Any time up to a bound that doubles: thousands lose their socket in the same moment.
    const bound = Math.min(LONGEST, SHORTEST * 2 ** this.#tries++);
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#open(), Math.random() * bound);
  }

  #now() {
    this.#close();
    this.#owner.lost(0, 0);
    this.#tries = 0;
    this.#open();
  }

  #isSilent() {
    return Date.now() - this.#heard > SILENCE;
  }
}
