// Things to order move by buttons or by choosing a place; without scripts the list of places alone says the order.
for (const list of document.querySelectorAll("[data-order]")) {
  const settle = () => [...list.children].forEach((line, place) => {
    line.querySelector("select").value = String(place + 1);
    line.querySelector("[data-up]").disabled = place === 0;
    line.querySelector("[data-down]").disabled = place === list.children.length - 1;
  });
  for (const line of list.children) {
    const places = line.querySelector("select");
    places.addEventListener("change", () => {
      const others = [...list.children].filter((other) => other !== line);
      const after = others[Number(places.value) - 1];
      if (after) after.before(line);
      else list.append(line);
      settle();
      places.focus();
    });
    for (const [name, step] of [["up", -1], ["down", 1]]) {
      const button = line.querySelector(`[data-${name}]`);
      button.hidden = false;
      button.addEventListener("click", () => {
        if (step < 0) line.previousElementSibling?.before(line);
        else line.nextElementSibling?.after(line);
        settle();
        (button.disabled ? line.querySelector("button:not(:disabled)") : button).focus();
      });
    }
  }
  settle();
}
