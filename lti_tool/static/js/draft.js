// A text that is being written survives a lost connection or visit: it is kept in this tab until it is sent.
// (An earlier session ended on the server, or the frame was reloaded: the text is still in its box.)
for (const form of document.querySelectorAll("form[data-draft]")) {
  const box = form.querySelector("textarea");
  const key = `draft:${form.dataset.draft}`;
  const kept = sessionStorage.getItem(key);
  if (kept !== null && !box.value.trim()) box.value = kept;
  box.addEventListener("input", () => sessionStorage.setItem(key, box.value));
  form.addEventListener("submit", () => sessionStorage.removeItem(key));
}
