/* Steps left to another work order: chosen among those not done, kept first and sent when there is a
   network. Until then this visit goes on without them (job.js): the queue sends in order. */
(function () {
  "use strict";
  var box = document.getElementById("x-left");
  if (!box) return;
  var form = box.querySelector("form");
  var other = document.getElementById("other");
  var part = form.elements.material;

  function every(selector, work) {
    Array.from(document.querySelectorAll(selector)).forEach(work);
  }
  function fit() {
    every('#x-left [name="steps"]', function (choice) {
      var step = document.querySelector('[data-step][data-seq="' + choice.value + '"] button');
      choice.disabled = Boolean(step) && step.getAttribute("aria-pressed") === "true";
      if (choice.disabled) choice.checked = false;
    });
  }
  /* The materials stand on the page once, however many places choose among them. */
  if (other) {
    Array.from(other.options).forEach(function (option) {
      if (option.value) part.appendChild(option.cloneNode(true));
    });
    window.kuaquDrafts.apply(form);
  }
  box.addEventListener("toggle", fit);

  document.addEventListener("outbox:changed", function () {
    box.querySelector("[data-kept]").hidden = form.dataset.outboxState !== "stored";
  });
  document.addEventListener("outbox:sent", function (event) {
    if (event.detail.entry.url === form.action) window.kuaquRenew();
  });
  document.addEventListener("outbox:refused", function (event) {
    if (event.detail.entry.url === form.action) window.kuaquRenew();
  });
})();
