// Answers the question that a package's page shows, rightly or wrongly, by the key in the page's own data.
(wanted) => {
  const step = JSON.parse(document.getElementById("step").textContent);
  const form = document.querySelector("form.question"), spot = document.createElement("div");
  const text = (html) => {
    spot.innerHTML = html;
    document.body.append(spot);
    const said = spot.innerText.trim();
    spot.remove();
    return said;
  };
  const stem = form.querySelector("legend").innerText.trim();
  const question = step.pool.find((each) => text(each.stem) === stem);
  const choose = (key, value) => { form.querySelector(`select[data-key="${key}"]`).value = value; };
  if (question.type === "order") {
    const sorted = [...question.options].sort((one, two) => (wanted ? one.value - two.value : two.value - one.value));
    sorted.forEach((each, at) => choose(each.key, String(at + 1)));
  } else if (question.type === "match") {
    const other = (pair) => question.options.find((each) => each.key !== pair.to).key;
    question.pairings.forEach((each) => choose(each.key, wanted ? each.to : other(each)));
  } else if (question.options.length) {
    const fitting = question.options.filter((each) => (each.value === 1) === wanted);
    fitting.slice(0, question.type === "multi" ? 9 : 1).forEach((each) => {
      form.querySelector(`input[value="${each.key}"]`).checked = true;
    });
  } else {
    const right = question.type === "numeric" ? String(question.number) : question.accepted[0].replaceAll("*", "");
    form.querySelector("input").value = wanted ? right : "-99";
  }
  form.querySelector("button").click();
}
