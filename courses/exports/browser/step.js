// A step at work in the browser. `Record` (another file in each kind of package) keeps where one is and tells results.
"use strict";
(function () {
  var holder = document.getElementById("step");
  if (!holder) return;
  var step = JSON.parse(holder.textContent), words = step.words;
  var place = document.getElementById("work"), saved = {};

  function make(tag, text, more) {
    var made = document.createElement(tag);
    if (text) made.textContent = text;
    Object.keys(more || {}).forEach(function (name) { made.setAttribute(name, more[name]); });
    return made;
  }
  function html(tag, text) { var made = document.createElement(tag); made.innerHTML = text; return made; }
  function button(text, act) { var made = make("button", text, { type: "button" }); made.addEventListener("click", act); return made; }
  function fill(text, values) { return text.replace(/\{(\w+)\}/g, function (_, name) { return values[name]; }); }
  function shuffled(list) {
    var copy = list.slice();
    for (var at = copy.length - 1; at > 0; at--) {
      var other = Math.floor(Math.random() * (at + 1)), held = copy[at];
      copy[at] = copy[other]; copy[other] = held;
    }
    return copy;
  }
  function show(parts) {
    place.replaceChildren.apply(place, parts);
    var first = place.querySelector("[data-first]");
    if (first) first.focus();
  }
  function keep(changes) { Object.assign(saved, changes); Record.keep(saved); }

  // --- Questions ---
  function choices(question, kind) {
    return shuffled(question.options).map(function (option) {
      var line = make("label", "", { "class": "option" });
      line.append(make("input", "", { type: kind, name: question.id, value: option.key }), make("span", option.text));
      return line;
    });
  }
  function orders(question) {
    var mixed = shuffled(question.options);
    return mixed.map(function (option, place) { return picker(option.key, option.text, mixed.map(function (_, at) { return [String(at + 1), String(at + 1)]; })); });
  }
  function pairs(question) {
    var right = shuffled(question.options).map(function (option) { return [option.key, option.text]; });
    return question.pairings.map(function (left) { return picker(left.key, left.text, right); });
  }
  function picker(key, text, values) {
    var line = make("label", "", { "class": "pair" }), choice = make("select", "", { "data-key": key });
    choice.append(make("option", "–", { value: "" }));
    values.forEach(function (each) { choice.append(make("option", each[1], { value: each[0] })); });
    line.append(make("span", text), choice);
    return line;
  }
  function typed(question) {
    var line = make("label", "", { "class": "pair" });
    line.append(make("span", words.answer + (question.unit ? " (" + question.unit + ")" : "")), make("input", "", { type: "text", autocomplete: "off" }));
    return [line];
  }
  var FORMS = {
    single: function (question) { return choices(question, "radio"); },
    sjt: function (question) { return choices(question, "radio"); },
    multi: function (question) { return choices(question, "checkbox"); },
    order: orders, match: pairs, numeric: typed, short: typed,
  };
  function given(question, form) {
    if (question.type === "numeric" || question.type === "short") {
      var text = form.querySelector("input").value.trim();
      return text ? [text] : [];
    }
    var picked = Array.from(form.querySelectorAll("select"));
    if (question.type === "match") return picked.filter(function (each) { return each.value; }).map(function (each) { return each.dataset.key + Marking.WITH + each.value; });
    if (question.type === "order") {
      if (new Set(picked.map(function (each) { return each.value; })).size !== picked.length || picked.some(function (each) { return !each.value; })) return [];
      return picked.sort(function (one, two) { return one.value - two.value; }).map(function (each) { return each.dataset.key; });
    }
    return Array.from(form.querySelectorAll("input:checked")).map(function (each) { return each.value; });
  }
  function said(question, response) {
    var lines = [];
    function line(text, remark) { if (remark) { var item = make("li"); item.append(make("strong", text + " "), make("span", remark)); lines.push(item); } }
    question.options.forEach(function (each) { line(each.text, each.feedback); });
    question.pairings.forEach(function (each) { line(each.text, each.feedback); });
    var list = make("ul", "", { "class": "feedback" });
    list.append.apply(list, lines);
    return lines.length ? [list] : [];
  }
  // One question: its form, and after the answer what there is to say about it.
  function ask(question, after) {
    var form = make("form", "", { "class": "question" }), set = make("fieldset"), told = make("div", "", { role: "status" });
    var legend = html("legend", question.stem);
    legend.setAttribute("tabindex", "-1"); legend.dataset.first = "";
    set.append.apply(set, [legend].concat(FORMS[question.type](question)));
    var check = make("button", words.check);
    form.append(set, check, told);
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      var answer = given(question, form);
      if (!Marking.whole(question, answer)) { told.textContent = words.incomplete; return; }
      var mark = Marking.mark(question, answer);
      set.disabled = true; check.remove();
      var verdict = mark.success ? words.right : mark.score > 0 ? words.partly : words.wrong;
      told.replaceChildren.apply(told, [make("p", verdict, { "class": "verdict" })].concat(said(question), question.note ? [make("p", question.note)] : []));
      after(mark, told);
    });
    return form;
  }

  // --- Quiz and lab ---
  function drawn() {
    if (step.all) return step.pool;
    var left = Object.assign({}, step.draw), questions = [];
    shuffled(step.pool).forEach(function (question) {
      if (left[question.criterion] > 0) { left[question.criterion] -= 1; questions.push(question); }
    });
    return questions;
  }
  function quiz() {
    var open = saved.questions && saved.questions.length > saved.marks.length;
    if (saved.passed && !open) return over(saved.share);
    if (!open) keep({ questions: drawn().map(function (each) { return each.id; }), marks: [] });
    next();
  }
  function next() {
    var number = saved.marks.length;
    if (number === saved.questions.length) return handIn();
    var question = step.pool.find(function (each) { return each.id === saved.questions[number]; });
    var head = make("p", fill(words.place, { number: number + 1, of: saved.questions.length }), { "class": "soft" });
    show([head, ask(question, function (mark, told) {
      Record.answer(question, mark);
      keep({ marks: saved.marks.concat(mark.score) });
      var on = button(number + 1 === saved.questions.length ? words.result : words.next, next);
      told.append(on); on.focus();
    })]);
  }
  function handIn() {
    var share = saved.marks.reduce(function (sum, each) { return sum + each; }, 0) / saved.marks.length;
    share = Math.round(share * 10000) / 10000;
    var passed = share >= step.pass;
    keep({ share: share, passed: Boolean(saved.passed) || passed });
    Record.score(share, passed);
    over(share);
  }
  function over(share) {
    var passed = share >= step.pass;
    var result = make("p", fill(passed ? words.passed : words.failed, { share: Math.round(share * 100), pass: Math.round(step.pass * 100) }), { "class": "verdict", tabindex: "-1", "data-first": "" });
    show([result].concat(passed ? leaving() : [button(words.again, function () { keep({ questions: null }); quiz(); })], passed ? [] : leaving()));
  }

  // --- Scenario ---
  function clock(minutes) { return String(Math.floor(minutes / 60)).padStart(2, "0") + ":" + String(minutes % 60).padStart(2, "0"); }
  function scenario() {
    var path = saved.path || [], state = Marking.play(step, path), parts = [];
    var figures = make("p", "", { "class": "meters" });
    if (state.clock !== null) figures.append(make("span", clock(state.clock)));
    step.meters.forEach(function (each) { figures.append(make("span", each.title + ": " + state.meters[each.key])); });
    parts.push(figures);
    if (state.told) { var told = make("div", "", { "class": "told" }); told.append(make("p", state.told.text, { "class": "soft" }), make("p", state.told.feedback)); parts.push(told); }
    parts.push.apply(parts, state.ending ? ended(state, path) : waiting(state, path));
    show(parts);
  }
  function waiting(state, path) {
    var node = step.nodes[state.at], list = make("div", "", { "class": "choices" });
    Marking.open(step, state, path).forEach(function (choice) {
      list.append(button(choice.text, function () { keep({ path: path.concat(state.at + "." + choice.key) }); scenario(); }));
    });
    return [make("h2", node.title, { tabindex: "-1", "data-first": "" }), html("div", node.html), list];
  }
  function ended(state, path) {
    var share = Math.round(state.score / step.best * 10000) / 10000;
    if (!saved.told) { Record.complete(path.join("[,]")); Record.score(share, share >= step.pass); keep({ told: true }); }
    var result = make("p", fill(words.points, { points: state.score, best: step.best }), { "class": "verdict" });
    var again = button(words.replay, function () { keep({ path: [] }); scenario(); });
    return [make("h2", state.ending.title, { tabindex: "-1", "data-first": "" }), html("div", state.ending.html), result, again].concat(leaving());
  }

  // --- Reading, film, reflection: done when somebody says so ---
  function done() {
    var already = saved.done;
    var say = button(already ? words.done : words.finish, function () { Record.complete(""); keep({ done: true }); say.textContent = words.done; say.disabled = true; leave.forEach(function (each) { place.append(each); }); });
    var leave = leaving();
    say.disabled = Boolean(already);
    show([say].concat(already ? leave : []));
  }
  function checks() {
    document.querySelectorAll("[data-question]").forEach(function (spot) {
      var question = step.questions.find(function (each) { return each.id === spot.dataset.question; });
      spot.append(ask(question, function () {}));
    });
    done();
  }
  function reflection() {
    var text = document.getElementById("words");
    text.value = saved.text || "";
    text.addEventListener("input", function () { keep({ text: text.value }); });
    done();
  }
  function leaving() { return Record.leaves ? [button(words.leave, function () { Record.leave(); })] : []; }

  var KINDS = { quiz: quiz, lab: quiz, scenario: scenario, reading: checks, video: checks, reflection: reflection };
  Record.ready(step, function (found) { saved = found || {}; (KINDS[step.kind] || done)(); });
})();
