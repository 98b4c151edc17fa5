/* Signing out on a phone whose queue is not empty: says how much waits, and offers to send it first.
   <form data-leaving> with its <div data-leaving-warning hidden>: [data-words] with the sentences,
   [data-first] sends, [data-anyway] leaves. What waits stays on the phone either way. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-leaving]");
  if (!form || !window.kuaquStore) return;
  var user = document.body.dataset.user;
  var warning = form.querySelector("[data-leaving-warning]");
  var words = warning.querySelector("[data-words]");
  var first = warning.querySelector("[data-first]");
  var leave = form.querySelector("[data-leave]");
  var isSure = false;

  function mine() {
    return window.kuaquStore.all().then(function (entries) {
      return entries.filter(function (entry) {
        return entry.user === user;
      });
    });
  }
  function go() {
    isSure = true;
    leave.click();
  }
  function say(entries, name) {
    var count = entries.length;
    var sentence = words.dataset[count === 1 && words.dataset[name + "One"] ? name + "One" : name];
    words.textContent = sentence.replace("{n}", count);
    warning.hidden = false;
    leave.hidden = true;
  }
  /* What cannot be counted is no reason to keep somebody from leaving. */
  function ask(name) {
    return mine().then(function (entries) {
      if (!entries.length) return go();
      say(entries, name);
      return null;
    }, go);
  }

  /* Before everything else that a sign-out begins: typed words and kept pages are forgotten then. */
  form.addEventListener(
    "submit",
    function (event) {
      if (isSure) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      ask("waiting").then(function () {
        if (!warning.hidden) first.focus();
      });
    },
    true
  );
  warning.querySelector("[data-anyway]").addEventListener("click", go);
  first.addEventListener("click", function () {
    first.disabled = true;
    words.textContent = words.dataset.sending;
    window.kuaquOutbox.flush().then(function () {
      first.disabled = false;
      return ask("failed");
    });
  });
})();
