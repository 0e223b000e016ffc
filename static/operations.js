/** The open page asks again and again, while somebody looks; only what is different is changed. */

import { clock } from "./words.js";

const page = /** @type {HTMLElement} */ (document.getElementById("operations"));
const stopped = /** @type {HTMLElement} */ (document.getElementById("stopped"));
const every = Number(page.dataset.every) * 1_000;

/** @type {Map<string, string>} what each part was when it came */
const shown = new Map([...page.children].map((part) => [part.id, part.outerHTML]));
let renewed = new Date();
let timer = 0;

/** @param {string} html */
function put(html) {
  const parts = document.createElement("template");
  parts.innerHTML = html;
  for (const part of [...parts.content.children]) {
    if (shown.get(part.id) === part.outerHTML) continue;
    shown.set(part.id, part.outerHTML);
    const old = document.getElementById(part.id);
    // What is told of what is wrong stays one region, or nobody would be told.
    if (part.id === "wrong") old?.replaceChildren(...part.childNodes);
    else old?.replaceWith(part);
  }
  localise();
}

/** By the clock of whoever looks. */
function localise() {
  for (const time of page.querySelectorAll("time")) {
    time.textContent = clock(new Date(time.dateTime));
    time.title = new Date(time.dateTime).toLocaleString(document.documentElement.lang);
  }
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  for (const zone of page.querySelectorAll(".zone")) zone.textContent = timeZone.replaceAll("_", " ");
}

async function renew() {
  clearTimeout(timer);
  if (document.hidden) return;
  try {
    const answer = await fetch(location.href, {
      headers: { "HX-Request": "true" },
      signal: AbortSignal.timeout(2 * every + 2_000),
    });
    if (answer.status === 401 || answer.status === 404) return location.reload();
    if (!answer.ok) throw new Error(String(answer.status));
    put(await answer.text());
    renewed = new Date();
    stopped.hidden = true;
  } catch {
    const said = (stopped.dataset.words ?? "").replace("{time}", clock(renewed));
    if (stopped.hidden || stopped.textContent !== said) stopped.textContent = said;
    stopped.hidden = false;
  }
  timer = window.setTimeout(renew, every);
}

document.addEventListener("visibilitychange", renew);
localise();
timer = window.setTimeout(renew, every);
