// The waveform of the recording on the deck, drawn from peaks that the service has worked out:
// bars in the colour of whoever speaks, and a mark for each claim.

const VOICES = 8; // Colours that there are.
const BAR = 3; // Pixels of a bar with the gap after it.

/** The library comes after the modules, so that nothing waits for it but the waveform. */
const library = new Promise((done) => {
  if (window.WaveSurfer) done();
  else document.addEventListener("DOMContentLoaded", done, { once: true });
});

const colour = (element, name) => getComputedStyle(element).getPropertyValue(name).trim();

/** The number of the voice that is heard at a share of the recording; 0 for none. */
function voiceAt(turns, time) {
  let low = 0;
  let high = turns.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (turns[middle].end < time) low = middle + 1;
    else if (turns[middle].start > time) high = middle - 1;
    else return turns[middle].voice;
  }
  return 0;
}

/** Draw bars, each in the colour of the voice that is heard there. */
function drawer(box, { turns, seconds }) {
  const colours = [colour(box, "--edge")];
  for (let n = 1; n <= VOICES; n += 1) colours.push(colour(box, `--speaker-${n}`));
  return ([peaks], context) => {
    const ratio = window.devicePixelRatio || 1;
    const { width, height } = context.canvas;
    const step = BAR * ratio;
    const loudest = peaks.reduce((most, peak) => Math.max(most, peak), 0.01);
    for (let x = 0; x < width; x += step) {
      const from = Math.floor((x / width) * peaks.length);
      const to = Math.max(from + 1, Math.floor(((x + step) / width) * peaks.length));
      const tall = Math.max((Math.max(0, ...peaks.slice(from, to)) / loudest) * height, ratio);
      const voice = voiceAt(turns, ((x + step / 2) / width) * seconds);
      context.fillStyle = colours[voice ? ((voice - 1) % VOICES) + 1 : 0];
      context.fillRect(x, (height - tall) / 2, step - ratio, tall);
    }
  };
}

export class Wave {
  #box;
  #deck;
  #nonce;
  #marks;
  #shown = null;

  constructor(box, deck, nonce) {
    this.#box = box.querySelector(".wave");
    this.#marks = box.querySelector(".marks");
    this.#deck = deck;
    this.#nonce = nonce;
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.show());
  }

  /** Show the recording that is on the deck; without peaks there is no waveform. */
  async show() {
    const { current } = this.#deck;
    const [told] = await Promise.all([this.#deck.timeline(), library]);
    if (current !== this.#deck.current) return;
    this.#shown?.destroy();
    this.#shown = null;
    this.#marks.replaceChildren();
    this.#box.hidden = told.peaks.length === 0;
    if (this.#box.hidden) return;
    this.#shown = window.WaveSurfer.create({
      container: this.#box,
      height: "auto",
      media: this.#deck.audio,
      peaks: [told.peaks],
      duration: told.seconds,
      url: new URL(current, location.href).href,
      cspNonce: this.#nonce,
      cursorColor: colour(this.#box, "--ink"),
      progressColor: colour(this.#box, "--surface"),
      renderFunction: drawer(this.#box, told),
      hideScrollbar: true,
      dragToSeek: true,
    });
    // By itself it waits for the recording to be loaded, which happens when it is first played.
    this.#shown.on("interaction", (time) => this.#deck.seek(time));
    this.#mark(told);
  }

  /** A mark leads to the line of its claim; lines are reached by keys, marks by a pointer alone. */
  #mark({ marks, seconds }) {
    const made = marks.map((mark) => {
      const link = document.createElement("a");
      link.href = `#${mark.line}`;
      link.tabIndex = -1;
      link.title = document.getElementById(mark.line)?.querySelector(".lead")?.textContent ?? "";
      link.style.left = `${(100 * mark.start) / seconds}%`;
      link.addEventListener("click", (event) => {
        event.preventDefault();
        link.dispatchEvent(new CustomEvent("t2h:mark", { bubbles: true, detail: mark }));
      });
      return link;
    });
    this.#marks.replaceChildren(...made);
  }
}
