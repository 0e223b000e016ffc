/** What was promised for a time that has passed is overdue: said here, since nothing happens then. */

const LOOK = 20_000; // ms

function look() {
  const now = Date.now();
  for (const due of document.querySelectorAll("time.due"))
    if (due instanceof HTMLTimeElement)
      due.toggleAttribute("data-reader-overdue", Date.parse(due.dateTime) < now);
}

look();
setInterval(look, LOOK);
// The parts in which promises stand are put in anew when one is made or kept.
const parts = document.querySelectorAll("#questions, #updates");
const watch = new MutationObserver(look);
for (const part of parts) watch.observe(part, { childList: true, subtree: true });
