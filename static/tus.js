/**
 * One file on its way, by the tus protocol 1.0.0: what was cut goes on where it stood.
 * Why it cannot go on is for the page to say.
 */

import { keep, recall } from "./memory.js";

const TUS = { "Tus-Resumable": "1.0.0" };
const BYTES = "application/offset+octet-stream";
const LONGEST_WAIT = 15_000;
const ANSWER_WITHIN = 10_000;
// What passes by itself: nobody answers, in a moment, somebody else is at it.
const PASSES = new Set([0, 408, 409, 423, 429, 502, 503, 504]);

/** @typedef {{status: number, headers: (name: string) => string | null, said: string}} Answer */

/** The press centre says no: `said` in words, if it has any. */
export class Refused extends Error {
  /** @param {number} status @param {string} said */
  constructor(status, said) {
    super(said);
    this.status = status;
  }
}

export class Tus {
  #at;
  #file;
  #about;
  #place;
  #address = "";
  #offset = 0;
  /** @type {XMLHttpRequest | null} */
  #sending = null;
  #over = false;
  /** @type {(() => void) | null} */
  #wake = null;
  /** @type {(bytes: number) => void} */
  onprogress = () => {};
  /** @type {(bytes: number) => void} */
  oncut = () => {};

  /** @param {string} at @param {File} file @param {Record<string, string>} about */
  constructor(at, file, about) {
    this.#at = at;
    this.#file = file;
    this.#about = about;
    // The same file chosen again after a crash goes on as well.
    const own = [at, about.document ?? "", about.press ?? "", file.name, file.size, file.lastModified];
    this.#place = `hub:upload:${own.join(":")}`;
  }

  /** Sends it, however long that takes. Throws Refused; returns false if it was cancelled. */
  async send() {
    this.#over = false;
    this.#address = recall(this.#place) ?? "";
    let tries = 0;
    for (let known = !this.#address; !this.#over; ) {
      const before = this.#offset;
      try {
        if (this.#address && !known) await this.#ask();
        if (!this.#address) await this.#begin();
        known = true;
        if (await this.#go()) {
          keep(this.#place, "");
          return true;
        }
      } catch (refusal) {
        if (this.#over) return false;
        if (!(refusal instanceof Refused) || !(await this.#passes(refusal))) throw refusal;
        known = false;
        tries = this.#offset > before ? 0 : tries + 1;
        this.oncut(this.#offset);
        await this.#wait(tries);
      }
    }
    return false;
  }

  /** Not wanted any more: nothing of it stays. */
  cancel() {
    this.#over = true;
    this.#sending?.abort();
    this.#wake?.();
    keep(this.#place, "");
    if (this.#address) void this.#request("DELETE", this.#address).catch(() => {});
  }

  /** Tries now what waits. */
  wake() {
    this.#wake?.();
  }

  async #begin() {
    const about = Object.entries({ ...this.#about, filename: this.#file.name });
    const answer = await this.#request("POST", this.#at, {
      "Upload-Length": String(this.#file.size),
      "Upload-Metadata": about.map(([key, value]) => `${key} ${inBase64(value)}`).join(","),
    });
    if (answer.status !== 201) throw new Refused(answer.status, answer.said);
    this.#address = answer.headers("Location") ?? "";
    this.#offset = 0;
    keep(this.#place, this.#address);
  }

  /** How far it is; one that is not known any more begins anew. */
  async #ask() {
    const answer = await this.#request("HEAD", this.#address);
    if (answer.status === 404 || answer.status === 410) this.#address = "";
    else if (answer.status !== 200) throw new Refused(answer.status, answer.said);
    this.#offset = this.#address ? Number(answer.headers("Upload-Offset")) : 0;
    this.onprogress(this.#offset);
  }

  /** Sends the rest. Whether it is there wholly, and taken. */
  async #go() {
    const headers = { "Upload-Offset": String(this.#offset), "Content-Type": BYTES };
    const rest = this.#file.slice(this.#offset);
    const answer = await this.#request("PATCH", this.#address, headers, rest);
    if (answer.status !== 200 && answer.status !== 204)
      throw new Refused(answer.status, answer.said);
    this.#offset = Number(answer.headers("Upload-Offset"));
    this.onprogress(this.#offset);
    return answer.status === 200;
  }

  /** Whether it may go on later. A refusal that ended the upload has taken it away.
   * @param {Refused} refusal */
  async #passes({ status, message }) {
    if (!PASSES.has(status)) return false;
    if (status !== 409 || !this.#address) return status !== 409;
    const there = await this.#request("HEAD", this.#address).catch(() => null);
    if (!there || there.status !== 404) return true;
    keep(this.#place, "");
    return message === "";
  }

  /** @param {number} tries */
  #wait(tries) {
    const longest = Math.min(LONGEST_WAIT, 500 * 2 ** tries);
    return new Promise((go) => {
      this.#wake = () => go(undefined);
      setTimeout(go, longest * (0.5 + Math.random() / 2));
    }).then(() => {
      this.#wake = null;
    });
  }

  /**
   * By XMLHttpRequest: fetch() does not tell how much has gone.
   *
   * @param {string} method @param {string} address @param {Record<string, string>} [headers]
   * @param {Blob} [body] @returns {Promise<Answer>}
   */
  #request(method, address, headers = {}, body) {
    return new Promise((answer, fail) => {
      const request = new XMLHttpRequest();
      request.open(method, address);
      for (const [name, value] of Object.entries({ ...TUS, ...headers }))
        request.setRequestHeader(name, value);
      if (body) {
        this.#sending = request;
        const from = this.#offset;
        request.upload.onprogress = ({ loaded }) => this.onprogress(from + loaded);
      } else request.timeout = ANSWER_WITHIN;
      request.onload = () =>
        answer({
          status: request.status,
          headers: (name) => request.getResponseHeader(name),
          said: words(request.responseText),
        });
      request.onerror = request.ontimeout = request.onabort = () => fail(new Refused(0, ""));
      request.send(body);
    });
  }
}

/** @param {string} text */
function words(text) {
  try {
    return String(JSON.parse(text).detail ?? "");
  } catch {
    return "";
  }
}

/** @param {string} text */
const inBase64 = (text) =>
  btoa(String.fromCodePoint(...new TextEncoder().encode(text)));
