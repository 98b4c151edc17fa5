/* What the queue shows: the strip under the head, the state of each form, the note [data-kept] beside
   forms of which one waits, and by <body class="x-cut-off"> what needs a network (.x-if-network) or
   says that there is none (.x-if-cut-off). */
(function () {
  "use strict";
  var forms = new Map();

  function strip(detail) {
    var element = document.getElementById("x-strip");
    if (!element) return;
    var state = detail.refused.length ? "refused" : detail.waiting ? detail.state : "";
    if (detail.waiting && detail.state === "sign-in") state = "sign-in";
    if (state === "idle") state = "sending";
    /* The worker shows a kept page where the server fails. */
    var isKept = "kept" in document.body.dataset;
    element.hidden = !state && navigator.onLine && !isKept;
    element.dataset.state = state || "offline";
    var none = navigator.onLine && isKept ? "kept" : "none";
    var words = element.dataset[state === "sign-in" ? "signIn" : state || none] || "";
    var count = state === "refused" ? detail.refused.length : detail.waiting;
    element.querySelector("[data-words]").textContent = words.replace("{n}", count);
    element.querySelector("[data-to-sign-in]").hidden = state !== "sign-in";
    element.querySelector("[data-to-refused]").hidden = state !== "refused";
  }

  function notes(entries) {
    var waiting = entries
      .filter(function (entry) {
        return !entry.refused;
      })
      .map(function (entry) {
        return entry.url;
      });
    Array.from(document.querySelectorAll("[data-kept]:not(body):not(.x-strip)")).forEach(function (note) {
      var forms = Array.from(note.parentElement.querySelectorAll("form[data-outbox]"));
      note.hidden = !forms.some(function (form) {
        return waiting.indexOf(form.action) >= 0;
      });
    });
  }

  /* What was met, not what the browser believes: it calls a network without a way out online. */
  var isCutOff = false;
  function judge(isNow) {
    isCutOff = isNow;
    document.body.classList.toggle("x-cut-off", isCutOff || !navigator.onLine);
  }
  judge(false);
  ["online", "offline"].forEach(function (name) {
    window.addEventListener(name, function () {
      judge(false);
    });
  });
  document.addEventListener("htmx:sendError", function () {
    judge(true);
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    if (event.detail.successful) judge(false);
  });

  document.addEventListener("outbox:changed", function (event) {
    strip(event.detail);
    notes(event.detail.entries);
    if (event.detail.waiting) judge(/^(offline|silent)$/.test(event.detail.state));
  });
  document.addEventListener("outbox:stored", function (event) {
    var form = event.detail.form;
    forms.set(event.detail.entry.key, form);
    form.dataset.outboxState = "stored";
  });
  /* What became of it is told once, however many entries are answered with the same words. */
  var told = "";
  document.addEventListener("outbox:sent", function (event) {
    var words = event.detail.answer.message;
    if (words && words !== told) document.body.dispatchEvent(new CustomEvent("toast", { detail: { words: words, stays: true } }));
    told = words || told;
  });
  document.addEventListener("outbox:sent", function (event) {
    var form = forms.get(event.detail.entry.key);
    var next = event.detail.answer.next;
    if (!form) return;
    forms.delete(event.detail.entry.key);
    form.dataset.outboxState = "sent";
    if (next && document.contains(form)) window.location.assign(next);
  });
  document.addEventListener("outbox:refused", function (event) {
    var form = forms.get(event.detail.entry.key);
    if (form) delete form.dataset.outboxState;
  });
  document.addEventListener("outbox:full", function () {
    var element = document.getElementById("x-strip");
    if (!element) return;
    element.hidden = false;
    element.dataset.state = "refused";
    element.querySelector("[data-words]").textContent = element.dataset.full;
  });
  window.addEventListener("offline", function () {
    var element = document.getElementById("x-strip");
    if (element && element.hidden) strip({ state: "offline", refused: [], waiting: 0 });
  });
})();
