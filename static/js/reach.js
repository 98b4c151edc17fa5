/* A customer's number that was shown, and noted as shown, stays on this phone for as long as its visit
   is this person's: so that they can be called without a network. */
(function () {
  "use strict";
  var PREFIX = "kuaqu-number-" + (document.body.dataset.user || "") + "-";

  function each(selector, work) {
    Array.from(document.querySelectorAll(selector)).forEach(work);
  }
  function forget(number) {
    window.localStorage.removeItem(PREFIX + number);
  }

  function call(button, phone) {
    var link = document.createElement("a");
    link.className = "btn btn-primary";
    link.href = "tel:" + phone;
    link.dataset.called = button.dataset.reach;
    link.appendChild(button.querySelector("svg").cloneNode(true));
    link.appendChild(document.createTextNode(phone));
    button.replaceWith(link);
  }
  function show() {
    each("a[data-called]", function (link) {
      window.localStorage.setItem(PREFIX + link.dataset.called, link.href.slice(4));
      each('[data-reach-why="' + link.dataset.called + '"]', function (why) {
        why.remove();
      });
    });
    each("[data-reach]", function (button) {
      var phone = window.localStorage.getItem(PREFIX + button.dataset.reach);
      if (!phone) return;
      call(button, phone);
      each('[data-reach-why="' + button.dataset.reach + '"]', function (why) {
        why.remove();
      });
    });
  }

  /* The day as it is now: what is not on it, or done, is nobody's to be called about. */
  function tidy() {
    if (!document.getElementById("x-day") || "kept" in document.body.dataset) return;
    var open = Array.from(document.querySelectorAll("a.x-stop:not([data-over])"), function (stop) {
      return stop.pathname.split("/").slice(-2)[0];
    });
    Object.keys(window.localStorage).forEach(function (key) {
      if (key.indexOf(PREFIX) === 0 && open.indexOf(key.slice(PREFIX.length)) < 0) window.localStorage.removeItem(key);
    });
  }

  each("[data-visit-over]", function (place) {
    forget(place.dataset.visitOver);
  });
  document.addEventListener("outbox:sent", function (event) {
    if (event.detail.answer.over) forget(event.detail.answer.over);
  });
  document.addEventListener("htmx:afterSettle", function () {
    show();
    tidy();
  });
  tidy();
  show();
})();
