// Grading by keyboard, saved by itself. Number keys set the level of the row in focus; j and k go from row to row.
import { language, refresh, typing } from "./page.js";

const form = document.querySelector("[data-grading]");
if (form) {
  const say = (name) => form.dataset[`say${name}`];
  const state = form.querySelector("[data-save-state]");
  const still = form.querySelector("[data-still]");
  const rows = () => [...form.querySelectorAll("[data-rubric-row]")].filter((row) => row.offsetParent !== null || row.closest("details:not([open])"));
  let timer = 0;
  let saving = false;
  let changed = false;
  let stopped = false;

  const tell = (text, bad = false) => { state.textContent = text; state.classList.toggle("bad", bad); };

  async function save() {
    clearTimeout(timer);
    if (saving || !changed || stopped) return;
    saving = true;
    changed = false;
    tell(say("Saving"));
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
      const saved = await answer.json();
      if (!answer.ok) {
        // Another trainer saved, or the grade was released: what is typed stays here to be compared.
        changed = stopped = true;
        tell([saved.error, saved.advice].filter(Boolean).join(". "), true);
        return;
      }
      form.elements.seen.value = saved.seen;
      still.textContent = saved.missing ? `${still.dataset.still} ${saved.missing}` : still.dataset.complete;
      tell(`${say("Saved")} ${new Intl.DateTimeFormat(language, { timeStyle: "short" }).format(new Date(saved.at))}`);
    } catch {
      changed = true;
      tell(say("Offline"), true);
      timer = setTimeout(save, 8000);
    } finally {
      saving = false;
      if (changed && !stopped) timer = setTimeout(save, 1500);
    }
  }

  // How much each member still lacks, as far as the page itself can tell.
  function tellLacks() {
    for (const chip of form.querySelectorAll("[data-lacks]")) {
      const member = chip.closest("details");
      const open = [...member.querySelectorAll("[data-rubric-row]")].filter((row) => !row.querySelector(":checked")).length;
      const reason = member.querySelector("[name$='.accepted']").checked && !member.querySelector("[name$='.accepted_reason']").value.trim();
      const lacks = open + Number(reason);
      chip.textContent = lacks ? `${chip.dataset.lacks} ${lacks}` : chip.dataset.complete;
      chip.classList.toggle("good", !lacks);
    }
  }

  form.addEventListener("input", () => {
    tellLacks();
    changed = true;
    if (!stopped) tell(say("Typing"));
    clearTimeout(timer);
    timer = setTimeout(save, 1500);
  });
  form.addEventListener("click", (event) => {
    if (event.target.closest("[data-save]") && !stopped) { event.preventDefault(); changed = true; save(); }
  });
  // A release waits for a save that is under way: it must name the version that then stands.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!saving) return;
    event.preventDefault();
    setTimeout(() => form.requestSubmit(event.submitter), 300);
  });
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });

  function go(by) {
    const all = rows();
    const here = all.findIndex((row) => row.contains(document.activeElement));
    const row = all[Math.min(Math.max(here + by, 0), all.length - 1)];
    row.closest("details")?.setAttribute("open", "");
    (row.querySelector("input:checked") ?? row.querySelector("input")).focus();
    row.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "s" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); changed = true; save(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
    const row = event.target.closest("[data-rubric-row]");
    if (row && /^[1-4]$/.test(event.key)) {
      const choice = row.querySelector(`input[value="${event.key}"]`);
      choice.checked = true;
      choice.focus();
      choice.dispatchEvent(new Event("input", { bubbles: true }));
    }
    if (event.key === "j") go(1);
    if (event.key === "k") go(-1);
  });
  refresh(form);
}
