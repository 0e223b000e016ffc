/** A link to something that is in the page leads there; to what is not, to its own page. */

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a[data-jump]") : null;
  const id = link instanceof HTMLElement ? (link.dataset.jump ?? "") : "";
  const place = document.getElementById(id);
  if (!place || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  location.hash = id; // also opens the panel that it is in, on a phone
  place.focus({ preventScroll: true });
});
