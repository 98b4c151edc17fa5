/* Keeps the pages under /m/ that were opened, so that a reload without a network shows them again.
   Network first: a kept page is only shown when no answer comes or the server fails, and says so by
   <body data-kept>. What takes longer than ?patience= seconds is answered from what was kept, too; the
   late answer is kept for the next time. A page that was never kept is answered by one of our own.
   Posts never pass through here. */
(function () {
  "use strict";
  var PAGES = "kuaqu-pages-1";
  var FILES = "kuaqu-files-1";
  var SIGN_IN = "/sign-in/";
  var OFFLINE = "/m/offline/";
  var DAY_MS = 86400000;
  /* The addresses of files in a page: of scripts, styles, icons, the reader of codes, examples. */
  var FILE = /(?:src|href|data-reader)="(\/(?:static|orders\/examples)\/[^"#?]+)/g;
  var PATIENCE_MS = 1000 * (Number(new URLSearchParams(self.location.search).get("patience")) || 4);

  self.addEventListener("install", function (event) {
    self.skipWaiting();
    event.waitUntil(keepAll([OFFLINE]));
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
          return found || (name === PAGES ? caches.match(OFFLINE) : null);
        }).then(function (found) {
          if (found) return found;
          throw error;
        });
      }
    );
  }

  function textOf(cache, request) {
    return cache.match(request, { ignoreVary: true }).then(function (found) {
      return found ? found.text() : "";
    });
  }
  function filesIn(text) {
    var found = [];
    text.replace(FILE, function (_all, address) {
      found.push(address);
    });
    return found;
  }
  /* The page for what was never opened, not older than a day where there is a network. */
  function ours(files) {
    return files.match(OFFLINE).then(function (found) {
      var age = found ? Date.now() - Date.parse(found.headers.get("date")) : Infinity;
      return age < DAY_MS ? null : files.add(OFFLINE).catch(function () {
        /* The one that is kept stays. */
      });
    }).then(function () {
      return textOf(files, OFFLINE);
    });
  }
  /* What a page will need some day: kept once, outside of the page's own loading. An address under
     /m/ is a page that was kept: its files are meant. Ours for pages never opened lies with the files. */
  function keepAll(addresses) {
    return Promise.all([caches.open(PAGES), caches.open(FILES)]).then(function (both) {
      var pages = both[0];
      var files = both[1];
      function once(address) {
        return files.match(address).then(function (found) {
          return found || files.add(address);
        }).catch(function () {
          /* Kept another time. */
        });
      }
      return Promise.all(
        addresses.map(function (address) {
          var path = new URL(address, self.location).pathname;
          if (path.indexOf("/m/") !== 0) return once(address);
          return (path === OFFLINE ? ours(files) : textOf(pages, path)).then(function (text) {
            return Promise.all(filesIn(text).map(once));
          });
        })
      ).then(function () {
        return tidy(pages, files);
      });
    });
  }

  /* Files of an earlier version go once no kept page names them and a later one is there; examples of
     photos as soon as no page names them. The mark of a version: name.0123456789ab.js, vendor/name-1.2/. */
  function stem(path) {
    return path.replace(/\.[0-9a-f]{12}(?=\.\w+$)/, "").replace(/-\d[\w.]*(?=\/)/, "");
  }
  function tidy(pages, files) {
    return pages.keys().then(function (requests) {
      return Promise.all(
        requests.map(function (request) {
          return textOf(pages, request);
        }).concat(textOf(files, OFFLINE))
      );
    }).then(function (texts) {
      var named = filesIn(texts.join(""));
      return files.keys().then(function (requests) {
        var latest = {};
        var paths = requests.map(function (request) {
          var path = new URL(request.url).pathname;
          latest[stem(path)] = path;
          return path;
        });
        return Promise.all(
          requests.filter(function (_request, n) {
            var isExample = /^\/orders\//.test(paths[n]);
            return named.indexOf(paths[n]) < 0 && (isExample || latest[stem(paths[n])] !== paths[n]);
          }).map(function (request) {
            return files.delete(request);
          })
        );
      });
    });
  }
  self.addEventListener("message", function (event) {
    event.waitUntil(keepAll(event.data));
  });

  self.addEventListener("fetch", function (event) {
    var request = event.request;
    var url = new URL(request.url);
    if (request.method !== "GET" || url.origin !== self.location.origin) return;
    if (request.mode === "navigate") soon(event, PAGES);
    else if (/^\/(static|orders\/examples)\//.test(url.pathname)) soon(event, FILES);
  });
})();
