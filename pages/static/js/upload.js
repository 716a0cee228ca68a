/** The upload page: files that are dropped or chosen, one row each, sent one after the other. */
import { timeLeft } from "./progress.js";
import { tidy } from "./keeping.js";
import { Sending, unfinished } from "./sending.js";

const form = document.querySelector("#upload");
const list = form.querySelector("#upload-files");
const picker = form.querySelector("input[type=file]");
const pattern = form.querySelector("template");
const { owner } = form.dataset;
const rows = new Map();

function chosenDeal() {
  return document.querySelector("#for-deal [name=deal_id]")?.value;
}

function add(file) {
  const row = pattern.content.firstElementChild.cloneNode(true);
  number(row);
  list.append(row);
  rows.set(row, { file });
  fill(row, { name: file.name, size: bytes(file.size) });
  row.querySelector("[name=date]").value = dayOf(file);
  row.querySelector(".cancel").addEventListener("click", () => remove(row));
  row.querySelector(".again").addEventListener("click", () => rows.get(row).sending?.start());
  show();
  return row;
}

let count = 0;

/** Labels of a row name fields of that row. */
function number(row) {
  count += 1;
  for (const each of row.querySelectorAll("[id]")) each.id += `-${count}`;
  for (const each of row.querySelectorAll("[for]")) each.htmlFor += `-${count}`;
  for (const each of row.querySelectorAll("[aria-describedby]")) {
    each.setAttribute("aria-describedby", `${each.getAttribute("aria-describedby")}-${count}`);
  }
}

/** The day in the name of a file, or the day when it was written. */
function dayOf(file) {
  const named = file.name.match(/(20\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?([0-2]\d|3[01])/);
  if (named) return named.slice(1, 4).join("-");
  const written = new Date(file.lastModified);
  return new Date(written - written.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

function fill(row, words) {
  for (const [name, text] of Object.entries(words)) {
    row.querySelector(`[data-${name}]`).textContent = text;
  }
}

function remove(row) {
  rows.get(row).sending?.cancel();
  rows.delete(row);
  row.remove();
  show();
  next();
}

/** What is known of the call, as the row says it. */
function callOf(row) {
  const told = [...row.querySelectorAll("[name=date], [name=stage], [name=consent]")];
  return Object.fromEntries(told.filter((field) => field.value).map((field) => [field.name, field.value]));
}

function queue(row, dealId, call = callOf(row)) {
  const held = rows.get(row);
  row.querySelector("fieldset").disabled = true;
  held.sending = new Sending(held.file, { owner, dealId, call }, (sending) => moved(row, sending));
  row.dataset.state = "queued";
  fill(row, { says: "Waits for its turn" });
}

/** Begin with the first file that waits, where none is being sent. */
function next() {
  const states = [...rows.keys()].map((row) => row.dataset.state);
  if (states.includes("sending")) return;
  const row = [...rows.keys()].find((each) => each.dataset.state === "queued");
  if (row) rows.get(row).sending.start();
}

function moved(row, sending) {
  const was = row.dataset.state;
  row.dataset.state = sending.state;
  const bar = row.querySelector("progress");
  bar.value = sending.sent / sending.total;
  const left = sending.secondsLeft;
  const share = `${bytes(sending.sent)} of ${bytes(sending.total)}`;
  fill(row, { size: left === null ? share : `${share}, ${timeLeft(left)}`, problem: sending.problem });
  if (was === sending.state) return;
  fill(row, { says: { sending: "Sending", waiting: "Waiting", refused: "Not sent", done: "Arrived" }[sending.state] ?? "" });
  if (sending.state === "done") arrived(row, sending);
  if (sending.state !== "sending") next();
}

function arrived(row, { about, callId }) {
  row.querySelector("fieldset").remove();
  const address = `/deals/${about.dealId}/calls/${callId}/progress`;
  htmx.ajax("GET", address, { target: row.querySelector("[data-run-here]"), swap: "innerHTML" });
  rows.delete(row);
  show();
}

function show() {
  form.toggleAttribute("data-has-files", rows.size > 0);
}

/** Bytes as people read them. */
function bytes(number) {
  const step = number < 1e6 ? ["kilobyte", 1e3] : number < 1e9 ? ["megabyte", 1e6] : ["gigabyte", 1e9];
  const shape = { style: "unit", unit: step[0], maximumFractionDigits: 1 };
  return new Intl.NumberFormat("en-GB", shape).format(number / step[1]);
}

/** Files that had begun before the page was loaded: those that are kept go on by themselves. */
async function resume() {
  await tidy();
  for (const { file, size, metadata } of await unfinished(owner)) {
    if (file) {
      const row = add(file);
      const call = JSON.parse(metadata.call);
      for (const [name, value] of Object.entries(call)) row.querySelector(`[name=${name}]`).value = value;
      queue(row, metadata.deal_id, call);
    } else {
      const hint = form.querySelector("#upload-again");
      hint.hidden = false;
      hint.append(Object.assign(document.createElement("li"), {
        textContent: `${metadata.filename} (${bytes(size)}): choose the file again, for the same deal, and it goes on.`,
      }));
    }
  }
  next();
}

function take() {
  [...picker.files].forEach(add);
  picker.value = "";
}

picker.addEventListener("change", take);
// Somebody may have been quicker than this script.
take();
for (const kind of ["dragover", "dragleave", "drop"]) {
  // Wherever a file is dropped: beside the form, the browser would open it in place of the page.
  document.addEventListener(kind, (event) => {
    event.preventDefault();
    form.toggleAttribute("data-over", kind === "dragover");
    if (kind === "drop") [...event.dataTransfer.files].forEach(add);
  });
}
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const dealId = chosenDeal();
  const lack = form.querySelector("#upload-lacks");
  lack.textContent = dealId ? "" : "Say first which deal the calls belong to.";
  if (!dealId) return document.querySelector("#for-deal").scrollIntoView();
  for (const row of rows.keys()) if (!row.dataset.state) queue(row, dealId);
  next();
});
resume();
