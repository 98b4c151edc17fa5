/* Where it goes on in a way this phone cannot show: asked for when all is sent. */
(function () {
  "use strict";
  var pages = Array.from(document.querySelectorAll("[data-part=branch]"));
  if (!pages.length) return;
  var hasSent = false;
  document.addEventListener("outbox:sent", function () {
    hasSent = true;
  });
  document.addEventListener("outbox:changed", function (event) {
    var waits = event.detail.waiting > 0;
    pages.forEach(function (page) {
      page.querySelector("[data-waits]").hidden = !waits;
      if (hasSent && !waits && !page.hidden) window.location.reload();
    });
  });
})();
