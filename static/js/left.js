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
      choice.disabled = Boolean(step) && (step.form.hidden || step.getAttribute("aria-pressed") === "true");
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

  /* What the server would refuse hours later is said before it is queued. */
  function missing() {
    var chosen = Array.from(box.querySelectorAll("[name=steps]:checked"), function (choice) {
      return choice.value;
    });
    var steps = Array.from(document.querySelectorAll("[data-step]:not([hidden])"));
    var isAll = steps.every(function (step) {
      return chosen.indexOf(step.dataset.seq) >= 0;
    });
    if (!chosen.length) return "nothing";
    if (steps.length && isAll) return "all";
    return window.kuaquPhoto.holds(form) ? "" : "photo";
  }
  /* Before the queue and before the photo, which would take it. */
  window.addEventListener(
    "submit",
    function (event) {
      if (event.target !== form) return;
      fit();
      var words = form.querySelector("[data-wrong]");
      var lacks = missing();
      words.hidden = !lacks;
      words.textContent = lacks ? words.dataset[lacks] : "";
      if (!lacks) return;
      event.preventDefault();
      event.stopPropagation();
    },
    true
  );

  document.addEventListener("outbox:sent", function (event) {
    if (event.detail.entry.url === form.action) window.kuaquRenew();
  });
  document.addEventListener("outbox:refused", function (event) {
    if (event.detail.entry.url === form.action) window.kuaquRenew();
  });
})();
