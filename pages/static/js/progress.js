/**
 * Runs that are watched: `<div data-run="ID" data-moved="…" data-address="/…">` is kept up to date
 * by what the service tells, and drawn anew by the service whenever a step begins or ends.
 */
const AT_ONCE = 2;
const watched = new Map();

/** Watch the first runs on the page that are not over; a browser has few lines to one service. */
export function look() {
  for (const id of watched.keys()) if (!boxOf(id)) drop(id);
  if (document.hidden) return;
  for (const box of document.querySelectorAll("[data-run]:not([data-over])")) {
    if (watched.size >= AT_ONCE) return;
    if (!watched.has(box.dataset.run)) watch(box.dataset.run);
  }
}

function boxOf(id) {
  return document.querySelector(`[data-run="${CSS.escape(id)}"]:not([data-over])`);
}

function watch(id) {
  const source = new EventSource(`/v1/runs/${id}/events`);
  watched.set(id, source);
  source.addEventListener("progress", ({ data }) => tell(boxOf(id), JSON.parse(data)));
  source.addEventListener("end", () => {
    const box = boxOf(id);
    drop(id);
    if (box) draw(box);
  });
}

function drop(id) {
  watched.get(id).close();
  watched.delete(id);
}

function tell(box, { run, seconds_left: left }) {
  if (!box) return;
  const moved = [run.state, ...run.steps.map((step) => `${step.name}=${step.state}`)].join(" ");
  if (moved !== box.dataset.moved) {
    box.dataset.moved = moved;
    draw(box);
    return;
  }
  const working = run.steps.find((step) => step.state === "working");
  const bar = box.querySelector("progress");
  if (working && bar && working.done > 0) bar.value = working.done;
  const says = box.querySelector("[data-left]");
  if (says) says.textContent = left === null ? "" : timeLeft(left);
}

function draw(box) {
  htmx.ajax("GET", box.dataset.address, { target: box, swap: "outerHTML" });
}

/** Seconds as people say them. */
export function timeLeft(seconds) {
  if (seconds < 5) return "a few seconds left";
  if (seconds < 60) return `about ${Math.ceil(seconds / 5) * 5} s left`;
  if (seconds < 5400) return `about ${Math.ceil(seconds / 60)} min left`;
  return `about ${Math.ceil(seconds / 3600)} h left`;
}

function stop() {
  for (const id of [...watched.keys()]) drop(id);
}

document.addEventListener("visibilitychange", () => (document.hidden ? stop() : look()));
document.addEventListener("htmx:afterSettle", look);
addEventListener("pagehide", stop);
addEventListener("pageshow", look);
look();
