/* The page for what this phone never kept: the pages it did keep, and a look again once there is a
   network. It is of nobody: what is kept was forgotten when its person left. */
(function () {
  "use strict";
  var place = document.getElementById("x-kept");
  var template = document.getElementById("x-kept-line");

  function line(address, text) {
    var path = new URL(address).pathname;
    var title = new DOMParser().parseFromString(text, "text/html").title.split(" · ")[0];
    var item = template.content.firstElementChild.cloneNode(true);
    var order = /\/m\/today\/([^/]+)\//.exec(path);
    item.href = path;
    item.querySelector("[data-title]").textContent = title || path;
    item.querySelector("[data-number]").textContent = order ? order[1].replace(/-.*(.{4})$/, "-…$1") : "";
    return item;
  }

  function list(cache, requests) {
    return Promise.all(
      requests.map(function (request) {
        return cache.match(request, { ignoreVary: true }).then(function (found) {
          return found.text().then(function (text) {
            return { address: request.url, text: text };
          });
        });
      })
    ).then(function (pages) {
      /* The day first, then its visits as they were kept. */
      pages.sort(function (one, other) {
        return one.address.length - other.address.length;
      });
      pages.forEach(function (page) {
        place.querySelector(".x-lines").appendChild(line(page.address, page.text));
      });
      place.hidden = !pages.length;
    });
  }

  document.querySelector("[data-again]").addEventListener("click", function (event) {
    event.preventDefault();
    window.location.reload();
  });
  window.addEventListener("online", function () {
    window.location.reload();
  });
  if (!window.caches) return;
  window.caches.open("kuaqu-pages-1").then(function (cache) {
    return cache.keys().then(function (requests) {
      return list(cache, requests);
    });
  });
})();
