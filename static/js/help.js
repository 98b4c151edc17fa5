/* Help between colleagues: what was sent is asked about at once. */
(function () {
  "use strict";
  function isHelp(event) {
    return event.detail.entry.url.indexOf("/m/help/") > 0;
  }
  // Whom one may ask is looked up when the box is opened, and not again when it is closed.
  document.addEventListener(
    "toggle",
    function (event) {
      var box = event.target;
      if (box.id === "x-help" && box.open && window.htmx) window.htmx.trigger(box, "opened");
    },
    true
  );
  document.addEventListener("outbox:sent", function (event) {
    if (!isHelp(event) || !window.htmx) return;
    Array.from(document.querySelectorAll("[data-help]")).forEach(function (element) {
      window.htmx.trigger(element, "live");
    });
  });
})();
