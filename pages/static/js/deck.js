// The recordings of a page: one is on the deck, plays, and tells where it is.

const SPEEDS = [0.75, 1, 1.25, 1.5, 1.75, 2];
const GAP = 0.75; // Seconds without a voice that are worth skipping.

/** What a link into a recording means: which one, and from when to when in seconds. */
export function stretchOf(link) {
  const [audio, fragment = ""] = link.getAttribute("href").split("#t=");
  const [start, end] = fragment.split(",").map(Number);
  return { audio, start: start || 0, end: end || null };
}

/** Where a silence ends that begins at or before a moment; null where somebody speaks. */
export function afterSilence(turns, time) {
  let quietSince = 0;
  for (const { start, end } of turns) {
    if (start > time) return start - quietSince > GAP && start - time > 0.2 ? start : null;
    if (end > time) return null;
    quietSince = Math.max(quietSince, end);
  }
  return null;
}

export class Deck extends EventTarget {
  #tracks;
  #timelines = new Map();

  constructor(tracks) {
    super();
    this.#tracks = new Map(tracks.map((track) => [track.dataset.audio, track]));
    this.audio = tracks[0].querySelector("audio");
    this.audio.controls = false;
    this.skips = false;
    this.current = tracks[0].dataset.audio;
    this.audio.addEventListener("timeupdate", () => this.#moved());
    this.audio.addEventListener("seeked", () => this.#moved());
  }

  has(audio) {
    return this.#tracks.has(audio);
  }

  get track() {
    return this.#tracks.get(this.current).dataset;
  }

  get seconds() {
    return this.audio.duration || Number(this.track.seconds) || 0;
  }

  /** Put a recording on. */
  put(audio) {
    if (audio === this.current) return;
    this.current = audio;
    // Whatever is put on is played at the default rate, so that is what was chosen.
    this.audio.defaultPlaybackRate = this.audio.playbackRate;
    this.audio.src = audio;
    this.dispatchEvent(new Event("put"));
  }

  async play(audio, start) {
    this.put(audio);
    this.audio.currentTime = start;
    await this.start();
  }

  async start() {
    try {
      await this.audio.play();
    } catch (error) {
      if (error.name !== "AbortError") this.dispatchEvent(new Event("fault"));
    }
  }

  toggle() {
    if (this.audio.paused) this.start();
    else this.audio.pause();
  }

  seek(time) {
    this.audio.currentTime = Math.min(Math.max(time, 0), this.seconds);
    this.#moved();
  }

  faster(steps) {
    const here = SPEEDS.indexOf(this.audio.playbackRate);
    this.speed(SPEEDS[Math.min(Math.max(here + steps, 0), SPEEDS.length - 1)]);
  }

  speed(rate) {
    this.audio.playbackRate = rate;
    this.dispatchEvent(new Event("speed"));
  }

  /** How loud it is, who speaks when, and which claims rest on it; fetched once. */
  timeline(audio = this.current) {
    if (!this.#timelines.has(audio)) {
      this.#timelines.set(audio, timelineAt(this.#tracks.get(audio).dataset.timeline));
    }
    return this.#timelines.get(audio);
  }

  async #moved() {
    const { current, audio } = this;
    const detail = { audio: current, time: audio.currentTime, paused: audio.paused };
    document.dispatchEvent(new CustomEvent("t2h:time", { detail }));
    if (!this.skips || audio.paused || audio.seeking) return;
    const { turns } = await this.timeline();
    const next = afterSilence(turns, audio.currentTime);
    if (next !== null && this.current === current) audio.currentTime = next;
  }
}

async function timelineAt(address) {
  const answer = await fetch(address);
  if (!answer.ok) return { seconds: null, peaks: [], voices: [], turns: [], marks: [] };
  const told = await answer.json();
  const turns = told.turns.map(([number, start, end, voice]) => ({ number, start, end, voice }));
  const marks = told.marks.map(([start, turn, line]) => ({ start, turn, line }));
  return { ...told, turns: turns.toSorted((one, other) => one.start - other.start), marks };
}
