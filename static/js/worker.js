/* Keeps the pages under /m/ that were opened, so that a reload without a network shows them again.
   Network first: a kept page is only shown when no answer comes or the server fails, and says so by
   <body data-kept>. Posts never pass through here. */
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

  /* A kept page says that it is one: who reads it must not take it for the news of now. */
  function marked(found) {
    return found.text().then(function (text) {
      return new Response(text.replace("<body ", "<body data-kept "), {
        status: 200,
        headers: found.headers,
      });
    });
  }
  function copyOf(request, name) {
    return caches.match(request, { ignoreVary: true }).then(function (found) {
      return found && name === PAGES ? marked(found) : found;
    });
  }

  function kept(request, name) {
    return fetch(request).then(
      function (response) {
        /* A way to the sign-in page: whoever was here is gone, and so are the pages. */
        if (response.type === "opaqueredirect") return caches.delete(PAGES).then(function () {
          return response;
        });
        if (response.status >= 500) return copyOf(request, name).then(function (found) {
          return found || response;
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
        return copyOf(request, name).then(function (found) {
          if (found) return found;
          throw error;
        });
      }
    );
  }

  /* What a page will need some day: kept once, outside of the page's own loading. */
  self.addEventListener("message", function (event) {
    event.waitUntil(
      caches.open(FILES).then(function (cache) {
        return Promise.all(
          event.data.map(function (address) {
            return cache.match(address).then(function (found) {
              return found || cache.add(address);
            });
          })
        );
      }).catch(function () {
        /* Kept another time. */
      })
    );
  });

  self.addEventListener("fetch", function (event) {
    var request = event.request;
    var url = new URL(request.url);
    if (request.method !== "GET" || url.origin !== self.location.origin) return;
    if (request.mode === "navigate") event.respondWith(kept(request, PAGES));
    else if (url.pathname.indexOf("/static/") === 0) event.respondWith(kept(request, FILES));
  });
})();
