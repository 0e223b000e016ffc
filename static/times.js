/** Times stand in the briefing's zone; whose clock shows another one is told its own time. */

import { clock, say } from "./words.js";

/** @type {HTMLElement | null} */
const page = document.querySelector("[data-zone]");

// Only when somebody asks: a page has hundreds of times.
for (const ask of ["pointerover", "focusin"]) document.addEventListener(ask, tell);

/** @param {Event} event */
function tell(event) {
  const asked = event.target instanceof Element ? event.target : null;
  const time = asked?.closest("time") ?? asked?.querySelector(":scope > time");
  if (!(time instanceof HTMLTimeElement) || time.title || !time.dateTime) return;
  const at = new Date(time.dateTime);
  const mine = clock(at);
  if (page && mine !== clock(at, page.dataset.zone)) time.title = say("your_time", { time: mine });
}
