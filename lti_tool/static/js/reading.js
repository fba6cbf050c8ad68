// The place where somebody stops reading is kept for next time.
const text = document.querySelector("[data-reading]");
let here = null;
let waiting = 0;

function keep() {
  const body = new URLSearchParams({ section: here });
  fetch(text.dataset.reading, { method: "POST", body, headers: { "X-Form-Token": text.dataset.token }, keepalive: true }).catch(() => {});
}

const watch = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting || entry.target.id === here) continue;
    here = entry.target.id;
    clearTimeout(waiting);
    waiting = setTimeout(keep, 3000);
  }
}, { rootMargin: "-20% 0px -60% 0px" });

if (text?.dataset.token) for (const section of text.querySelectorAll("[data-section]")) watch.observe(section);
