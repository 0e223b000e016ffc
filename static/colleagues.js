/** Which colleagues have this desk open too, as the last beat told. */

import { tell } from "./told.js";

// Three beats: who has not heard for so long does not know.
const FRESH = 16_000;

const page = /** @type {HTMLElement} */ (document.getElementById("feed"));
const place = document.getElementById("colleagues");
let forgetting = 0;

document.addEventListener("hub:desk", (event) => {
  const names = [.../** @type {CustomEvent<string[]>} */ (event).detail];
  const own = names.indexOf(page.dataset.moderator ?? "");
  if (own >= 0) names.splice(own, 1);
  show(names.length > 0 ? tell("colleagues", { names: names.join(", ") }) : tell("alone"));
  clearTimeout(forgetting);
  forgetting = window.setTimeout(() => show(""), FRESH);
});

/** @param {string} text */
function show(text) {
  if (place && place.textContent !== text) place.textContent = text;
}
