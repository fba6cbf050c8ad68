// Choosing links: the list narrows while somebody types, and times typed in the reader's zone are sent in UTC.
const search = document.querySelector("[data-choose-search]");
const count = document.querySelector("[data-choose-count]");
const books = [...document.querySelectorAll("[data-choose]")].map((book) => ({ book, text: `${book.dataset.choose} ${book.textContent}`.toLocaleLowerCase() }));

function narrow() {
  const words = search.value.trim().toLocaleLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const { book, text } of books) {
    const ticked = book.querySelector(":checked") !== null;
    book.hidden = !ticked && !words.every((word) => text.includes(word));
    shown += book.hidden ? 0 : 1;
  }
  for (const shelf of document.querySelectorAll("[data-choose-shelf]")) shelf.hidden = !shelf.querySelector("[data-choose]:not([hidden]), :checked");
  count.textContent = shown ? "" : count.dataset.none;
}
search?.addEventListener("input", narrow);

const moments = [...document.querySelectorAll("[data-moment]")];
for (const field of moments) {
  // What came back from the server is in UTC; the field shows the reader's own time.
  const kept = field.getAttribute("value");
  if (kept) {
    const at = new Date(kept.endsWith("Z") ? kept : `${kept}Z`);
    if (!Number.isNaN(at.valueOf())) field.value = new Date(at - at.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
  }
}
const notice = document.querySelector("[data-utc]");
if (notice) notice.hidden = true;
document.querySelector(".deep-linking form")?.addEventListener("submit", (event) => {
  for (const field of moments) {
    const sent = document.createElement("input");
    sent.type = "hidden";
    sent.name = field.name;
    sent.value = field.value ? new Date(field.value).toISOString().slice(0, 16) : "";
    field.disabled = true;
    event.target.append(sent);
  }
});
// Back from the platform, the page is as it was left: with fields that can be used.
addEventListener("pageshow", () => { for (const field of moments) field.disabled = false; });
