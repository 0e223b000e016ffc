/** Documents at the podium by the pointer, mouse or finger: held at the grip, put before another. */

const EDGE = 48; // pixels from the window's edge where it begins to scroll

/** @type {{id: string, pointer: number, grip: Element} | null} */
let held = null;

document.addEventListener("pointerdown", (event) => {
  const grip = event.target instanceof Element && event.target.closest("#documents .grip");
  const line = grip && grip.closest("li");
  if (!grip || !line || event.button !== 0) return;
  event.preventDefault();
  grip.setPointerCapture(event.pointerId);
  held = { id: line.id, pointer: event.pointerId, grip };
});

document.addEventListener("pointermove", (event) => {
  if (event.pointerId !== held?.pointer) return;
  if (event.clientY < EDGE) scrollBy(0, -EDGE / 4);
  else if (event.clientY > innerHeight - EDGE) scrollBy(0, EDGE / 4);
  mark(goal(event.clientY));
});

document.addEventListener("pointerup", (event) => {
  if (event.pointerId !== held?.pointer) return;
  const line = document.getElementById(held.id);
  const before = goal(event.clientY);
  end();
  if (line && before !== undefined) put(line, before);
});

document.addEventListener("pointercancel", (event) => {
  if (event.pointerId === held?.pointer) end();
});

document.addEventListener("keydown", (event) => {
  if (!held || event.key !== "Escape") return;
  held.grip.releasePointerCapture(held.pointer);
  end();
});

/** Before which it would come; null: at the end; undefined: it stays where it is.
 * @param {number} y @returns {Element | null | undefined} */
function goal(y) {
  const line = document.getElementById(held?.id ?? "");
  const before = [...document.querySelectorAll("#documents li")].find((one) => {
    const { top, height } = one.getBoundingClientRect();
    return y < top + height / 2;
  });
  const stays = !line || before === line || (before ?? null) === line.nextElementSibling;
  return stays ? undefined : (before ?? null);
}

/** By the form of its buttons. @param {Element} line @param {Element | null} before */
function put(line, before) {
  const form = line.querySelector("form.placing");
  if (!(form instanceof HTMLFormElement)) return;
  const button = document.createElement("button");
  button.hidden = true;
  button.name = "before";
  button.value = before?.id.replace("doc-", "") ?? "";
  form.append(button);
  form.requestSubmit(button);
  button.remove();
}

/** @param {Element | null | undefined} before */
function mark(before) {
  for (const one of document.querySelectorAll("#documents [data-reader-before], #documents [data-reader-held]")) {
    one.removeAttribute("data-reader-before");
    one.removeAttribute("data-reader-held");
  }
  if (!held) return;
  document.getElementById(held.id)?.setAttribute("data-reader-held", "");
  const last = document.querySelector("#documents li:last-child");
  if (before) before.setAttribute("data-reader-before", "");
  else if (before === null) last?.setAttribute("data-reader-before", "end");
}

function end() {
  held = null;
  mark(undefined);
}
