// What every page does: times in the reader's zone, dialogs, copying, file drops, keyboard help, toasts.
// English here is British: plain "en" would write dates and times as in America.
export const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang || undefined;

// Times: the server wrote UTC; the reader sees their own zone, and the full moment on hover.
const FORMS = { date: { dateStyle: "medium" }, time: { timeStyle: "short" }, both: { dateStyle: "medium", timeStyle: "short" } };
const STEPS = [["day", 86400], ["hour", 3600], ["minute", 60]];

export function tellTimes(root = document) {
  for (const each of root.querySelectorAll("time[data-as]")) {
    const at = new Date(each.dateTime);
    if (Number.isNaN(at.valueOf())) continue;
    each.title = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "long" }).format(at);
    each.textContent = each.dataset.as === "ago" ? ago(at) : new Intl.DateTimeFormat(language, FORMS[each.dataset.as]).format(at);
  }
}

function ago(at) {
  const seconds = (at - Date.now()) / 1000;
  const words = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  for (const [unit, length] of STEPS) if (Math.abs(seconds) >= length) return words.format(Math.round(seconds / length), unit);
  return words.format(0, "minute");
}

// A phase's remaining time, counted down by the minute.
function tellRemaining() {
  for (const each of document.querySelectorAll("[data-until]")) {
    const left = Math.ceil((new Date(each.dataset.until) - Date.now()) / 60000);
    const time = new Intl.NumberFormat(language, { style: "unit", unit: "minute", unitDisplay: "long" }).format(left);
    each.textContent = left > 0 ? time : each.dataset.over;
  }
}

export function refresh(root = document) { tellTimes(root); tellRemaining(); }

export function toast(text) {
  const note = document.createElement("p");
  note.className = "toast";
  note.textContent = text;
  document.querySelector("[data-toasts]").append(note);
  setTimeout(() => note.remove(), 6000);
}

// Dialogs: without scripts they are folds below their button.
function openDialog(fold) {
  const dialog = document.createElement("dialog");
  const body = fold.querySelector("[data-dialog-body]");
  dialog.setAttribute("aria-labelledby", body.getAttribute("aria-labelledby"));
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button quiet";
  close.textContent = document.querySelector("#keys form button").textContent;
  close.addEventListener("click", () => dialog.close());
  fold.after(dialog);
  dialog.append(body, close);
  body.classList.remove("fallback-dialog");
  dialog.addEventListener("close", () => {
    body.classList.add("fallback-dialog");
    fold.append(body);
    dialog.remove();
    fold.querySelector("summary").focus();
  });
  if (document.documentElement.classList.contains("framed")) {
    // In a frame as tall as its page the middle may be far out of sight: the dialog opens where its button is.
    dialog.style.marginTop = `${Math.max(16, fold.getBoundingClientRect().top - 240)}px`;
  }
  dialog.showModal();
}

document.addEventListener("click", async (event) => {
  const summary = event.target.closest("details[data-dialog] > summary");
  if (summary) {
    event.preventDefault();
    openDialog(summary.parentElement);
  }
  const copier = event.target.closest("[data-copy]");
  if (copier) {
    const source = document.getElementById(copier.dataset.copy);
    source.select();
    // In a frame the clipboard may be closed to us; the text is then selected, ready for Ctrl+C.
    await navigator.clipboard?.writeText(source.value).then(() => toast(copier.dataset.done), () => {});
  }
  if (event.target.closest("[data-keys-open]")) document.getElementById("keys").showModal();
});
for (const each of document.querySelectorAll("[data-copy], [data-keys-open]")) each.hidden = false;
for (const each of document.querySelectorAll("[data-copy-source]")) each.addEventListener("focus", () => each.select());

export const typing = (target) => target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]") !== null;

document.addEventListener("keydown", (event) => {
  if (event.key === "?" && !typing(event.target) && !document.querySelector("dialog[open]")) document.getElementById("keys").showModal();
});

// Files can be dropped on their box.
for (const box of document.querySelectorAll("[data-drop]")) {
  const input = box.querySelector("input[type=file]");
  for (const kind of ["dragover", "dragleave", "drop"]) {
    box.addEventListener(kind, (event) => { event.preventDefault(); box.classList.toggle("over", kind === "dragover"); });
  }
  box.addEventListener("drop", (event) => { if (event.dataTransfer.files.length) input.files = event.dataTransfer.files; });
}

document.querySelector("[data-focus]")?.focus();
refresh();
setInterval(refresh, 30000);
