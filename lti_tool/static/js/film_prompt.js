// What is written or answered at the film's pause is kept without leaving the page; then the film goes on.
import { checks } from "./checks.js";
import { shelf } from "./shelf.js";

const prompt = document.querySelector("[data-prompt]");
const form = prompt?.querySelector("[data-prompt-form]");
const answered = () => prompt.dispatchEvent(new CustomEvent("answered"));

form?.addEventListener("submit", async (event) => {
  if (!prompt.classList.contains("asked")) return; // without the film waiting, the page is simply sent
  event.preventDefault();
  const state = form.querySelector("[data-save-state]");
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
    const told = await answer.json();
    if (!answer.ok) throw new Error(told.error);
    shelf.clear(`draft:${form.dataset.draft}`);
    state.textContent = form.dataset.saved;
    answered();
  } catch (fault) {
    state.textContent = fault instanceof TypeError ? form.dataset.offline : fault.message;
    state.classList.add("bad");
  }
});

if (prompt) checks(prompt, answered);
