// The transcript follows the film: the sentence that is spoken is marked, and each sentence and scene leads to its place.
export function transcript(root, media, go) {
  const box = root.querySelector("[data-words]");
  const follow = root.querySelector("[data-follow]");
  const lines = [...root.querySelectorAll("[data-from]")].map((link) => (
    { link, from: Number(link.dataset.from) / 1000, until: Number(link.dataset.ends) / 1000 }
  ));
  let current = null;

  root.addEventListener("click", (event) => {
    const link = event.target.closest("[data-to], [data-from]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(Number(link.dataset.to ?? link.dataset.from) / 1000);
  });

  media.addEventListener("timeupdate", () => {
    const here = media.currentTime;
    const found = lines.find((line) => here >= line.from - 0.05 && here < line.until) ?? null;
    if (found === current) return;
    current?.link.removeAttribute("aria-current");
    found?.link.setAttribute("aria-current", "true");
    current = found ?? null;
    // Whoever reads ahead by keyboard is not pulled back.
    if (!found || !follow.checked || media.paused || box.contains(document.activeElement)) return;
    const top = found.link.getBoundingClientRect().top - box.getBoundingClientRect().top;
    if (top < 24 || top > box.clientHeight - 72) box.scrollTop += top - box.clientHeight / 3;
  });
  follow.closest("label").hidden = false;
}
