/* What the queue says of the forms of a visit: which entry came from which form, what it held, and
   what was sent from a page that was kept before. */
(function () {
  "use strict";
  var root = document.getElementById("x-job");
  if (!root) return;
  var all = window.kuaquProofs.all;
  var memory = "kuaqu-visit-" + document.body.dataset.user + "-" + root.dataset.number;
  var known = {};
  var sent = remembered();

  /* A kept page may be older than what was sent from it: remembered until the server shows it. */
  function remembered() {
    var kept = JSON.parse(window.localStorage.getItem(memory) || "{}");
    return kept.stamp === root.dataset.stamp ? kept.sent : [];
  }
  function remember(entry) {
    var fields = entry.fields.filter(function (field) {
      return !field.bytes && field.value.length < 2000 && field.name !== "code";
    });
    sent.push({ url: entry.url, fields: fields });
    try {
      window.localStorage.setItem(memory, JSON.stringify({ stamp: root.dataset.stamp, sent: sent }));
    } catch (full) {
      /* Without it a kept page shows once more what was sent; the server has it. */
    }
  }

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
  /* A step is pressed as the entry says, anything else is filled in as it was sent. */
  function put(form, entry) {
    if ("step" in form.dataset) press(form, value(entry, "done") === "true");
    else window.kuaquDrafts.fill(form, entry.fields);
  }

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
  function showPhoto(form, entry) {
    var photo = "photo" in form.dataset && entry.fields.find(function (one) {
      return one.bytes;
    });
    if (!photo) return;
    var image = form.querySelector("img") || form.querySelector(".x-shot").appendChild(new Image());
    window.kuaquStore.draw(image, new Blob([photo.bytes], { type: photo.type }));
  }
  /* Each entry once: who chooses "Change" must not find the form closed again by the next news. */
  function restore(entry) {
    var form = formOf(entry);
    if (!form) return;
    var isNew = !known[entry.key];
    known[entry.key] = true;
    if (entry.refused) {
      /* What was not accepted is there to be mended, unless it was done since. */
      if (isNew && !("step" in form.dataset) && !form.closest("[data-done]")) put(form, entry);
      return;
    }
    if ("left" in form.dataset) leave(entry);
    if (isNew || "step" in form.dataset) put(form, entry);
    if (!isNew) return;
    form.dataset.outboxState = "stored";
    showPhoto(form, entry);
  }

  document.addEventListener("outbox:stored", function (event) {
    known[event.detail.entry.key] = true;
  });
  sent.forEach(function (entry) {
    var form = formOf(entry);
    if (!form) return;
    form.dataset.outboxState = "sent";
    /* What stands beside the parts can be sent again and begins empty. */
    if (form.closest("[data-page]")) put(form, entry);
  });

  window.kuaquVisit = {
    formOf: formOf,
    press: press,
    remember: remember,
    restore: restore,
    value: value,
    forget: function () {
      window.localStorage.removeItem(memory);
    },
  };
})();
