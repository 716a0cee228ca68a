// The lines of a page that can be heard: which one is current, and which are being heard.

import { stretchOf } from "./deck.js";

const LINE = ".line, [id^='turn-']";

const lines = () => [...document.querySelectorAll(LINE)];
const linkOf = (line) => line.querySelector("a.play");
const aimOf = (line) => linkOf(line) ?? line.querySelector("summary, a") ?? line;

/** The line that has the focus, or the one that had it last. */
let current = null;

document.addEventListener("focusin", (event) => {
  current = event.target.closest?.(LINE) ?? current;
});

/** Go to the next line (1) or the previous one (-1). */
export function step(by) {
  const all = lines();
  const here = current?.isConnected ? all.indexOf(current) : -1;
  const next = here < 0 ? firstInView(all) : all[here + by];
  if (next) reach(next);
}

function firstInView(all) {
  return all.find((line) => line.getBoundingClientRect().top >= 0) ?? all[0];
}

function reach(line) {
  current = line;
  const aim = aimOf(line);
  aim.focus({ preventScroll: true });
  line.scrollIntoView({ block: "nearest" });
}

/** Unfold the current line, or fold it up. */
export function unfold() {
  const details = current?.querySelector("details");
  if (details) details.open = !details.open;
}

/** Open a line and go there: from a mark on the waveform, or from an address. */
export function show(id) {
  const line = document.getElementById(id);
  if (!line) return;
  const details = line.querySelector("details");
  if (details) details.open = true;
  reach(line);
}

/** Mark what is heard at a moment: links on lines, and turns. */
export function hear({ audio, time, paused }) {
  for (const link of document.querySelectorAll("a.play")) {
    const stretch = stretchOf(link);
    const heard = !paused && stretch.audio === audio && isIn(stretch, time);
    if (heard === link.hasAttribute("aria-current")) continue;
    if (heard) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
    const turn = link.closest(".transcript > li");
    turn?.classList.toggle("is-heard", heard);
    if (turn && heard) follow(turn);
  }
}

const isIn = ({ start, end }, time) => start <= time + 0.05 && time < (end ?? start + 3);

let followed = null;

/** Keep the turn that is heard in view, as long as the reader has not gone elsewhere. */
function follow(turn) {
  const isRead = !followed?.isConnected || isInView(followed);
  followed = turn;
  if (isRead && getSelection().isCollapsed) turn.scrollIntoView({ block: "nearest" });
}

function isInView(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 0 && top < window.innerHeight;
}
