/** Documents at the podium by keys, and what of them the update that is being written can carry. */

import "./sorting.js";

const list = document.getElementById("carried-list");

/** The first that is ready: dropped at once, or asked what has changed in it. */
export function dropFirst() {
  const ready = document.querySelector("#documents [data-ready]");
  if (ready instanceof HTMLElement) ready.click();
}

/** After a frame: what can be carried now. What was chosen stays chosen as long as it can be. */
export function renewCarried() {
  if (!list) return;
  const chosen = new Set(
    [...list.querySelectorAll("input:checked")].map((box) => box.getAttribute("value")),
  );
  const wanted = [...document.querySelectorAll("#documents li[data-carried]")];
  const now = [...list.querySelectorAll("input")].map((box) => box.value);
  if (now.join() === wanted.map(refOf).join()) return;
  const focused = document.activeElement?.closest("#carried-list input")?.getAttribute("value");
  list.replaceChildren(...wanted.map((one) => choice(one, chosen)));
  const again = focused && list.querySelector(`input[value="${focused}"]`);
  if (again instanceof HTMLElement) again.focus();
  if ([...chosen].some((ref) => !list.querySelector(`input[value="${ref}"]`)))
    list.dispatchEvent(new Event("change", { bubbles: true }));
}

/** @param {Element} document_ */
const refOf = (document_) => document_.id.replace("doc-", "");

/** @param {Element} document_ @param {Set<string | null>} chosen */
function choice(document_, chosen) {
  const label = document.createElement("label");
  label.className = "check";
  const box = document.createElement("input");
  box.type = "checkbox";
  box.name = "attached";
  box.value = refOf(document_);
  box.checked = chosen.has(box.value);
  const title = document_.querySelector(".name span")?.cloneNode(true) ?? "";
  label.append(box, " ", title);
  return label;
}

// With the focus on a document Alt with an arrow moves it; the focus goes along.
document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
  const way = { ArrowUp: "up", ArrowDown: "down" }[event.key];
  const line = event.target instanceof Element && event.target.closest("#documents li");
  if (!way || !line) return;
  const button = document.getElementById(`${line.id}-${way}`);
  event.preventDefault();
  if (button instanceof HTMLElement) button.click();
});
