// A check of oneself is answered on the spot, without loading the page.
export function checks(root, answered = () => {}) {
  for (const form of root.querySelectorAll("[data-check]")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const place = form.querySelector("[data-check-answer]");
      place.hidden = false;
      try {
        const got = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
        const told = await got.json();
        if (!got.ok) {
          place.textContent = told.error;
          return;
        }
        place.innerHTML = told.html; // our own markup, made by the server
        form.querySelector("fieldset").hidden = form.dataset.check === "once";
        form.querySelector(".form-end").hidden = form.dataset.check === "once";
        answered();
      } catch {
        place.textContent = form.dataset.offline;
      }
    });
  }
}
