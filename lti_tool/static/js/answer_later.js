// An answer that is given while the connection is lost waits in this browser and is sent as soon as it is back. What is
// chosen and not yet given survives too.
import { shelf } from "./shelf.js";

const AGAIN = 10000;

const form = document.querySelector("[data-answer]");
const place = form && `answer:${form.dataset.whose}:${form.dataset.answer}`;

function box() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

function waiting() {
  try {
    return JSON.parse(box()?.getItem(place) ?? "null");
  } catch {
    return null;
  }
}

function keep(fields) {
  try {
    box()?.setItem(place, JSON.stringify(fields));
  } catch {
    // No room: the page itself still has it.
  }
}

const fields = () => [...new FormData(form)].filter(([name]) => name !== "form_token");

function fill(given) {
  for (const [name, value] of given) {
    for (const each of form.elements) {
      if (each.name !== name || each.type === "hidden") continue;
      if (each.type === "radio" || each.type === "checkbox") each.checked ||= each.value === value;
      else each.value = value;
    }
  }
}

async function send(given) {
  const state = form.querySelector("[data-answer-state]");
  const body = new URLSearchParams([...given, ["form_token", form.elements.form_token.value]]);
  try {
    const answer = await fetch(form.action, { method: "POST", body });
    if (answer.status >= 500) throw new TypeError("the server rests");
    box()?.removeItem(place);
    shelf.clear(place);
    // What the server says is a whole page: it is shown as one, at its own address.
    if (answer.ok) location.assign(answer.url);
    else form.submit();
  } catch {
    keep(given);
    state.textContent = form.dataset.offline;
    state.hidden = false;
    setTimeout(retry, AGAIN);
  }
}

function retry() {
  const given = waiting();
  if (given) send(given);
}

if (form) {
  const before = waiting();
  const chosen = shelf.get(place);
  if (before) {
    fill(before);
    send(before);
  } else if (chosen) fill(JSON.parse(chosen));
  form.addEventListener("input", () => shelf.put(place, JSON.stringify(fields())));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(fields());
  });
  window.addEventListener("online", retry);
}
