/* The phone's queue: every <form data-outbox> is stored first, then sent once, in order.
   An entry leaves only on a 2xx that names its key; a 4xx moves it to the list "not accepted".
   Wire: POST with Idempotency-Key, X-Outbox: 1 and X-Happened-Ago (ms, by one clock); success answers
   X-Idempotency-Key and JSON {ok, next?, message?}; refusal answers JSON {error: {code, message}}. */
(function () {
  "use strict";
  var LATER = [408, 425, 429];
  var user = document.body.dataset.user || "";
  var state = "idle";
  var running = null;
  var again = false;

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
  var database = open();

  /* Resolves when the transaction is on disk, not when the request was accepted. */
  function store(mode, work) {
    return database.then(function (db) {
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

  function token() {
    var cookie = document.cookie.match(/(?:^|; )(?:__Host-csrf|csrftoken)=([^;]+)/);
    return cookie ? decodeURIComponent(cookie[1]) : document.body.dataset.csrf || "";
  }

  function say(name, detail) {
    document.dispatchEvent(new CustomEvent("outbox:" + name, { detail: detail || {} }));
  }
  function counted(entries) {
    var mine = entries.filter(function (entry) {
      return entry.user === user;
    });
    var refused = mine.filter(function (entry) {
      return entry.refused;
    });
    say("changed", { state: state, refused: refused, waiting: mine.length - refused.length, entries: mine });
  }
  function changed() {
    return all().then(counted);
  }

  function add(form, extra) {
    var pairs = Array.from(new FormData(form)).filter(function (pair) {
      return pair[0] !== "csrfmiddlewaretoken" && !(pair[1] instanceof File && !pair[1].size);
    });
    (extra || []).forEach(function (pair) {
      pairs = pairs.filter(function (old) {
        return old[0] !== pair[0];
      });
      pairs.push(pair);
    });
    return Promise.all(pairs.map(frozen)).then(function (fields) {
      var entry = {
        key: newKey(),
        url: form.action,
        user: user,
        label: form.dataset.label || document.title,
        fields: fields,
        at: Date.now(),
      };
      return put(entry).then(function (id) {
        entry.id = id;
        say("stored", { form: form, entry: entry });
        changed();
        flush();
        return entry;
      });
    });
  }

  function refuse(entry, status, answer) {
    entry.refused = answer.error && answer.error.message ? answer.error.message : String(status);
    return put(entry).then(function () {
      say("refused", { entry: entry, code: answer.error ? answer.error.code : "" });
      return true;
    });
  }

  /* Resolves true when the next entry may go. */
  function send(entry) {
    return fetch(entry.url, {
      method: "POST",
      body: body(entry),
      credentials: "same-origin",
      redirect: "manual",
      headers: {
        "Idempotency-Key": entry.key,
        "X-Outbox": "1",
        "X-Happened-Ago": String(Date.now() - entry.at),
        "X-CSRFToken": token(),
        Accept: "application/json",
      },
    }).then(
      function (response) {
        return response
          .json()
          .catch(function () {
            return {};
          })
          .then(function (answer) {
            return judge(entry, response, answer);
          });
      },
      function () {
        state = "offline";
        return false;
      }
    );
  }

  function judge(entry, response, answer) {
    var status = response.status;
    if (response.ok && response.headers.get("X-Idempotency-Key") === entry.key) {
      return remove(entry).then(function () {
        say("sent", { entry: entry, answer: answer });
        return true;
      });
    }
    if (status === 401 || response.type === "opaqueredirect") {
      state = "sign-in";
      return false;
    }
    /* key.running: our own earlier try is still at work, so its answer is not known yet. */
    var isRunning = Boolean(answer.error && answer.error.code === "key.running");
    var isLater = LATER.indexOf(status) >= 0 || isRunning;
    if (status >= 400 && status < 500 && !isLater) return refuse(entry, status, answer);
    /* A 2xx without our key is some other server's page: keep the entry. */
    state = "offline";
    return false;
  }

  function next() {
    return all().then(function (entries) {
      var entry = entries.find(function (one) {
        return one.user === user && !one.refused;
      });
      counted(entries);
      if (!entry) {
        state = "idle";
        return null;
      }
      return send(entry).then(function (goOn) {
        return goOn ? next() : null;
      });
    });
  }

  /* One sender at a time, also between two open pages. */
  function locked(work) {
    if (!navigator.locks) return work();
    return navigator.locks.request("kuaqu-outbox", { ifAvailable: true }, function (lock) {
      return lock ? work() : null;
    });
  }

  function flush() {
    if (!user) return Promise.resolve();
    if (running) {
      again = true;
      return running;
    }
    state = "sending";
    running = locked(next)
      .catch(function () {
        state = "offline";
      })
      .then(changed)
      .then(function () {
        running = null;
        if (again) {
          again = false;
          return flush();
        }
        return null;
      });
    return running;
  }

  function retry(entry) {
    /* A new key and a new place: the server has already answered the old one. One transaction: what
       is taken out of the list is in the queue, or still in the list. */
    var again = Object.assign({}, entry, { key: newKey() });
    delete again.id;
    delete again.refused;
    return store("readwrite", function (entries) {
      entries.delete(entry.id);
      return entries.put(again);
    }).then(flush);
  }

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || !form.matches("form[data-outbox]")) return;
    event.preventDefault();
    if (form.dataset.outboxState === "stored") return;
    form.dataset.outboxState = "stored";
    add(form).catch(function () {
      delete form.dataset.outboxState;
      say("full", { form: form });
    });
  });
  window.addEventListener("online", flush);
  document.addEventListener("visibilitychange", function () {
    if (!document.hidden) flush();
  });
  setInterval(flush, 30000);

  window.kuaquOutbox = {
    add: add,
    flush: flush,
    retry: retry,
    discard: function (entry) {
      return remove(entry).then(changed);
    },
  };
  flush();
})();
