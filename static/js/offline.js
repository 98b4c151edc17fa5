/* Lets the phone keep opened pages and the visits of the day, and forgets them when their person
   leaves. Without a service worker everything else goes on; only a reload needs the network then. */
(function () {
  "use strict";
  var PAGES = "kuaqu-pages-1";
  var FILES = "kuaqu-files-1";
  var place = document.querySelector("[data-worker]");
  var user = document.body.dataset.user;
  if (!place || !user || !navigator.serviceWorker || !window.caches) return;
  var wasSent = false;

  function keep(name, addresses) {
    return window.caches.open(name).then(function (cache) {
      return Promise.all(
        addresses.map(function (address) {
          return cache.add(address).catch(function () {
            /* Kept another time. */
          });
        })
      );
    });
  }
  function forget() {
    return window.caches.delete(PAGES);
  }
  function addresses(selector, name) {
    return Array.from(document.querySelectorAll(selector), function (element) {
      return element[name];
    });
  }

  var isNew = window.localStorage.getItem("kuaqu-user") !== user;
  (isNew ? forget() : Promise.resolve()).then(function () {
    window.localStorage.setItem("kuaqu-user", user);
    if (window.location.pathname.indexOf("/m/") !== 0 || !navigator.onLine) return null;
    /* What this page loaded before the worker ruled over it, and where it leads. */
    var first = navigator.serviceWorker.controller ? [] : [window.location.pathname];
    if (first.length) {
      var icons = document.querySelector("use");
      var files = addresses("script[src]", "src").concat(addresses("link[rel=stylesheet],link[rel=x-later]", "href"));
      keep(FILES, files.concat(icons ? [icons.href.baseVal.split("#")[0]] : []));
    }
    return keep(PAGES, first.concat(addresses("a.x-stop", "href")));
  });
  navigator.serviceWorker.register(place.dataset.worker, { scope: "/m/" }).catch(function () {
    /* Some web views have none. */
  });

  /* The kept copy of a visit follows what was sent from it. */
  document.addEventListener("outbox:sent", function () {
    wasSent = true;
  });
  document.addEventListener("outbox:changed", function (event) {
    if (!wasSent || event.detail.waiting) return;
    wasSent = false;
    keep(PAGES, [window.location.pathname]);
  });
  document.addEventListener("submit", function (event) {
    if (/\/sign-out\/$/.test(event.target.action)) forget();
  });
})();
