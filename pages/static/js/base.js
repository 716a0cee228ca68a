// What every page has: moments in the reader's own time, dialogs, problems of htmx, notes that pass.

const PASSES_AFTER = 6000; // milliseconds
const SENT_ONCE = 3000; // milliseconds in which a second click sends nothing

/** Say something to people who do not see the page. */
export function say(words) {
  document.getElementById("said").textContent = words;
}

/** Show a note in the corner; it goes by itself unless it tells of a problem. */
export function toast(words, { bad = false } = {}) {
  const note = document.createElement("p");
  note.className = bad ? "toast bad" : "toast";
  note.textContent = words;
  document.getElementById("toasts").append(note);
  pass(note);
}

function pass(note) {
  if (!note.classList.contains("bad")) setTimeout(() => note.remove(), PASSES_AFTER);
}

/** Write each moment of a part of the page in the reader's own time. */
function localise(part) {
  const shape = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
  for (const moment of part.querySelectorAll("time[data-moment]")) {
    moment.textContent = shape.format(new Date(moment.dateTime));
    moment.title = moment.dateTime;
  }
}

function prepare(part) {
  localise(part);
  part.querySelectorAll("[data-passing]").forEach(pass);
}

/** Where a problem is shown that a request of this element met. */
function placeOfProblem(element) {
  return element.closest("form, [data-problems]")?.querySelector(".problem");
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  if (!xhr.getResponseHeader("X-Problem")) return;
  const place = placeOfProblem(requestConfig.elt);
  event.detail.target = place ?? document.getElementById("toasts");
  event.detail.swapOverride = place ? "innerHTML" : "beforeend";
});
document.addEventListener("htmx:sendError", () =>
  toast("The service cannot be reached. Nothing was changed; try again in a moment.", { bad: true }),
);
document.addEventListener("htmx:load", (event) => prepare(event.detail.elt));

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    event.preventDefault();
    document.getElementById(opener.dataset.dialog).showModal();
  }
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  const copier = event.target.closest("[data-copy]");
  if (copier) {
    navigator.clipboard.writeText(document.getElementById(copier.dataset.copy).textContent.trim());
    say("Copied");
    copier.lastChild.textContent = "Copied";
  }
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.sure;
  if (question && !window.confirm(question)) event.preventDefault();
});
// After all others: what htmx sends, or somebody did not mean, is none of this.
window.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.hasAttribute("data-sent")) event.preventDefault();
  form.setAttribute("data-sent", "");
  setTimeout(() => form.removeAttribute("data-sent"), SENT_ONCE);
});

prepare(document);
document
  .querySelector(".tabs [aria-current]")
  ?.scrollIntoView({ block: "nearest", inline: "center", behavior: "instant" });
