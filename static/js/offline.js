/* Lets the phone keep opened pages and the visits of the day, and forgets them when their person
   leaves. Without a service worker everything else goes on; only a reload needs the network then. */
(function () {
  "use strict";
  var PAGES = "kuaqu-pages-1";
  var FILES = "kuaqu-files-1";
  var place = document.querySelector("[data-worker]");
  var user = document.body.dataset.user;
  var KEPT_MS = 3 * 86400000;

  /* What was typed, sent and looked up leaves with its person, also where there is no worker. */
  function forgetOwn() {
    Object.keys(window.localStorage).forEach(function (key) {
      if (/^kuaqu-(draft|number|visit|answers)-/.test(key)) window.localStorage.removeItem(key);
    });
    if (window.indexedDB) window.indexedDB.deleteDatabase("kuaqu-held");
  }
  document.addEventListener("submit", function (event) {
    if (/\/sign-out\/$/.test(event.target.action)) forgetOwn();
  });
  var isNew = user && window.localStorage.getItem("kuaqu-user") !== user;
  if (isNew) forgetOwn();
  if (!place || !user || !navigator.serviceWorker || !window.caches) {
    if (isNew) window.localStorage.setItem("kuaqu-user", user);
    return;
  }
  var wasSent = false;

  function keep(name, addresses) {
    return window.caches.open(name).then(function (cache) {
      return Promise.all(
        addresses.map(function (address) {
          return renewed(cache, address).catch(function () {
            /* Kept another time. */
          });
        })
      ).then(function (kept) {
        if (name === PAGES) tell(kept.filter(Boolean));
      });
    });
  }
  /* What is kept and has not changed is not sent again: the server answers its mark with 304. Resolves
     with the address of what is new. */
  function renewed(cache, address) {
    return cache.match(address, { ignoreVary: true }).then(function (found) {
      var mark = found && found.headers.get("etag");
      var asked = mark ? { cache: "no-store", headers: { "If-None-Match": mark } } : {};
      return window.fetch(address, Object.assign({ credentials: "same-origin" }, asked)).then(function (answer) {
        if (!answer.ok || answer.redirected) return "";
        return cache.put(address, answer).then(function () {
          return address;
        });
      });
    });
  }
  /* The worker keeps the files of a page that was never opened, and what stands on later parts. */
  function tell(addresses) {
    if (!addresses.length) return;
    navigator.serviceWorker.ready.then(function (registration) {
      registration.active.postMessage(addresses);
    });
  }
  function forget() {
    forgetOwn();
    return window.caches.delete(PAGES);
  }
  function addresses(selector, name) {
    return Array.from(document.querySelectorAll(selector), function (element) {
      return element[name];
    });
  }

  /* Visits this page leads to that were not kept yet: a poll brings new ones. */
  var known = [];
  function stops() {
    var found = addresses("a.x-stop,a[data-keep]", "href").filter(function (address) {
      return known.indexOf(address) < 0;
    });
    known = known.concat(found);
    return found;
  }
  document.addEventListener("htmx:afterSettle", function () {
    if (navigator.onLine) keep(PAGES, stops());
  });

  /* Visits that are none of the day's, days ago. */
  function prune() {
    if (!document.getElementById("x-day") || "kept" in document.body.dataset) return null;
    return window.caches.open(PAGES).then(function (cache) {
      return cache.keys().then(function (requests) {
        return Promise.all(
          requests.map(function (request) {
            var isVisit = /\/m\/(today|earnings)\/[^/]+\//.test(request.url);
            if (!isVisit || known.indexOf(request.url) >= 0) return null;
            return cache.match(request).then(function (found) {
              var at = Date.parse(found.headers.get("date"));
              return Date.now() - at < KEPT_MS ? null : cache.delete(request);
            });
          })
        );
      });
    });
  }

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
    return keep(PAGES, first.concat(stops())).then(prune);
  });
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
  /* The reader of codes is large and not part of the page, and examples of photos stand on parts that are
     not shown yet: they are fetched by the worker, once; and so is what it shows for a page never opened. */
  tell([window.location.pathname, place.dataset.offline]);
  navigator.serviceWorker.register(place.dataset.worker + "?patience=" + (place.dataset.patience || 4), { scope: "/m/" }).catch(function () {
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
