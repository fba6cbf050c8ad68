// The team room stays up to date by itself, and what is typed is saved by itself and never lost.
import { language, refresh, toast } from "./page.js";
import { shelf } from "./shelf.js";

const room = document.querySelector("[data-room]");
const say = (name) => room.dataset[`say${name}`];
const form = room.querySelector("[data-document]");
const box = form?.elements.body;
const state = room.querySelector("[data-save-state]");
const note = room.querySelector("[data-merge-notice]");
const draftKey = `draft:document:${room.dataset.team}`;
const EVERY = 4000;
const PAUSE = 2000;
const SLOWEST = 60000;

// What the server is known to hold; the box differs from it while something is unsaved. On a slow line somebody may
// have typed before this script was there: what the page came with is its default value, not its value now.
let known = box?.defaultValue ?? "";
let cursor = room.dataset.cursor;
let saving = false;
let timer = 0;
let wait = EVERY;

const revision = () => Number(form?.elements.based_on.value ?? 0);
const unsaved = () => box && box.value !== known;

function tell(text, bad = false) {
  if (!state) return;
  state.textContent = text;
  state.classList.toggle("bad", bad);
}

const clock = (at) => new Intl.DateTimeFormat(language, { timeStyle: "short" }).format(new Date(at));

function warn(text) {
  note.textContent = text ?? "";
  note.hidden = !text;
}

// Puts a newer text into the box and leaves the writer's cursor where it was, as far as the text before it is the same.
function put(text) {
  if (box.value === text) return;
  const { selectionStart, selectionEnd, scrollTop, value } = box;
  let same = 0;
  while (same < Math.min(value.length, text.length) && value[same] === text[same]) same += 1;
  const shift = (place) => (place <= same ? place : Math.max(same, place + text.length - value.length));
  box.value = text;
  if (document.activeElement === box) box.setSelectionRange(shift(selectionStart), shift(selectionEnd));
  box.scrollTop = scrollTop;
}

async function save() {
  clearTimeout(timer);
  if (saving || !unsaved()) return;
  saving = true;
  const sent = box.value;
  tell(say("Saving"));
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams({ body: sent, based_on: revision() }),
      headers: { Accept: "application/json", "X-Form-Token": room.dataset.token },
    });
    const saved = await answer.json();
    if (!answer.ok) {
      tell(saved.error ?? say("Refused"), true);
      if (saved.advice) warn(saved.advice);
      return;
    }
    took(saved, sent);
  } catch {
    tell(say("Offline"), true);
    timer = setTimeout(save, wait);
  } finally {
    saving = false;
  }
}

// Trailing blanks are the writer's own business: the server tidies them, the box keeps them.
const tidy = (text) => text.replace(/[ \t]+$/gm, "").trimEnd();

// What was typed on since `sent`, brought into the merged text; null where its place cannot be found there.
function carried(sent, now, merged) {
  let head = 0;
  while (head < Math.min(sent.length, now.length) && sent[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < Math.min(sent.length, now.length) - head && sent.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  const from = Math.max(0, head - 40);
  const upto = Math.min(sent.length, sent.length - tail + 40);
  const around = sent.slice(from, upto);
  const place = merged.indexOf(around);
  if (place < 0 || merged.indexOf(around, place + 1) >= 0) return null;
  const changed = sent.slice(from, head) + now.slice(head, now.length - tail) + sent.slice(sent.length - tail, upto);
  return merged.slice(0, place) + changed + merged.slice(place + around.length);
}

// What the server made of a save. Whoever typed on meanwhile keeps their text; it is saved next.
function took(saved, sent) {
  const same = tidy(saved.body) === tidy(sent);
  const typedOn = box.value !== sent;
  const text = typedOn && !same ? carried(sent, box.value, saved.body) : saved.body;
  if (text !== null) {
    // Otherwise the next save is based on the old state still: the server then joins both, and nothing is lost.
    form.elements.based_on.value = saved.revision;
    known = same ? sent : saved.body;
    if (!same) put(text);
  }
  if (unsaved()) timer = setTimeout(save, PAUSE);
  else shelf.clear(draftKey);
  tell(`${say("Saved")} ${clock(saved.at)}`);
  if (saved.conflicts?.length) warn(say("Conflict"));
  else if (saved.merged) warn(say("Merged"));
}

function typed() {
  tell(say("Typing"));
  shelf.put(draftKey, JSON.stringify({ body: box.value, based_on: revision() }));
  clearTimeout(timer);
  timer = setTimeout(save, PAUSE);
}

// A region is replaced only where nobody is at work in it.
function replace(name, markup) {
  const region = document.querySelector(`[data-live="${name}"]`);
  const next = document.createElement("template");
  next.innerHTML = markup;
  if (region.contains(document.activeElement) || region.querySelector("dialog[open]") || region.dataset.was === markup) return;
  region.dataset.was = markup;
  region.replaceChildren(next.content);
  refresh(region);
}

function append(markup) {
  const list = room.querySelector('[data-live="posts"]');
  const next = document.createElement("template");
  next.innerHTML = markup;
  for (const post of next.content.querySelectorAll("[data-post]")) {
    if (!list.querySelector(`[data-post="${post.dataset.post}"]`)) list.append(post);
  }
  room.querySelector("[data-no-posts]").hidden = list.children.length > 0;
  refresh(list);
}

async function look() {
  const asked = new URL(room.dataset.changes, location.href);
  asked.search = new URLSearchParams({ cursor, revision: revision() });
  const answer = await fetch(asked, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  const found = await answer.json();
  append(found.posts);
  replace("people", found.people);
  replace("phases", found.phases);
  cursor = found.cursor;
  if (box && found.closed) {
    // The document was frozen meanwhile; a text that was not saved stays in its box to be copied.
    if (!unsaved()) location.reload();
    return;
  }
  // While something is unsaved the box is left alone: the next save brings both together.
  if (box && found.body !== null && found.body !== undefined && !unsaved() && !saving && found.revision > revision()) {
    put(found.body);
    known = box.value;
    form.elements.based_on.value = found.revision;
    tell(`${found.saved_by ?? ""} ${say("New")} · ${clock(Date.now())}`.trim());
  }
}

async function keepLooking() {
  try {
    if (!document.hidden) await look();
    wait = EVERY;
  } catch {
    wait = Math.min(wait * 2, SLOWEST);
  }
  setTimeout(keepLooking, wait);
}

// The thread's composer
const composer = room.querySelector("[data-composer]");
if (composer) {
  const target = composer.elements.in_reply_to;
  const answering = composer.querySelector("[data-answering]");
  const message = composer.elements.body;
  const key = `draft:post:${room.dataset.team}`;
  message.value ||= shelf.get(key) ?? "";
  message.addEventListener("input", () => shelf.put(key, message.value));
  const aim = (id, text) => {
    target.value = id;
    target.disabled = !id;
    answering.hidden = !id;
    answering.querySelector("span").textContent = text;
    message.focus();
  };
  room.addEventListener("click", (event) => {
    const reply = event.target.closest("[data-reply]");
    const off = event.target.closest("[data-answer-off]");
    if (!reply && !off) return;
    event.preventDefault();
    aim(reply?.dataset.reply ?? "", reply?.dataset.replyTo ?? "");
  });
  message.addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) composer.requestSubmit(); });
  composer.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      // A redirect is the sign that the message stands; anything else is shown as the server's own page.
      const answer = await fetch(composer.action, { method: "POST", body: new URLSearchParams(new FormData(composer)), redirect: "manual" });
      if (answer.type !== "opaqueredirect") throw new Error(String(answer.status));
      message.value = "";
      shelf.clear(key);
      aim("", "");
      await look();
    } catch (error) {
      if (navigator.onLine && /^\d+$/.test(error.message)) composer.submit();
      else toast(say("Offline"));
    }
  });
}

if (box) {
  const draft = JSON.parse(shelf.get(draftKey) ?? "null");
  if (draft && draft.body !== box.value) {
    // Text of last time: it goes in as what it was, a change of the state that it was typed upon.
    known = null;
    box.value = draft.body;
    form.elements.based_on.value = draft.based_on;
    tell(say("Restored"));
    timer = setTimeout(save, 500);
  }
  box.addEventListener("input", typed);
  if (!draft && unsaved()) typed();
  form.addEventListener("submit", (event) => { event.preventDefault(); save(); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
  window.addEventListener("online", save);
  document.addEventListener("keydown", (event) => {
    if (event.key === "s" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); save(); }
  });
  // Freezing or moving on takes what is typed along.
  document.addEventListener("submit", async (event) => {
    if (!event.target.matches("[data-after-save]") || !unsaved()) return;
    event.preventDefault();
    await save();
    event.target.submit();
  });
}
setTimeout(keepLooking, EVERY);
