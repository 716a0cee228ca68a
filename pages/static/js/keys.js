// The keys of the player. They can be switched off, for those whose voice or aid types letters.

import { step, unfold } from "./lines.js";

const SWITCH = "t2h.keys";
const FIELDS = "input, select, textarea, [contenteditable], dialog";
const PRESSED_BY_SPACE = "button, summary";

export function listen(player, deck) {
  const dialog = player.querySelector("dialog.keys");
  const used = dialog.querySelector(".use-keys");
  used.checked = localStorage.getItem(SWITCH) !== "off";
  used.addEventListener("change", () => localStorage.setItem(SWITCH, used.checked ? "on" : "off"));
  player.querySelector(".help").addEventListener("click", () => dialog.showModal());

  const actions = {
    " ": () => deck.toggle(),
    j: () => step(1),
    k: () => step(-1),
    o: unfold,
    ArrowLeft: (event) => deck.seek(deck.audio.currentTime - (event.shiftKey ? 15 : 5)),
    ArrowRight: (event) => deck.seek(deck.audio.currentTime + (event.shiftKey ? 15 : 5)),
    "<": () => deck.faster(-1),
    ">": () => deck.faster(1),
    s: () => player.querySelector(".silences").click(),
    "?": () => dialog.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (!used.checked || event.ctrlKey || event.metaKey || event.altKey) return;
    if (target.closest(FIELDS) || !(key in actions)) return;
    if (key === " " && target.closest(PRESSED_BY_SPACE)) return;
    event.preventDefault();
    const link = target.closest("a.play");
    if (key === " " && link) link.click();
    else actions[key](event);
  });
}
