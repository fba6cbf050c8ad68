// What an answer is worth, of one point, and how a scenario goes on: the same sums as on the server.
"use strict";
var Marking = (function () {
  var AND = "[,]", WITH = "[.]";

  function round(share) { return Math.round(share * 100) / 100; }

  function bare(text) {
    return text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  }

  function accepts(rule, given) {
    var within = rule.trim().startsWith("*") && rule.trim().endsWith("*");
    var wanted = bare(rule), said = bare(given);
    return said !== "" && (within ? said.includes(wanted) : said === wanted);
  }

  function number(text) {
    var found = String(text).trim().replace(/[% ]+$/, "").replace(",", ".");
    return /^-?\d{1,12}(\.\d{1,6})?$/.test(found) ? Number(found) : null;
  }

  var SHARES = {
    single: function (question, given) { return value(question, given[0]); },
    sjt: function (question, given) { return value(question, given[0]); },
    multi: function (question, given) {
      var right = question.options.filter(function (each) { return each.value === 1; }).map(function (each) { return each.key; });
      var hits = given.reduce(function (sum, key) { return sum + (right.includes(key) ? 1 : -1); }, 0);
      return Math.max(hits, 0) / right.length;
    },
    order: function (question, given) {
      var keyed = 0, balance = 0;
      for (var one = 0; one < given.length; one++) for (var two = one + 1; two < given.length; two++) {
        var before = value(question, given[one]), after = value(question, given[two]);
        if (before === after) continue;
        keyed += 1;
        balance += before < after ? 1 : -1;
      }
      return Math.max(balance, 0) / keyed;
    },
    match: function (question, given) {
      var pairs = Object.fromEntries(given.map(function (each) { return each.split(WITH); }));
      var hits = question.pairings.filter(function (each) { return pairs[each.key] === each.to; }).length;
      return hits / question.pairings.length;
    },
    numeric: function (question, given) {
      var off = Math.abs(number(given[0]) - question.number);
      return off <= (question.tolerance || 0) + 1e-9 ? 1 : 0;
    },
    short: function (question, given) {
      return question.accepted.some(function (rule) { return accepts(rule, given[0]); }) ? 1 : 0;
    },
  };

  function value(question, key) { return question.options.find(function (each) { return each.key === key; }).value; }

  // Is there enough to judge?
  function whole(question, given) {
    if (question.type === "numeric") return given.length === 1 && number(given[0]) !== null;
    if (question.type === "short") return given.length === 1 && bare(given[0]) !== "";
    if (question.type === "match") return given.length === question.pairings.length;
    if (question.type === "order") return given.length === question.options.length;
    return given.length > 0;
  }

  function mark(question, given) {
    var score = round(SHARES[question.type](question, given));
    return { score: score, success: score === 1, response: given.join(AND) };
  }

  function met(condition, path, meters) {
    if (condition === null) return true;
    var so = condition.chose ? path.includes(condition.chose) : meters[condition.meter] >= condition.least;
    return so === condition.holds;
  }

  // The state after these choices (`node.choice`): the same path always leads to the same one.
  function play(scenario, path) {
    var meters = {}, most = {};
    scenario.meters.forEach(function (each) { meters[each.key] = each.start; most[each.key] = each.most; });
    function add(key, change) {
      meters[key] = Math.max(meters[key] + change, 0);
      if (most[key] !== null) meters[key] = Math.min(meters[key], most[key]);
    }
    var clock = scenario.opens, at = scenario.first, told = null;
    path.forEach(function (made, index) {
      var node = scenario.nodes[at], key = made.split(".")[1];
      var choice = node.choices.find(function (each) { return each.key === key; });
      if (clock !== null) clock = Math.max(clock, node.at || 0) + choice.minutes;
      Object.keys(choice.effects).forEach(function (each) { add(each, choice.effects[each]); });
      told = { text: choice.text, feedback: choice.feedback };
      var done = path.slice(0, index + 1);
      at = choice.next.find(function (rule) { return met(rule.when, done, meters); }).go;
      if (!scenario.nodes[at]) at = null;
    });
    if (at !== null && clock !== null) clock = Math.max(clock, scenario.nodes[at].at || 0);
    var state = { at: at, clock: clock, meters: meters, told: told, ending: null, score: null };
    if (at === null) end(scenario, state, add);
    return state;
  }

  function end(scenario, state, add) {
    if (state.clock !== null && scenario.overtime) {
      var over = Math.max(state.clock - scenario.closes, 0);
      add(scenario.overtime[1], Math.ceil(over / scenario.overtime[0]) * scenario.overtime[2]);
    }
    state.ending = scenario.endings.find(function (each) {
      return each.when.every(function (bound) {
        var has = state.meters[bound[0]];
        return (bound[1] === null || has >= bound[1]) && (bound[2] === null || has <= bound[2]);
      });
    });
    var points = scenario.meters.reduce(function (sum, each) { return sum + each.weight * state.meters[each.key]; }, scenario.base);
    state.score = Math.min(Math.max(points, 0), scenario.best);
  }

  function open(scenario, state, path) {
    var all = scenario.nodes[state.at].choices;
    var free = all.filter(function (choice) {
      return choice.needs.every(function (each) { return met(each, path, state.meters); });
    });
    return free.length ? free : all;
  }

  return { mark: mark, whole: whole, play: play, open: open, WITH: WITH };
})();
