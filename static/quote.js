/** "Copy quote": the words with everything that an honest quotation needs. */

import { say } from "./words.js";

const SHOWN = 2_000; // ms

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest(".copy") : null;
  if (button instanceof HTMLButtonElement) void copy(button);
});

/**
 * Words; who, or the attribution and never a name; briefing, day and time; terms; address.
 *
 * @param {Element} button the one beside the words, in the language that is copied
 */
export function quotation(button) {
  const article = button.closest("article");
  const part = button.closest(".quote") ?? article?.querySelector(".quote");
  if (!article || !part) return "";
  const words = [...part.querySelectorAll(".words")].map((one) => text(one)).join("\n\n");
  const by = text(article.querySelector(".by"));
  const time = article.querySelector(".when time");
  const day = time instanceof HTMLElement ? time.dataset.day : "";
  const link = article.querySelector(".when a");
  return [
    `“${words}”`,
    article.querySelector(".by cite") ? `— ${by}` : by,
    [briefing(), day, text(time)].filter(Boolean).join(", "),
    [...article.querySelectorAll(".acts > .tag, .kicker > .tag")].map(text).join(" · "),
    link instanceof HTMLAnchorElement ? link.href : "",
  ]
    .filter(Boolean)
    .join("\n");
}

/** @param {HTMLButtonElement} button */
async function copy(button) {
  if (button.dataset.label) return;
  const done = await write(quotation(button));
  const message = say(done ? "copied" : "not_copied");
  button.dataset.label = button.textContent ?? "";
  // As wide as before: what stands beside it does not move.
  button.style.minInlineSize = `${button.getBoundingClientRect().width}px`;
  button.textContent = message;
  document.getElementById("announcer")?.replaceChildren(message);
  setTimeout(() => {
    button.textContent = button.dataset.label ?? "";
    delete button.dataset.label;
  }, SHOWN);
}

/** @param {string} quote */
async function write(quote) {
  try {
    await navigator.clipboard.writeText(quote);
    return true;
  } catch {
    return writeByHand(quote);
  }
}

/** For pages that are not served over TLS. @param {string} quote */
function writeByHand(quote) {
  const focused = document.activeElement;
  const box = document.createElement("textarea");
  box.value = quote;
  box.className = "visually-hidden";
  document.body.append(box);
  box.select();
  const done = document.execCommand("copy");
  box.remove();
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  return done;
}

const briefing = () =>
  /** @type {HTMLElement | null} */ (document.querySelector("[data-briefing]"))?.dataset.briefing;

/** @param {Element | null} part */
const text = (part) => (part instanceof HTMLElement ? part.innerText.trim() : "");
