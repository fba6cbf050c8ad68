// A sheet of a pilot saves itself as it is clicked and typed. Without scripts its button saves it.
import { language } from "./page.js";

const form = document.querySelector("[data-pilot-sheet]");
if (form) {
  const state = form.querySelector("[data-save-state]");
  const given = form.querySelector("[data-given]");
  let timer = 0;
  let saving = null;
  let changed = false;
  let stopped = false;

  const tell = (text, bad = false) => { state.textContent = text; state.classList.toggle("bad", bad); };

  async function send() {
    changed = false;
    tell(form.dataset.saySaving);
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" }, keepalive: true });
      const saved = await answer.json();
      if (!answer.ok) {
        stopped = answer.status !== 422;
        tell([saved.error, saved.advice].filter(Boolean).join(". "), true);
        return;
      }
      tell(`${form.dataset.saySaved} ${new Intl.DateTimeFormat(language, { timeStyle: "short" }).format(new Date(saved.at))}`);
      given.textContent = given.dataset.pattern.replace("{given}", saved.given).replace("{asked}", saved.asked);
    } catch {
      changed = true;
      tell(form.dataset.sayOffline, true);
      timer = setTimeout(save, 8000);
    }
  }

  async function save() {
    clearTimeout(timer);
    if (saving || !changed || stopped) return;
    saving = send();
    await saving;
    saving = null;
    if (changed && !stopped) timer = setTimeout(save, 1500);
  }

  const note = (wait) => {
    changed = true;
    if (!stopped) tell(form.dataset.sayTyping);
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  };
  form.addEventListener("input", (event) => note(event.target.matches("textarea") ? 1500 : 200));
  // What the button sends must come after what is still under way.
  form.addEventListener("submit", async (event) => {
    clearTimeout(timer);
    if (!saving) return;
    event.preventDefault();
    await saving;
    form.requestSubmit();
  });
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
}
