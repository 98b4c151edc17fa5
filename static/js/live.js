/* Polling that stops when nobody looks, and a header that says how fresh the page is.
   <div data-live="10" hx-get="…" hx-trigger="live"> gets a `live` event every 10 s. */
(function () {
  "use strict";
  var LOST_AFTER = 3;
  var fired = new WeakMap();
  var misses = 0;
  var freshAt = Date.now();
  var isPoll = false;
  var sent = 0;
  var begun = new WeakMap();

  function polled() {
    return document.querySelectorAll("[data-live]");
  }

  function fire(element) {
    fired.set(element, Date.now());
    if (!element.classList.contains("htmx-request")) window.htmx.trigger(element, "live");
  }

  function show() {
    var sign = document.getElementById("x-live");
    if (!sign) return;
    sign.hidden = !polled().length;
    var lost = misses >= LOST_AFTER;
    var seconds = Math.round((Date.now() - freshAt) / 1000);
    sign.dataset.state = lost ? "lost" : "ok";
    var words = lost ? sign.dataset.lost : sign.dataset.fresh.replace("{n}", seconds);
    if (sign.textContent !== words) sign.textContent = words;
  }

  function tick() {
    if (!document.hidden && window.htmx) {
      polled().forEach(function (element) {
        var every = Number(element.dataset.live) * 1000;
        if (!fired.has(element)) fired.set(element, Date.now());
        if (every > 0 && Date.now() - fired.get(element) >= every) fire(element);
      });
    }
    show();
  }

  document.addEventListener("htmx:configRequest", function (event) {
    var cause = event.detail.triggeringEvent;
    if (cause && cause.type === "live") event.detail.headers["X-Live"] = "1";
  });

  /* What was read before something was done is out of date: such a poll is asked again instead. */
  function counts(event) {
    if (event.detail.requestConfig.verb !== "get") sent += 1;
  }
  function isLate(event) {
    return isPoll && begun.get(event.detail.xhr) !== sent;
  }
  document.addEventListener("htmx:beforeRequest", function (event) {
    counts(event);
    begun.set(event.detail.xhr, sent);
  });

  document.addEventListener("htmx:afterRequest", function (event) {
    var request = event.detail.xhr;
    counts(event);
    if (request && request.status === 401) {
      /* The sign-in has run out: the reload ends at the sign-in page, with the way back. */
      window.location.reload();
      return;
    }
    if (!event.detail.elt.matches("[data-live]")) return;
    if (request && request.status === 286) event.detail.elt.removeAttribute("data-live");
    if (event.detail.successful) {
      misses = 0;
      freshAt = Date.now();
    } else {
      misses += 1;
    }
    show();
  });

  document.addEventListener("visibilitychange", function () {
    if (!document.hidden) polled().forEach(fire);
  });
  window.addEventListener("online", function () {
    polled().forEach(fire);
  });

  /* A poll never takes away what somebody is typing; a focused button is renewed like the rest. */
  document.addEventListener("htmx:beforeSwap", function (event) {
    var cause = event.detail.requestConfig.triggeringEvent;
    isPoll = Boolean(cause && cause.type === "live");
    if (isLate(event)) {
      event.detail.shouldSwap = false;
      fired.set(event.detail.elt, 0);
    }
    if (!window.Idiomorph) return;
    var isTyping = document.activeElement.matches("input,textarea,select,[contenteditable]");
    window.Idiomorph.defaults.ignoreActiveValue = isTyping;
    window.Idiomorph.defaults.callbacks.beforeAttributeUpdated = keepsOpen;
  });

  /* Nor does a poll close what somebody opened, nor anything what says data-stays. */
  function keepsOpen(name, element, change) {
    if (name !== "open" || change !== "remove" || element.tagName !== "DETAILS") return true;
    return !isPoll && !element.hasAttribute("data-stays");
  }

  /* Where nothing is morphed, as on the phone, what was open by its id is opened again. */
  var opened = [];
  document.addEventListener("htmx:beforeSwap", function (event) {
    opened = isPoll ? Array.from(event.detail.target.querySelectorAll("details[open][id]")) : [];
  });
  document.addEventListener("htmx:afterSwap", function () {
    opened.splice(0).forEach(function (old) {
      var now = document.getElementById(old.id);
      if (now) now.open = true;
    });
  });
  setInterval(tick, 1000);
  show();
})();
