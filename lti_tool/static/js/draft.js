// What is being written survives a lost connection or visit: it is kept in this tab until the server has it. A form
// that says where drafts go is saved by itself after each pause in typing.
import { shelf } from "./shelf.js";

const PAUSE = 1500;
const LATER = 15000;

const fields = (form) => [...form.elements].filter((each) => each.name && each.type !== "hidden" && each.type !== "file");
const chosen = (each) => each.type === "radio" || each.type === "checkbox";

function taken(form) {
  const values = {};
  for (const each of fields(form)) if (!chosen(each) || each.checked) values[each.name] = each.value.trim();
  return JSON.stringify(values);
}

function fill(form, text) {
  let values = {};
  try {
    values = JSON.parse(text);
  } catch {
    return;
  }
  for (const each of fields(form)) {
    if (!(each.name in values)) continue;
    if (chosen(each)) each.checked = each.value === values[each.name];
    else each.value = values[each.name];
  }
}

function count(form) {
  for (const each of form.querySelectorAll("[data-limit]")) {
    const left = Number(each.dataset.limit) - each.value.trim().length;
    form.querySelector(`[data-count="${each.name}"]`).textContent = left < 200 ? String(left) : "";
  }
}

function saveByItself(form, key, shown) {
  const state = form.querySelector("[data-save-state]");
  let timer = 0;
  let saved = shown;

  async function save() {
    clearTimeout(timer);
    const now = taken(form);
    if (now === saved) return;
    const body = new FormData(form);
    for (const each of form.querySelectorAll("input[type=file]")) body.delete(each.name);
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body, headers: { Accept: "application/json" }, keepalive: true });
      const told = await answer.json();
      if (!answer.ok) throw new Error(told.error);
      saved = now;
      if (taken(form) === now) shelf.clear(key);
      state.textContent = told.saved;
      state.classList.remove("bad");
    } catch (fault) {
      state.textContent = fault instanceof TypeError ? form.dataset.offline : fault.message;
      state.classList.add("bad");
      timer = setTimeout(save, LATER);
    }
  }

  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, PAUSE); });
  window.addEventListener("online", save);
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
  if (shelf.get(key)) save();
}

for (const form of document.querySelectorAll("form[data-draft]")) {
  const key = `draft:${form.dataset.draft}`;
  const kept = shelf.get(key);
  const shown = taken(form);
  if (kept === shown) shelf.clear(key);
  else if (kept) fill(form, kept);
  form.addEventListener("input", () => { shelf.put(key, taken(form)); count(form); });
  count(form);
  if (form.dataset.autosave) {
    saveByItself(form, key, shown);
  }
}
