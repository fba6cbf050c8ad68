// The place where somebody stops reading is kept for next time, to the paragraph.
import { checks } from "./checks.js";

const text = document.querySelector("[data-reading]");
const SEEN = "p, li, h2, h3, h4, blockquote, table";
const PAUSE = 3000;

// Paragraphs are counted within their section, so that a change elsewhere in the text moves nothing.
function paragraphs() {
  const found = [];
  for (const section of text.querySelectorAll("[data-section]")) {
    [...section.querySelectorAll(SEEN)].forEach((each, number) => found.push({ each, section: section.id, number }));
  }
  return found;
}

const all = text ? paragraphs() : [];
let here = null;
let kept = null;
let waiting = 0;

function keep() {
  if (!here || here === kept) return;
  kept = here;
  const body = new URLSearchParams({ section: here.section, paragraph: String(here.number) });
  fetch(text.dataset.reading, { method: "POST", body, headers: { "X-Form-Token": text.dataset.token }, keepalive: true }).catch(() => { kept = null; });
}

function goBack() {
  const number = Number(text.dataset.paragraph || 0);
  const target = all.find((one) => one.section === text.dataset.stopped && one.number === number);
  const link = document.querySelector("[data-stopped-link]");
  if (!target || !link) return;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    target.each.tabIndex = -1;
    target.each.classList.add("stopped-here");
    target.each.scrollIntoView({ block: "center" });
    target.each.focus({ preventScroll: true });
  });
  if (location.hash === `#${text.dataset.stopped}`) link.click();
}

if (text) {
  goBack();
  const watch = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      here = all.find((one) => one.each === entry.target);
      clearTimeout(waiting);
      waiting = setTimeout(keep, PAUSE);
    }
  }, { rootMargin: "-25% 0px -60% 0px" });
  if (text.dataset.token) {
    for (const one of all) watch.observe(one.each);
    document.addEventListener("visibilitychange", () => { if (document.hidden) keep(); });
  }
}

if (text) checks(text);
