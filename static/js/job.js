/* A visit on one page: shows one part at a time and knows from page and queue what is done, so that
   it goes on without a network and after a reload. The server has the last word on everything. */
(function () {
  "use strict";
  var root = document.getElementById("x-job");
  if (!root) return;
  var every = Array.from(root.querySelectorAll("[data-page]"));
  if (!every.length) return;
  var pages = every;
  var all = window.kuaquProofs.all;
  var isKept = window.kuaquProofs.isKept;
  var isPressed = window.kuaquProofs.isPressed;
  var lacking = window.kuaquProofs.lacking;
  var now = null;
  /* What the queue met, not what the browser believes: it calls a network without a way out online. */
  var isCutOff = !navigator.onLine;
  var memory = "kuaqu-visit-" + root.dataset.number;
  var sent = remembered();

  /* A kept page may be older than what was sent from it: remembered until the server shows it. */
  function remembered() {
    var kept = JSON.parse(window.localStorage.getItem(memory) || "{}");
    return kept.stamp === root.dataset.stamp ? kept.sent : [];
  }
  function remember(entry) {
    var fields = entry.fields.filter(function (field) {
      return /^(seq|label|slot|done)$/.test(field.name);
    });
    sent.push({ url: entry.url, fields: fields });
    window.localStorage.setItem(memory, JSON.stringify({ stamp: root.dataset.stamp, sent: sent }));
  }

  /* What the last parts need comes when the first one stands, in the order of the links. */
  window.addEventListener("load", function () {
    document.querySelectorAll("link[rel=x-later]").forEach(function (link) {
      var script = document.createElement("script");
      script.async = false;
      script.src = link.href;
      document.body.appendChild(script);
    });
  });

  function value(entry, name) {
    var field = entry.fields.find(function (one) {
      return one.name === name;
    });
    return field ? field.value : undefined;
  }

  /* The form an entry of the queue came from, also after a reload. */
  function formOf(entry) {
    return all(root, "form[data-outbox]").find(function (form) {
      return (
        form.action === entry.url &&
        all(form, "input[type=hidden]:not([data-loose])").every(function (input) {
          return value(entry, input.name) === input.value;
        })
      );
    });
  }
  function press(form, isDone) {
    form.querySelector("button").setAttribute("aria-pressed", String(isDone));
    form.elements.done.value = String(!isDone);
  }

  function bar(page) {
    return document.querySelector('[data-bar="' + page.dataset.page + '"]');
  }
  /* Behind a branch only the pages of the arm that was chosen belong to the visit (ways.js). */
  function choose() {
    if (window.kuaquWays) pages = window.kuaquWays.along(every);
  }
  function refresh() {
    choose();
    pages.forEach(function (page) {
      var isDone = !lacking(page).length;
      var isLast = page === pages[pages.length - 1];
      var foot = bar(page);
      all(foot, "[data-do]").forEach(function (button) {
        button.hidden = isDone;
      });
      all(foot, "[data-redo]").forEach(function (button) {
        button.hidden = !isDone;
      });
      if (foot.querySelector("[data-do], [data-needs]")) foot.querySelector("[data-next]").hidden = !isDone || isLast;
      if (!isLast) return;
      foot.hidden = isDone || page !== now;
      all(page, "[data-after]").forEach(function (words) {
        words.hidden = !isDone || isCutOff;
      });
      all(page, "[data-after-offline]").forEach(function (words) {
        words.hidden = !isDone || !isCutOff;
      });
    });
    var first = Number(pages[0].dataset.page);
    var where = root.querySelector("[data-where]");
    var progress = root.querySelector("progress");
    progress.max = first - 1 + pages.length;
    progress.value = first + pages.indexOf(now);
    where.textContent = where.dataset.where.replace("{n}", progress.value).replace("{total}", progress.max);
    var steps = root.querySelector("[data-part=steps]");
    if (steps) {
      var left = lacking(steps);
      var words = steps.querySelector("[data-lacking]");
      words.textContent = left.length ? words.dataset.lackingWords.replace("{n}", left[0][0]) : "";
    }
    window.kuaquProofs.summarise(root, pages);
  }

  function show(page) {
    now = page;
    every.forEach(function (one) {
      one.hidden = one !== page;
      bar(one).hidden = one !== page;
    });
    all(root, "[data-side]").forEach(function (side) {
      side.hidden = side.dataset.side.split(" ").indexOf(page.dataset.stage) < 0;
    });
    root.querySelector("[data-back]").disabled = page === pages[0];
    window.history.replaceState(null, "", "#p" + page.dataset.page);
    if (page.dataset.part !== "accept") root.querySelector(".x-site").open = false;
    /* A drawing area measures itself once it can be seen. */
    window.dispatchEvent(new Event("resize"));
    window.scrollTo(0, 0);
    refresh();
  }
  function go(by) {
    var next = pages[pages.indexOf(now) + by];
    if (next) show(next);
  }
  function firstOpen() {
    return pages.find(function (page) {
      return lacking(page).length;
    }) || pages[pages.length - 1];
  }

  root.addEventListener("click", function (event) {
    var button = event.target.closest("[data-step] button");
    if (button) {
      var form = button.form;
      form.elements.done.value = String(!isPressed(form));
      window.kuaquOutbox.add(form).then(refresh);
      press(form, !isPressed(form));
      refresh();
    }
    if (event.target.closest("[data-back]")) go(-1);
  });
  document.querySelector(".x-foot").addEventListener("click", function (event) {
    if (event.target.closest("[data-next]")) go(1);
    if (!event.target.closest("[data-redo]")) return;
    delete now.dataset.done;
    all(now, "form").forEach(function (form) {
      if (!form.closest("[data-wish]")) delete form.dataset.outboxState;
    });
    refresh();
  });

  sent.forEach(function (entry) {
    var form = formOf(entry);
    if (!form) return;
    form.dataset.outboxState = "sent";
    if ("step" in form.dataset) press(form, value(entry, "done") === "true");
  });
  /* Steps another order will do are none of this visit's, before the server knows it too. */
  function leave(entry) {
    entry.fields.forEach(function (field) {
      if (field.name !== "steps") return;
      all(root, '[data-seq="' + field.value + '"]').forEach(function (one) {
        delete one.dataset.required;
        one.hidden = true;
      });
    });
  }
  function restore(entry) {
    var form = entry.refused ? null : formOf(entry);
    if (!form) return;
    if ("step" in form.dataset) press(form, value(entry, "done") === "true");
    if ("left" in form.dataset) leave(entry);
    if (isKept(form)) return;
    form.dataset.outboxState = "stored";
    var photo = "photo" in form.dataset && entry.fields.find(function (one) {
      return one.bytes;
    });
    if (!photo) return;
    var image = form.querySelector("img") || form.querySelector(".x-shot").appendChild(new Image());
    image.src = URL.createObjectURL(new Blob([photo.bytes], { type: photo.type }));
  }
  document.addEventListener("outbox:changed", function (event) {
    event.detail.entries.forEach(restore);
    isCutOff = event.detail.waiting > 0 && event.detail.state === "offline";
    choose();
    if (!now || pages.indexOf(now) < 0) show(placeFromAddress() || firstOpen());
    refresh();
  });
  function placeFromAddress() {
    var place = root.querySelector('[data-page="' + window.location.hash.slice(2) + '"]');
    return pages.indexOf(place) < 0 ? null : place;
  }

  document.addEventListener("outbox:stored", function (event) {
    if (!now || !now.contains(event.detail.form)) return;
    refresh();
    var part = now.dataset.part;
    if (part === "form" && lacking(now).length) return;
    if (part !== "steps" && part !== "photo" && part !== "photos" && part !== "complete") go(1);
  });
  document.addEventListener("outbox:sent", function (event) {
    var form = formOf(event.detail.entry);
    var answer = event.detail.answer;
    var stamp = document.querySelector("#x-news input");
    if (stamp && answer.stamp) stamp.value = answer.stamp;
    if (!form) return;
    form.dataset.outboxState = "sent";
    remember(event.detail.entry);
    if (form.closest("[data-part=accept]")) {
      all(root, "[data-until-accepted]").concat(all(root, "[data-once-accepted]")).forEach(function (one) {
        one.hidden = "untilAccepted" in one.dataset;
      });
    }
    if (!form.closest("[data-part=complete]")) return;
    window.localStorage.removeItem(memory);
    window.location.assign(root.dataset.earned);
  });
  document.addEventListener("outbox:refused", function (event) {
    var form = formOf(event.detail.entry);
    if (!form) return;
    delete form.dataset.outboxState;
    if ("step" in form.dataset) press(form, value(event.detail.entry, "done") !== "true");
    var page = form.closest("[data-page]");
    if (page && page !== now) show(page);
    else refresh();
  });
  /* The queue may have spoken before this script was there. */
  window.kuaquOutbox.flush();
})();
