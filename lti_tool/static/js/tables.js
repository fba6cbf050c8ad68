// Tables can be sorted by any column and narrowed by a word.
for (const table of document.querySelectorAll("[data-sortable]")) {
  const rows = () => [...table.tBodies[0].rows];
  const value = (row, column) => row.cells[column].dataset.value ?? row.cells[column].textContent.trim();
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const order = (one, other) => value(one, column).localeCompare(value(other, column), undefined, { numeric: true });
      table.tBodies[0].append(...rows().sort((one, other) => (up ? order(one, other) : order(other, one))));
    });
  });
}
for (const box of document.querySelectorAll("[data-filter]")) {
  box.closest("[data-filter-box]").hidden = false;
  const table = document.getElementById(box.dataset.filter);
  box.addEventListener("input", () => {
    const word = box.value.trim().toLocaleLowerCase();
    for (const row of table.tBodies[0].rows) row.hidden = !row.cells[0].textContent.toLocaleLowerCase().includes(word);
  });
}
