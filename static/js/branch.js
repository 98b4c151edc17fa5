/* Where the way depends on answers a phone does not know how it goes on: asked for when all is sent. */
(function () {
  "use strict";
  var page = document.querySelector("[data-part=branch]");
  if (!page) return;
  var hasSent = false;
  document.addEventListener("outbox:sent", function () {
    hasSent = true;
  });
  document.addEventListener("outbox:changed", function (event) {
    var waits = event.detail.waiting > 0;
    page.querySelector("[data-kept]").hidden = !waits;
    if (hasSent && !waits && !page.hidden) window.location.reload();
  });
})();
