/* A photo or a signature in a form that is not in the queue yet outlives a reload: it lies in a database
   of its own, by person and form (drafts.js), until the queue has the form. */
(function () {
  "use strict";
  var NAME = "kuaqu-held";
  var KEPT_MS = 14 * 86400000;
  var database = new Promise(function (resolve, reject) {
    var request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = function () {
      request.result.createObjectStore("held", { keyPath: "key" });
    };
    request.onsuccess = function () {
      /* Who signs out takes it along: it is deleted although this page has it open. */
      request.result.onversionchange = function () {
        request.result.close();
      };
      resolve(request.result);
    };
    request.onerror = function () {
      reject(request.error);
    };
  });

  /* Resolves with nothing where there is no room or no database: what is on the page stays there. */
  function ask(mode, work) {
    return database
      .then(function (db) {
        return new Promise(function (resolve, reject) {
          var transaction = db.transaction("held", mode);
          var request = work(transaction.objectStore("held"));
          transaction.oncomplete = function () {
            resolve(request.result);
          };
          transaction.onerror = transaction.onabort = reject;
        });
      })
      .catch(function () {
        return null;
      });
  }
  function keyOf(form, name) {
    return window.kuaquDrafts.keyOf(form) + "|" + name;
  }
  function drop(form, name) {
    return ask("readwrite", function (held) {
      return held.delete(keyOf(form, name));
    });
  }

  document.addEventListener("outbox:stored", function (event) {
    var form = event.detail.form;
    if (!form) return;
    ["photo"]
      .concat(
        Array.from(form.querySelectorAll("[data-sign]"), function (box) {
          return box.dataset.sign;
        })
      )
      .forEach(function (name) {
        drop(form, name);
      });
  });
  ask("readwrite", function (held) {
    var request = held.openCursor();
    request.onsuccess = function () {
      var row = request.result;
      if (!row) return;
      if (Date.now() - row.value.at > KEPT_MS) row.delete();
      row.continue();
    };
    return request;
  });

  window.kuaquHeld = {
    drop: drop,
    keep: function (form, name, value) {
      return ask("readwrite", function (held) {
        return held.put({ key: keyOf(form, name), at: Date.now(), value: value });
      });
    },
    find: function (form, name) {
      return ask("readonly", function (held) {
        return held.get(keyOf(form, name));
      }).then(function (row) {
        return row ? row.value : null;
      });
    },
  };
})();
