"use strict";
const $ = (id) => document.getElementById(id);
let mails = [], chosen = null, view = "phone";

const words = (number) => number.toLocaleString("en");

function matching() {
  const wanted = $("search").value.trim().toLowerCase();
  return mails.filter((mail) => `${mail.name} ${mail.address}`.toLowerCase().includes(wanted));
}

function list() {
  const found = matching();
  $("count").textContent = found.length === mails.length ? words(mails.length) : `${words(found.length)} of ${words(mails.length)}`;
  $("mails").replaceChildren(...found.map((mail) => {
    const row = document.createElement("li"), button = document.createElement("button");
    const name = document.createElement("strong"), address = document.createElement("span");
    name.textContent = mail.name || mail.address;
    name.dir = "auto";
    address.textContent = mail.address;
    address.dir = "ltr";
    button.type = "button";
    button.dataset.file = mail.file;
    button.append(name, address);
    button.addEventListener("click", () => open(mail.file));
    row.append(button);
    return row;
  }));
  if (!found.length) {
    const row = document.createElement("li");
    row.className = "empty";
    row.textContent = mails.length ? "Nobody of that name." : "No mail has arrived.";
    $("mails").append(row);
  }
  mark();
}

function mark() {
  for (const button of $("mails").querySelectorAll("button")) {
    const current = button.dataset.file === chosen;
    button.toggleAttribute("aria-current", current);
    if (current) button.scrollIntoView({ block: "nearest" });
  }
}

async function open(file) {
  chosen = file;
  mark();
  const facts = await (await fetch(`mails/${file}/facts.json`)).json();
  if (file !== chosen) return;
  for (const key of ["subject", "from", "to", "date"]) $(key).textContent = facts[key];
  for (const line of document.querySelectorAll(".line")) line.hidden = false;
  $("size").textContent = `${(facts.size / 1000).toFixed(1)} kB`;
  await show(facts);
}

async function show(facts) {
  const html = view === "phone" || view === "desktop", file = chosen;
  $("stage").className = view;
  $("mail").hidden = !html;
  $("plain").hidden = view !== "text" && view !== "source";
  $("headers").hidden = view !== "headers";
  for (const button of document.querySelectorAll("[data-view]")) button.setAttribute("aria-pressed", button.dataset.view === view);
  if (!file) return;
  if (html && $("mail").dataset.file !== file) {
    $("mail").dataset.file = file;
    $("mail").src = `mails/${file}/html`;
  }
  facts ??= await (await fetch(`mails/${file}/facts.json`)).json();
  if (view === "text") $("plain").textContent = facts.text;
  if (view === "source") $("plain").textContent = await (await fetch(`mails/${file}/source`)).text();
  if (view === "headers") $("headers").replaceChildren(...facts.headers.flatMap(([key, value]) => {
    const term = document.createElement("dt"), text = document.createElement("dd");
    term.textContent = key;
    text.textContent = value;
    return [term, text];
  }));
  $("stage").scrollTop = 0;
}

function step(by) {
  const found = matching(), place = found.findIndex((mail) => mail.file === chosen) + by;
  if (found[place]) open(found[place].file);
}

$("search").addEventListener("input", list);
for (const button of document.querySelectorAll("[data-view]")) button.addEventListener("click", () => { view = button.dataset.view; show(); });
document.addEventListener("keydown", (event) => {
  if (event.target === $("search") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "j") step(1);
  if (event.key === "k") step(-1);
});

(async () => {
  mails = await (await fetch("mails.json")).json();
  $("subject").textContent = "No mail has arrived.";
  list();
  if (mails.length) await open(mails[0].file);
})();
