// Without a platform: the browser remembers where one is, and nobody is told.
"use strict";
var Record = (function () {
  var name = null;
  return {
    leaves: false,
    ready: function (step, go) {
      name = "course:" + step.id;
      var found = null;
      try { found = JSON.parse(localStorage.getItem(name)); } catch { /* a browser that keeps nothing */ }
      go(found);
    },
    keep: function (saved) { try { localStorage.setItem(name, JSON.stringify(saved)); } catch { /* as above */ } },
    answer: function () {}, complete: function () {}, score: function () {}, leave: function () {},
  };
})();
