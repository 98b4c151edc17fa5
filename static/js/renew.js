/* Shows the visit anew once something was sent from it, but never under somebody's hands: while a
   form holds what was typed or drawn and not sent, a note says that there is news. */
(function () {
  "use strict";
  var touched = [];
  var isWanted = false;

  function touch(event) {
    var form = event.target.closest && event.target.closest("form");
    if (form && touched.indexOf(form) < 0) touched.push(form);
  }
  document.addEventListener("input", touch);
  document.addEventListener("change", touch);
  document.addEventListener("pointerdown", function (event) {
    if (event.target.closest("[data-sign]")) touch(event);
  });

  function isBusy() {
    touched = touched.filter(function (form) {
      return document.contains(form);
    });
    return touched.length > 0;
  }
  function renew() {
    isWanted = true;
    if (!isBusy()) {
      window.location.reload();
      return;
    }
    var note = document.getElementById("x-renew");
    if (note) note.hidden = false;
  }
  /* What is in the queue is safe: its form holds nothing that could be lost. */
  document.addEventListener("outbox:stored", function (event) {
    touched = touched.filter(function (form) {
      return form !== event.detail.form;
    });
  });
  document.addEventListener("outbox:changed", function (event) {
    if (isWanted && !event.detail.waiting && !isBusy()) window.location.reload();
  });
  document.addEventListener("outbox:sent", function (event) {
    if (event.detail.entry.url.indexOf("/questions/") > 0) renew();
  });
  window.kuaquRenew = renew;
})();
