/* The phone's queue: every <form data-outbox> is stored first, then sent once, in order.
   An entry leaves only on a 2xx that names its key; a 4xx moves it to the list "not accepted", and so
   does the third 5xx for it alone, while the server answers everything else.
   <body data-patience="30">: seconds an answer may take, and 20 more for each MB.
   Wire: POST with Idempotency-Key, X-Outbox: 1 and X-Happened-Ago (ms, by one clock); success answers
   X-Idempotency-Key and JSON {ok, next?, over?, message?} (over: the number of an order that has left
   this phone); refusal answers JSON {error: {code, message}}. */
(function () {
  "use strict";
  var LATER = [408, 425, 429];
  var FAILURES = 3;
  var TURN_MS = 10000;
  var store = window.kuaquStore;
  var user = document.body.dataset.user || "";
  var state = "idle";
  var running = null;
  var again = false;
  var tail = Promise.resolve();
  /* How often the server answered anything else, and how often it had when an entry failed last. */
  var answered = 0;
  var failedAt = {};

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
    return store.all().then(counted);
  }

  /* What is tapped later waits for what is still being made ready before it, but not for ever. */
  function inTurn(work) {
    var before = Promise.race([
      tail,
      new Promise(function (resolve) {
        setTimeout(resolve, TURN_MS);
      }),
    ]);
    var mine = before.then(work);
    tail = mine.catch(function () {});
    return mine;
  }

  /* `extra`: more pairs, or a promise of them. Resolves with the entry once it is on disk. */
  function add(form, extra) {
    var at = Date.now();
    var pairs = Array.from(new FormData(form)).filter(function (pair) {
      return pair[0] !== "csrfmiddlewaretoken" && !(pair[1] instanceof File && !pair[1].size);
    });
    var ready = Promise.resolve(extra || []).then(function (more) {
      more.forEach(function (pair) {
        pairs = pairs.filter(function (old) {
          return old[0] !== pair[0];
        });
        pairs.push(pair);
      });
      return Promise.all(pairs.map(store.frozen));
    });
    return inTurn(function () {
      return ready.then(stored);
    });
    function stored(fields) {
      var entry = {
        key: store.newKey(),
        url: form.action,
        page: window.location.pathname,
        user: user,
        label: form.dataset.label || document.title,
        fields: fields,
        at: at,
      };
      return store.put(entry).then(function (id) {
        entry.id = id;
        say("stored", { form: form, entry: entry });
        changed();
        flush();
        return entry;
      });
    }
  }

  function refuse(entry, status, answer) {
    entry.refused = answer.error && answer.error.message ? answer.error.message : String(status);
    return store.put(entry).then(function () {
      say("refused", { entry: entry, code: answer.error ? answer.error.code : "" });
      return true;
    });
  }

  function patience(entry) {
    var bytes = entry.fields.reduce(function (sum, field) {
      return sum + (field.bytes ? field.bytes.byteLength : 0);
    }, 0);
    return (Number(document.body.dataset.patience) || 30) * 1000 + bytes / 50;
  }

  /* Resolves true when the next entry may go. A request that hangs is cut off and sent again later. */
  function send(entry) {
    var cut = new AbortController();
    var end = setTimeout(function () {
      cut.abort();
    }, patience(entry));
    return fetch(entry.url, {
      method: "POST",
      body: store.body(entry),
      credentials: "same-origin",
      redirect: "manual",
      signal: cut.signal,
      headers: {
        "Idempotency-Key": entry.key,
        "X-Outbox": "1",
        "X-Outbox-User": entry.user,
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
            clearTimeout(end);
            return cut.signal.aborted && !response.ok ? hold("silent") : judge(entry, response, answer);
          });
      },
      function () {
        clearTimeout(end);
        return hold(cut.signal.aborted ? "silent" : "offline");
      }
    );
  }
  function hold(why) {
    state = why;
    return false;
  }

  function judge(entry, response, answer) {
    var status = response.status;
    if (response.ok && response.headers.get("X-Idempotency-Key") === entry.key) {
      answered += 1;
      return store.remove(entry).then(function () {
        say("sent", { entry: entry, answer: answer });
        return true;
      });
    }
    if (status === 401 || response.type === "opaqueredirect") return hold("sign-in");
    /* key.running: our own earlier try is still at work, so its answer is not known yet. */
    var isRunning = Boolean(answer.error && answer.error.code === "key.running");
    var isLater = LATER.indexOf(status) >= 0 || isRunning;
    if (status >= 400 && status < 500 && !isLater) return refuse(entry, status, answer);
    if (status >= 500) return fail(entry, status);
    /* A 2xx without our key is some other server's page: keep the entry. */
    return hold(response.ok ? "offline" : "silent");
  }

  /* A server that fails altogether is waited for; one that fails for this entry alone does not hold
     up those behind it. */
  function fail(entry, status) {
    if (!answered || failedAt[entry.key] === answered) return hold("silent");
    failedAt[entry.key] = answered;
    entry.failed = (entry.failed || 0) + 1;
    if (entry.failed >= FAILURES) return refuse(entry, status, {});
    return store.put(entry).then(function () {
      return hold("silent");
    });
  }
  document.addEventListener("htmx:afterRequest", function (event) {
    if (event.detail.successful) answered += 1;
  });

  function next() {
    return store.all().then(function (entries) {
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
      .catch(function () {
        /* The phone's store is away: another flush opens it anew. */
      })
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

  /* At their old places and with their keys: what was done although its answer got lost is not done
     twice. In one transaction: what is taken out of the list is in the queue, or still in the list. */
  function retry(entries) {
    return store
      .putAll(
        [].concat(entries).map(function (entry) {
          var again = Object.assign({}, entry, { failed: 0 });
          delete again.refused;
          return again;
        })
      )
      .then(flush);
  }

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || !form.matches("form[data-outbox]")) return;
    event.preventDefault();
    if (/^(making|stored)$/.test(form.dataset.outboxState)) return;
    form.dataset.outboxState = "making";
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
    look: changed,
    retry: retry,
    discard: function (entry) {
      return store.remove(entry).then(changed);
    },
  };
  flush();
})();
