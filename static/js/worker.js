/* Keeps the pages under /m/ that were opened, so that a reload without a network shows them again.
   Network first: a kept page is only shown when no answer comes. Posts never pass through here. */
(function () {
  "use strict";
  var PAGES = "kuaqu-pages-1";
  var FILES = "kuaqu-files-1";

  self.addEventListener("install", function () {
    self.skipWaiting();
  });
  self.addEventListener("activate", function (event) {
    event.waitUntil(
      caches.keys().then(function (names) {
        var old = names.filter(function (name) {
          return name !== PAGES && name !== FILES;
        });
        return Promise.all(
          old.map(function (name) {
            return caches.delete(name);
          })
        );
      }).then(function () {
        return self.clients.claim();
      })
    );
  });

  function kept(request, name) {
    return fetch(request).then(
      function (response) {
        /* A way to the sign-in page: whoever was here is gone, and so are the pages. */
        if (response.type === "opaqueredirect") return caches.delete(PAGES).then(function () {
          return response;
        });
        if (!response.ok || response.type !== "basic") return response;
        var copy = response.clone();
        return caches.open(name).then(function (cache) {
          return cache.put(request, copy);
        }).then(function () {
          return response;
        });
      },
      function (error) {
        return caches.match(request, { ignoreVary: true }).then(function (found) {
          if (found) return found;
          throw error;
        });
      }
    );
  }

  self.addEventListener("fetch", function (event) {
    var request = event.request;
    var url = new URL(request.url);
    if (request.method !== "GET" || url.origin !== self.location.origin) return;
    if (request.mode === "navigate") event.respondWith(kept(request, PAGES));
    else if (url.pathname.indexOf("/static/") === 0) event.respondWith(kept(request, FILES));
  });
})();
