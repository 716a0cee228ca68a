// Words of a transcript that somebody selects become a line of the brief; forms open below turns.

const transcript = document.querySelector(".transcript[data-deal]");
const SETTLED = 150; // milliseconds after which a selection counts as made

/** The words that are selected, turn by turn; none if something else is selected. */
function selected() {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed) return [];
  const range = selection.getRangeAt(0);
  if (!range.intersectsNode(transcript)) return [];
  return [...transcript.querySelectorAll(".words[data-turn]")]
    .filter((words) => range.intersectsNode(words))
    .map((words) => ({ turn: words.dataset.turn, quote: within(range, words) }))
    .filter(({ quote }) => quote);
}

/** What of a range lies in an element, as text of whole words. */
function within(range, element) {
  const part = document.createRange();
  part.selectNodeContents(element);
  const before = part.cloneRange();
  if (range.compareBoundaryPoints(Range.START_TO_START, part) > 0) {
    part.setStart(range.startContainer, range.startOffset);
  }
  if (range.compareBoundaryPoints(Range.END_TO_END, part) < 0) {
    part.setEnd(range.endContainer, range.endOffset);
  }
  before.setEnd(part.startContainer, part.startOffset);
  const chosen = part.toString();
  const text = element.textContent;
  let start = before.toString().length + chosen.length - chosen.trimStart().length;
  let end = start + chosen.trim().length;
  if (start === end) return "";
  while (start > 0 && /\S/.test(text[start - 1])) start -= 1;
  while (end < text.length && /\S/.test(text[end])) end += 1;
  return text.slice(start, end);
}

/** The place below a turn where forms stand. */
function placeOf(turn) {
  const item = document.getElementById(`turn-${turn}`);
  const found = item.querySelector(":scope > .place");
  if (found) return found;
  const made = document.createElement("div");
  made.className = "place";
  item.append(made);
  return made;
}

function open(address, turn) {
  const place = placeOf(turn);
  for (const other of transcript.querySelectorAll(".place")) {
    if (other !== place) other.replaceChildren();
  }
  window.htmx.ajax("GET", address, { target: place, swap: "innerHTML" });
}

const adding = () => transcript.querySelector(".adding form");

/** Open the form with the words filled in, or give them to the one that is open. */
function add(quotes) {
  const form = adding();
  if (form) return addTo(form, quotes);
  const asked = new URLSearchParams({ call: transcript.dataset.ref });
  for (const { turn, quote } of quotes) {
    asked.append("turn", turn);
    asked.append("quote", quote);
  }
  open(`/deals/${transcript.dataset.deal}/claims/new?${asked}`, quotes.at(-1).turn);
}

function addTo(form, quotes) {
  const first = form.querySelectorAll(".quote-form").length;
  const given = { ask: "kind" }; // to see the form again, with the words in it
  quotes.forEach(({ turn, quote }, index) => {
    const name = `quote.${first + index}`;
    given[`${name}.call`] = transcript.dataset.ref;
    given[`${name}.turn`] = turn;
    given[`${name}.words`] = quote;
  });
  for (const [name, value] of Object.entries(given)) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name, value });
    form.append(input);
  }
  form.requestSubmit();
}

/** The button that comes up beside a selection. */
function makePicker() {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button primary small picker";
  button.hidden = true;
  button.title = "Press a";
  // A click would take the selection away before it is read.
  button.addEventListener("pointerdown", (event) => event.preventDefault());
  button.addEventListener("click", pick);
  document.body.append(button);
  return button;
}

function pick() {
  const quotes = selected();
  if (!quotes.length) return;
  picker.hidden = true;
  document.getSelection().removeAllRanges();
  add(quotes);
}

function offer() {
  const quotes = selected();
  picker.hidden = !quotes.length;
  if (!quotes.length) return;
  picker.textContent = adding() ? "Add these words as well" : "Add a line from these words";
  const box = document.getSelection().getRangeAt(0).getBoundingClientRect();
  const widest = document.documentElement.clientWidth - picker.offsetWidth - 8;
  picker.style.left = `${Math.max(8, Math.min(box.left, widest)) + window.scrollX}px`;
  picker.style.top = `${box.bottom + 6 + window.scrollY}px`;
}

const isTyping = (element) => element?.closest("input, select, textarea, [contenteditable]");

function listen() {
  let waits;
  document.addEventListener("selectionchange", () => {
    clearTimeout(waits);
    waits = setTimeout(offer, SETTLED);
  });
  document.addEventListener("keydown", (event) => {
    const plain = !(event.ctrlKey || event.metaKey || event.altKey);
    if (event.key === "a" && plain && !isTyping(event.target) && selected().length) {
      event.preventDefault();
      pick();
    }
    if (event.key === "Escape") picker.hidden = true;
  });
  transcript.addEventListener("click", (event) => {
    const link = event.target.closest("a.correct");
    if (link && !(event.ctrlKey || event.metaKey || event.shiftKey)) {
      event.preventDefault();
      open(link.href, link.closest("li").id.replace("turn-", ""));
    }
    if (event.target.closest("[data-fold]")) fold(event.target.closest("li[id^=turn-]"));
  });
  offer(); // what was selected before this script arrived
}

function fold(item) {
  item.querySelector(":scope > .place").replaceChildren();
  item.querySelector("a.correct").focus();
}

const picker = transcript && makePicker();
if (transcript) listen();
