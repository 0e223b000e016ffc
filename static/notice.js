/** That a question has come: for who listens, and as a sound or in the title for who wants it. */

import { cardsOf } from "./lists.js";
import { keep, recall } from "./memory.js";
import { tell } from "./told.js";

const base = document.title;
const region = document.getElementById("announcer");
/** @param {HTMLElement} card it comes again with an appeal */
const name = (card) => card.id + ("appeal" in card.dataset ? " appeal" : "");
const known = new Set(cardsOf("new").map(name));
/** @type {AudioContext | null} */
let speaker = null;

const sound = wish("sound", "hub:desk-sound", () => chime());
const title = wish("in-title", "hub:desk-title", () => count());
count();

/** After the lists have changed. */
export function notice() {
  const fresh = cardsOf("new").filter((card) => !known.has(name(card)));
  for (const card of fresh) known.add(name(card));
  count();
  const last = fresh.at(-1);
  if (!last) return;
  const who = last.querySelector(".who")?.textContent?.trim() ?? "";
  const said = "appeal" in last.dataset ? "appealed" : "arrived";
  region?.replaceChildren(tell(said, { n: last.dataset.number ?? "", who }));
  if (sound?.checked) chime();
}

function count() {
  const n = cardsOf("new").length;
  document.title = title?.checked && n > 0 ? `(${tell("fresh", { n })}) ${base}` : base;
}

/** Two short tones, made here: nothing is fetched. */
function chime() {
  if (!sound?.checked) return;
  speaker ??= new AudioContext();
  void speaker.resume();
  for (const [at, pitch] of [660, 880].entries()) {
    const begins = speaker.currentTime + at * 0.14;
    const tone = new OscillatorNode(speaker, { frequency: pitch });
    const gain = new GainNode(speaker, { gain: 0 });
    gain.gain.setValueAtTime(0.12, begins);
    gain.gain.exponentialRampToValueAtTime(0.001, begins + 0.3);
    tone.connect(gain).connect(speaker.destination);
    tone.start(begins);
    tone.stop(begins + 0.3);
  }
}

/** A box that this browser remembers. @param {string} id @param {string} place
 * @param {() => void} changed */
function wish(id, place, changed) {
  const box = document.getElementById(id);
  if (!(box instanceof HTMLInputElement)) return null;
  box.checked = recall(place) === "on";
  box.addEventListener("change", () => {
    keep(place, box.checked ? "on" : "off");
    changed();
  });
  return box;
}
