// cmi5: the launch is answered, and what happens is told to the record store that it named (cmi5 1.0, sections 8 to 10).
"use strict";
var Record = (function () {
  var VERBS = "http://adlnet.gov/expapi/verbs/", CATEGORY = "https://w3id.org/xapi/cmi5/context/categories/";
  var MASTERY = "https://w3id.org/xapi/cmi5/context/extensions/masteryscore";
  var asked = new URLSearchParams(location.search), token = "", launch = null, began = 0, ended = false, told = {}, lost = null, chain = Promise.resolve();
  var endpoint = (asked.get("endpoint") || "").replace(/\/?$/, "/");

  function call(method, resource, query, body, more) {
    var address = endpoint + resource + (query ? "?" + new URLSearchParams(query) : "");
    var headers = { Authorization: "Basic " + token, "X-Experience-API-Version": "1.0.3" };
    if (body) headers["Content-Type"] = "application/json";
    return fetch(address, Object.assign({ method: method, headers: headers, body: body && JSON.stringify(body) }, more));
  }
  function state(id) {
    return { activityId: asked.get("activityId"), agent: asked.get("actor"), registration: asked.get("registration"), stateId: id };
  }
  function json(answer) {
    if (answer.status === 404) return null;
    if (!answer.ok) throw new Error("record store: " + answer.status);
    return answer.json();
  }
  function spent() { return "PT" + ((Date.now() - began) / 1000).toFixed(2) + "S"; }

  function statement(verb, result, categories, object) {
    var context = structuredClone(launch.contextTemplate || {});
    context.registration = asked.get("registration");
    context.contextActivities = context.contextActivities || {};
    if (categories.length) context.contextActivities.category = (context.contextActivities.category || []).concat(categories.map(function (each) { return { id: CATEGORY + each }; }));
    if (launch.masteryScore !== undefined && (verb === "passed" || verb === "failed")) {
      context.extensions = Object.assign({}, context.extensions); context.extensions[MASTERY] = launch.masteryScore;
    }
    var made = {
      id: crypto.randomUUID ? crypto.randomUUID() : uuid(),
      actor: JSON.parse(asked.get("actor")),
      verb: { id: VERBS + verb, display: { en: verb } },
      object: object || { objectType: "Activity", id: asked.get("activityId") },
      context: context,
      timestamp: new Date().toISOString(),
    };
    if (result) made.result = result;
    return made;
  }
  function uuid() {
    var bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64; bytes[8] = (bytes[8] & 63) | 128;
    var hex = Array.from(bytes, function (each) { return each.toString(16).padStart(2, "0"); }).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  }
  // One after the other: a store may refuse what comes before `initialized` or after `terminated`.
  function tell(made, more) {
    chain = chain.then(function () { return call("POST", "statements", null, [made], more); }).then(function (answer) {
      if (!answer.ok) throw new Error("record store: " + answer.status);
    }).catch(trouble);
    return chain;
  }
  function trouble(error) {
    var note = document.getElementById("trouble");
    if (note) note.hidden = false;
    console.error(error);
  }
  function normal() { return launch !== null && launch.launchMode === "Normal"; }
  function once(verb, make) {
    if (!normal() || told[verb]) return;
    told[verb] = true;
    tell(make());
  }

  function judged(verb, share) {
    return statement(verb, { score: { scaled: share }, success: verb === "passed", duration: spent() }, ["cmi5", "moveon"]);
  }

  function begin(go) {
    began = Date.now();
    return fetch(asked.get("fetch"), { method: "POST" }).then(json).then(function (answer) {
      token = answer["auth-token"];
      if (!token) throw new Error("no token: " + answer["error-text"]);
      return call("GET", "activities/state", state("LMS.LaunchData"));
    }).then(json).then(function (found) {
      launch = found;
      return call("GET", "agents/profile", { agent: asked.get("actor"), profileId: "cmi5LearnerPreferences" });
    }).then(function () { return tell(statement("initialized", null, ["cmi5"])); })
      .then(function () { return call("GET", "activities/state", state("bookmark")); }).then(json)
      .then(function (found) { told = (found && found.told) || {}; go(found && found.saved); })
      .catch(function (error) { trouble(error); go(null); });
  }
  function end() {
    if (ended || launch === null) return chain;
    ended = true;
    if (lost !== null) tell(judged("failed", lost), { keepalive: true });
    return tell(statement("terminated", { duration: spent() }, ["cmi5"]), { keepalive: true });
  }

  window.addEventListener("pagehide", end);
  return {
    leaves: true,
    ready: function (step, go) { begin(go); },
    keep: function (saved) {
      if (launch === null || launch.launchMode !== "Normal") return;
      var document = { saved: structuredClone(saved), told: told };
      chain = chain.then(function () { return call("PUT", "activities/state", state("bookmark"), document); }).catch(trouble);
    },
    answer: function (question, mark) {
      if (!normal()) return;
      var kinds = { single: "choice", sjt: "choice", multi: "choice", order: "sequencing", match: "matching", numeric: "numeric", short: "fill-in" };
      var about = { objectType: "Activity", id: question.iri, definition: { type: "http://adlnet.gov/expapi/activities/cmi.interaction", interactionType: kinds[question.type], name: { en: question.text } } };
      tell(statement("answered", { response: mark.response, success: mark.success, score: { scaled: mark.score } }, [], about));
    },
    complete: function () {
      once("completed", function () { return statement("completed", { completion: true, duration: spent() }, ["cmi5", "moveon"]); });
    },
    score: function (share, passed) {
      if (!normal() || launch.masteryScore === undefined || told.passed) return;
      var so = share >= Number(launch.masteryScore);
      // A session holds one judgement: a failure is told only when somebody leaves without having passed after all.
      lost = so ? null : Math.max(share, lost || 0);
      if (!so) return;
      once("passed", function () { return judged("passed", share); });
      this.complete();
    },
    leave: function () {
      end().then(function () {
        if (launch && launch.returnURL) location.assign(launch.returnURL); else window.close();
      });
    },
  };
})();
