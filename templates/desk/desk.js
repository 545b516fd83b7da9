// What makes the desk quicker: keys, tabs without loading, lengths while typing. Everything works without it.
"use strict";

const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const visible = (element) => element.offsetParent !== null;

// Tabs of a phone: the panes are all there, so showing another needs no server.
for (const tab of all(".tabs a")) {
  tab.addEventListener("click", (event) => {
    event.preventDefault();
    all(".tabs a").forEach((other) => other.toggleAttribute("aria-current", false));
    tab.setAttribute("aria-current", "true");
    document.querySelector(".panes").className = `panes ${tab.dataset.pane}`;
    history.replaceState(null, "", tab.href);
    for (const form of all("form[method=post]")) keepPane(form, tab.dataset.pane);
  });
}

function keepPane(form, pane) {
  const address = new URL(form.action);
  address.searchParams.set("pane", pane);
  form.action = address;
}

// How many characters a line has.
for (const count of all("[data-count]")) {
  const field = document.getElementById(count.dataset.count);
  field.addEventListener("input", () => { count.textContent = [...field.value].length; });
}

// A new block shows only the fields of its kind.
for (const kind of all("[data-kinds]")) {
  const show = () => all("[data-for]", kind.form).forEach((field) => {
    field.hidden = !field.dataset.for.split(" ").includes(kind.value);
  });
  all(".kinds", kind.form).forEach((words) => words.remove());
  kind.addEventListener("change", show);
  show();
}

// A look is tried on while it is typed: the faults and the frames follow, the fields stay as they are.
for (const form of all("form[data-tried]")) {
  let waiting = 0;
  form.addEventListener("change", () => { clearTimeout(waiting); waiting = setTimeout(() => tryOn(form), 150); });
}

async function tryOn(form) {
  const fields = new URLSearchParams(new FormData(form));
  fields.set("do", "try");
  const answer = await fetch(form.action, { method: "POST", body: fields });
  if (![200, 422].includes(answer.status)) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const place of all("[data-fault]", form)) {
    const said = page.querySelector(`[data-fault="${place.dataset.fault}"]`);
    const field = document.getElementById(place.dataset.fault);
    place.replaceChildren(...(said?.childNodes || []));
    field.toggleAttribute("aria-invalid", false);
    if (place.childElementCount) field.setAttribute("aria-invalid", "true");
  }
  document.querySelector("[data-summary]").replaceChildren();
  for (const place of all("[data-follows]")) {
    place.replaceChildren(...(page.querySelector(`[data-follows="${place.dataset.follows}"]`)?.childNodes || []));
  }
  for (const swatch of all("[data-swatch]")) swatch.setAttribute("fill", document.getElementById(swatch.dataset.swatch).value);
  for (const frame of all("iframe[data-theme]")) frame.src = `${frame.dataset.theme}&at=${Date.now()}`;
}

// A question that is open closes at a click elsewhere and at Escape.
document.addEventListener("click", (event) => {
  for (const ask of all("details.ask[open]")) if (!ask.contains(event.target)) ask.open = false;
});

// Keys: j k e p ?
const typing = (element) => element.closest("input, textarea, select, dialog, [contenteditable]");
let current = null;

function rows() { return all("[data-row]").filter(visible); }

function go(step) {
  const list = rows();
  if (!list.length) return;
  const focused = document.activeElement.closest("[data-row]") || current;
  const pane = focused && visible(focused) ? focused.closest(".pane") : document.querySelector(".pane.items");
  const own = list.filter((row) => row.closest(".pane") === pane);
  const place = own.indexOf(focused);
  const next = own.length ? own[place < 0 ? 0 : Math.min(Math.max(place + step, 0), own.length - 1)] : list[0];
  current = next;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function edit(row) {
  const details = row.querySelector("details.edit, details");
  if (!details) return;
  details.open = true;
  (details.querySelector("textarea, input:not([type=hidden])") || details.querySelector("summary")).focus();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") all("details.ask[open]").forEach((ask) => { ask.open = false; });
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const row = document.activeElement.closest("[data-row]") || current;
  if (event.key === "j") go(1);
  else if (event.key === "k") go(-1);
  else if (event.key === "e" && row) edit(row);
  else if (event.key === "p" && row) (row.querySelector("[data-pin], button[value=pin]") || { click() {} }).click();
  else if (event.key === "?") document.getElementById("keys")?.showModal();
  else return;
  event.preventDefault();
});

// Back from a form: at the row that it was about.
if (location.hash) {
  const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (row?.hasAttribute("data-row")) { current = row; row.focus({ preventScroll: true }); }
}
