/* Where the phone's queue lies: a database of the browser, and how an entry becomes bytes and again a
   form. Everything here resolves when it is on disk, not when it was accepted. */
(function () {
  "use strict";
  function open() {
    return new Promise(function (resolve, reject) {
      var request = indexedDB.open("kuaqu", 1);
      request.onupgradeneeded = function () {
        request.result.createObjectStore("entries", { keyPath: "id", autoIncrement: true });
      };
      request.onsuccess = function () {
        resolve(request.result);
      };
      request.onerror = function () {
        reject(request.error);
      };
    });
  }
  /* A browser may close it at any time, or refuse to open it now: the next one asks anew. */
  var database = null;
  function opened() {
    database =
      database ||
      open().then(function (db) {
        db.onclose = function () {
          database = null;
        };
        return db;
      });
    database.catch(function () {
      database = null;
    });
    return database;
  }

  function store(mode, work) {
    return attempt(mode, work).catch(function (error) {
      if (!error || error.name !== "InvalidStateError") throw error;
      database = null;
      return attempt(mode, work);
    });
  }
  function attempt(mode, work) {
    return opened().then(function (db) {
      return new Promise(function (resolve, reject) {
        var transaction = db.transaction("entries", mode);
        var request = work(transaction.objectStore("entries"));
        transaction.oncomplete = function () {
          resolve(request.result);
        };
        transaction.onerror = transaction.onabort = function () {
          reject(transaction.error);
        };
      });
    });
  }
  function all() {
    return store("readonly", function (entries) {
      return entries.getAll();
    });
  }
  function put(entry) {
    return store("readwrite", function (entries) {
      return entries.put(entry);
    });
  }
  function remove(entry) {
    return store("readwrite", function (entries) {
      return entries.delete(entry.id);
    });
  }

  function newKey() {
    if (window.crypto.randomUUID) return window.crypto.randomUUID();
    var bytes = window.crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    var hex = Array.from(bytes, function (byte) {
      return (byte + 256).toString(16).slice(1);
    }).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  /* Bytes instead of Blob objects: some web views lose stored Blobs. */
  function frozen(pair) {
    var value = pair[1];
    if (!(value instanceof Blob)) return Promise.resolve({ name: pair[0], value: value });
    return new Response(value).arrayBuffer().then(function (bytes) {
      var file = value.name || "photo.jpg";
      return { name: pair[0], bytes: bytes, type: value.type, file: file };
    });
  }
  function body(entry) {
    var form = new FormData();
    entry.fields.forEach(function (field) {
      if (field.bytes) form.append(field.name, new Blob([field.bytes], { type: field.type }), field.file);
      else form.append(field.name, field.value);
    });
    return form;
  }

  /* The address of a photo holds its bytes until it is given back, and a day's photos are many. */
  function draw(picture, blob) {
    var address = URL.createObjectURL(blob);
    picture.onload = picture.onerror = function () {
      URL.revokeObjectURL(address);
    };
    picture.src = address;
  }

  window.kuaquStore = {
    all: all,
    body: body,
    draw: draw,
    frozen: frozen,
    newKey: newKey,
    put: put,
    remove: remove,
    /* All of them in one transaction. */
    putAll: function (entries) {
      return store("readwrite", function (box) {
        return entries
          .map(function (entry) {
            return box.put(entry);
          })
          .pop();
      });
    },
  };
})();
