/** Which cards are shown: by category, language, deadline and words, whatever their marks. */

import { cardsOf } from "./lists.js";
import { tell } from "./told.js";
import { isSoon } from "./waits.js";

const OUT = "data-reader-out";

const form = /** @type {HTMLFormElement} */ (document.getElementById("sieve"));
const told = document.getElementById("matching");
/** @type {WeakMap<HTMLElement, {of: string, text: string}>} */
const folded = new WeakMap();

/** Looks at every card anew. */
export function sift() {
  const asked = new FormData(form);
  const [category, language, soon] = ["category", "language", "soon"].map((one) => asked.get(one));
  const terms = fold(String(asked.get("search") ?? "")).split(/\s+/).filter(Boolean);
  const sifting = Boolean(category || language || soon || terms.length > 0);
  if (!sifting && told?.textContent === "") return;
  let n = 0;
  for (const name of ["new", "approved", "called", "disposed"])
    for (const card of cardsOf(name)) {
      const fits =
        (!category || card.dataset.category === category) &&
        (!language || card.dataset.language === language) &&
        (!soon || isSoon(card)) &&
        (terms.length === 0 || terms.every((term) => textOf(card).includes(term)));
      card.toggleAttribute(OUT, !fits);
      if (fits) n += 1;
    }
  const text = sifting ? tell("matching", { n }) : "";
  if (told && told.textContent !== text) told.textContent = text;
}

/** @param {HTMLElement} card */
function textOf(card) {
  const of = card.dataset.revision ?? "";
  const known = folded.get(card);
  if (known?.of === of) return known.text;
  const parts = [...card.querySelectorAll(":scope > .words, :scope > .who, .name")];
  const text = fold(parts.map((part) => part.textContent).join(" "));
  folded.set(card, { of, text });
  return text;
}

/** @param {string} text */
const fold = (text) =>
  text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll("đ", "d");

form.addEventListener("input", sift);
form.addEventListener("submit", (event) => event.preventDefault());
