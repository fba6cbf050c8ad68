// A text that is being written survives a lost connection or visit: it is kept in this tab until the server shows it.
import { shelf } from "./shelf.js";

for (const form of document.querySelectorAll("form[data-draft]")) {
  const box = form.querySelector("textarea");
  const key = `draft:${form.dataset.draft}`;
  const kept = shelf.get(key);
  if (kept?.trim() === box.value.trim()) shelf.clear(key);
  else if (kept) box.value = kept;
  box.addEventListener("input", () => shelf.put(key, box.value));
}
