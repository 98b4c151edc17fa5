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
  var isPressed = window.kuaquProofs.isPressed;
  var lacking = window.kuaquProofs.lacking;
  var formOf = window.kuaquVisit.formOf;
  var press = window.kuaquVisit.press;
  var value = window.kuaquVisit.value;
  var entries = [];
  var now = null;
  /* What the queue met, not what the browser believes: it calls a network without a way out online. */
  var isCutOff = !navigator.onLine;

  /* What the last parts need comes when the first one stands, in the order of the links. */
  window.addEventListener("load", function () {
    document.querySelectorAll("link[rel=x-later]").forEach(function (link) {
      var script = document.createElement("script");
      script.async = false;
      script.src = link.href;
      document.body.appendChild(script);
    });
  });

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
    root.querySelector(".x-site").open = /^(accept|go|arrive|book)$/.test(page.dataset.part);
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
      window.kuaquOutbox.add(form).then(refresh, function () {
        press(form, !isPressed(form));
        refresh();
        document.dispatchEvent(new CustomEvent("outbox:full"));
      });
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

  document.addEventListener("outbox:changed", function (event) {
    entries = event.detail.entries;
    entries.forEach(window.kuaquVisit.restore);
    isCutOff = event.detail.waiting > 0 && /^(offline|silent)$/.test(event.detail.state);
    choose();
    if (!now || pages.indexOf(now) < 0) arrive();
    refresh();
  });
  /* #p3 is the third part, #e12 where the entry 12 of the queue came from. */
  function arrive() {
    var place = window.location.hash.slice(2);
    var entry = entries.find(function (one) {
      return window.location.hash === "#e" + one.id;
    });
    var form = entry && formOf(entry);
    var page = form ? form.closest("[data-page]") : root.querySelector('[data-page="' + place + '"]');
    if (pages.indexOf(page) < 0) page = null;
    if (page || pages.indexOf(now) < 0) show(page || firstOpen());
    if (!form || page) return;
    for (var box = form.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    form.scrollIntoView();
  }
  window.addEventListener("hashchange", arrive);

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
    window.kuaquVisit.remember(event.detail.entry);
    if (form.closest("[data-part=accept]")) {
      all(root, "[data-until-accepted]").concat(all(root, "[data-once-accepted]")).forEach(function (one) {
        one.hidden = "untilAccepted" in one.dataset;
      });
    }
    if (!form.closest("[data-part=complete]")) return;
    window.kuaquVisit.forget();
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
  window.kuaquOutbox.look();
})();
