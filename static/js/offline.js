/* Lets the phone keep opened pages, and forgets them when their person leaves. */
(function () {
  "use strict";
  var PAGES = "kuaqu-pages-1";
  var place = document.querySelector("[data-worker]");
  if (!place || !navigator.serviceWorker) return;
  var user = document.body.dataset.user;

  function forget() {
    return window.caches.delete(PAGES);
  }
  if (window.localStorage.getItem("kuaqu-user") !== user) {
    forget();
    window.localStorage.setItem("kuaqu-user", user);
  }
  navigator.serviceWorker.register(place.dataset.worker, { scope: "/m/" }).catch(function () {
    /* Some web views have none: the page goes on without. */
  });
  document.addEventListener("submit", function (event) {
    if (/\/sign-out\/$/.test(event.target.action)) forget();
  });
})();
