/** What is asked of the press centre by an open page, and what it answers, in words. */

import { tell } from "./told.js";

const TIMEOUT = 8_000;
const UNREACHABLE = 599;

/** @typedef {{status: number, page: Document, said: string}} Answer */

/** @param {string} address */
export const get = (address) => fetched(address, {});

/** @param {string} address @param {URLSearchParams} body */
export const post = (address, body) => fetched(address, { method: "POST", body });

/** @param {string} address @param {RequestInit} how @returns {Promise<Answer>} */
async function fetched(address, how) {
  try {
    const headers = { "HX-Request": "true" };
    const answer = await fetch(address, { ...how, headers, signal: AbortSignal.timeout(TIMEOUT) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const alert = page.querySelector("[role=alert]")?.textContent?.trim();
    const said = [alert, ...[...page.querySelectorAll("p.refusal")].map((one) => one.textContent)];
    const words = said.filter(Boolean).join(" ") || page.body.textContent?.trim() || "";
    return {
      status: answer.status,
      page,
      said: answer.status === 401 ? tell("sign_in") : words,
    };
  } catch {
    return { status: UNREACHABLE, page: new Document(), said: tell("unreachable") };
  }
}
