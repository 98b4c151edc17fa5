/* Keeps the pages under /m/ that were opened, so that a reload without a network shows them again.
   Network first: a kept page is only shown when no answer comes or the server fails, and says so by
   <body data-kept>. What takes longer than ?patience= seconds is answered from what was kept, too; the
   late answer is kept for the next time. Posts never pass through here. */
(function () {
  "use strict";
  var PAGES = "kuaqu-pages-1";
  var FILES = "kuaqu-files-1";
  var SIGN_IN = "/sign-in/";
  var PATIENCE_MS = 1000 * (Number(new URLSearchParams(self.location.search).get("patience")) || 4);

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

  /* A way to the sign-in page: whoever was here is gone, and so are the pages. Any other way, as to an
     address with its slash, takes nothing along. */
  function led(request) {
    return fetch(request.url, { credentials: "same-origin" }).then(
      function (found) {
        var isGone = found.redirected && new URL(found.url).pathname === SIGN_IN;
        return isGone ? caches.delete(PAGES) : null;
      },
      function () {
        return null;
      }
    );
  }

  function soon(event, name) {
    var answer = kept(event.request, name);
    var late = new Promise(function (resolve) {
      setTimeout(function () {
        copyOf(event.request, name).then(function (found) {
          resolve(found || answer);
        });
      }, PATIENCE_MS);
    });
    event.respondWith(Promise.race([answer, late]));
    event.waitUntil(
      answer.catch(function () {
        /* Answered with what was kept, or not at all. */
      })
    );
  }

  function kept(request, name) {
    return fetch(request).then(
      function (response) {
        if (response.type === "opaqueredirect") return led(request).then(function () {
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
    if (request.mode === "navigate") soon(event, PAGES);
    else if (/^\/(static|orders\/examples)\//.test(url.pathname)) soon(event, FILES);
  });
})();
