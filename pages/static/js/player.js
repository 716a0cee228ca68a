// The player at the foot of a page: it plays what the links of the page point to.

import { Deck, stretchOf } from "./deck.js";
import { listen } from "./keys.js";
import { hear, show } from "./lines.js";
import { Wave } from "./wave.js";

const player = document.querySelector(".player");
const find = (selector) => player.querySelector(selector);
const deck = new Deck([...player.querySelectorAll(".track")]);
const wave = new Wave(find(".course"), deck, player.dataset.nonce);

function clock(seconds) {
  const whole = Math.floor(seconds);
  const rest = String(whole % 60).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${rest}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${rest}`;
}

function showTime() {
  const { currentTime } = deck.audio;
  const seek = find(".seek");
  find(".at").textContent = clock(currentTime);
  find(".of").textContent = clock(deck.seconds);
  seek.max = deck.seconds;
  seek.value = currentTime;
  seek.setAttribute("aria-valuetext", `${clock(currentTime)} of ${clock(deck.seconds)}`);
}

async function showTurn({ time }) {
  const { voices, turns } = await deck.timeline();
  const turn = turns.find(({ start, end }) => start <= time && time < end);
  if (turn) find(".heard .speaker").textContent = voices[turn.voice - 1] ?? "";
}

function showState() {
  const playing = !deck.audio.paused;
  player.classList.toggle("playing", playing);
  find(".toggle").setAttribute("aria-label", playing ? "Pause" : "Play");
}

function play(link) {
  const { audio, start } = stretchOf(link);
  const again = link.hasAttribute("aria-current") && audio === deck.current;
  if (again && !deck.audio.paused) {
    deck.audio.pause();
    return;
  }
  const line = link.closest("li, figure");
  const told = line?.querySelector("mark, q") ?? line?.querySelector(".words, .to-line");
  find(".problem").textContent = "";
  deck.play(audio, start);
  find(".heard .words").textContent = told ? told.textContent : "";
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.play");
  const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  if (!link || elsewhere || event.button || !deck.has(stretchOf(link).audio)) return;
  event.preventDefault();
  play(link);
});

document.addEventListener("t2h:time", ({ detail }) => {
  showTime();
  showTurn(detail);
  hear(detail);
});

deck.addEventListener("put", () => {
  const which = find(".which");
  if (which) which.value = deck.current;
  find(".heard .words").textContent = "";
  showTime();
  wave.show();
});
deck.addEventListener("speed", () => {
  find(".speed").value = String(deck.audio.playbackRate);
});
deck.addEventListener("fault", () => {
  find(".problem").textContent = "The recording does not play. Reload the page, or open it by itself.";
});
for (const name of ["play", "pause", "ended"]) {
  deck.audio.addEventListener(name, () => {
    showState();
    hear({ audio: deck.current, time: deck.audio.currentTime, paused: deck.audio.paused });
  });
}

find(".toggle").addEventListener("click", () => deck.toggle());
find(".seek").addEventListener("input", ({ target }) => deck.seek(Number(target.value)));
find(".speed").addEventListener("change", ({ target }) => deck.speed(Number(target.value)));
find(".which")?.addEventListener("change", ({ target }) => deck.put(target.value));
find(".silences").addEventListener("click", ({ currentTarget }) => {
  deck.skips = !deck.skips;
  currentTarget.setAttribute("aria-pressed", String(deck.skips));
});
player.addEventListener("t2h:mark", ({ detail }) => {
  deck.play(deck.current, detail.start);
  show(document.getElementById(detail.line) ? detail.line : `turn-${detail.turn}`);
});

/** An address may name a line or a turn: it is heard first. */
function aim() {
  const line = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const link = line?.querySelector(":scope > a.play");
  if (!link || !deck.has(stretchOf(link).audio) || !deck.audio.paused) return;
  deck.put(stretchOf(link).audio);
  deck.seek(stretchOf(link).start);
}

listen(player, deck);
find(".deck").hidden = false;
find(".tracks").hidden = true;
player.classList.add("on");
showTime();
wave.show();
aim();
window.addEventListener("hashchange", aim);
