/* Extra charges of a visit: the field that fits the code, the photo made small, one entry of the
   queue for all of it. <form data-charge> is kept first and sent when there is a network. */
(function () {
  "use strict";
  var box = document.getElementById("x-charges");
  if (!box) return;
  var form = box.querySelector("form[data-charge]");
  var kept = box.querySelector("[data-kept]");
  var photo = null;

  /* A price per unit asks for a quantity, an agreed amount for the amount, the customer for ink. */
  function fit() {
    if (!form) return;
    var option = form.elements.code.selectedOptions[0];
    var said = option ? option.dataset : {};
    form.querySelector("[data-for=quantity]").hidden = !said.unit;
    form.querySelector("[data-for=amount]").hidden = Boolean(said.unit);
    var consent = form.querySelector("[data-for=consent]");
    if (consent) consent.hidden = said.bearer !== "customer";
    form.querySelector("[data-most]").textContent = said.terms || "";
    window.dispatchEvent(new Event("resize"));
  }
  if (form) form.elements.code.addEventListener("change", fit);
  fit();
  /* A drawing area measures itself once it can be seen. */
  box.addEventListener(
    "toggle",
    function () {
      window.dispatchEvent(new Event("resize"));
    },
    true
  );

  box.addEventListener("change", function (event) {
    var input = event.target;
    if (input.type !== "file") return;
    photo = input.files.length ? window.kuaquPhoto.taken("photo", input.files[0]) : null;
    if (!photo) return;
    photo.then(function (pairs) {
      window.kuaquPhoto.show(input.form, pairs[0][1]);
    });
  });

  /* Before the queue's own listener: it would take the photo as it came from the camera. */
  document.addEventListener(
    "submit",
    function (event) {
      if (event.target !== form) return;
      event.preventDefault();
      if (form.dataset.outboxState === "stored") return;
      form.dataset.outboxState = "stored";
      Promise.resolve(photo)
        .then(function (pairs) {
          return window.kuaquOutbox.add(form, pairs || []);
        })
        .catch(function () {
          delete form.dataset.outboxState;
          document.dispatchEvent(new CustomEvent("outbox:full"));
        });
    },
    true
  );

  document.addEventListener("outbox:stored", function (event) {
    if (box.contains(event.detail.form)) kept.hidden = false;
  });
  document.addEventListener("outbox:sent", function (event) {
    if (event.detail.entry.url.indexOf("/charges/") > 0) window.location.reload();
  });
  document.addEventListener("outbox:refused", function (event) {
    if (event.detail.entry.url.indexOf("/charges/") < 0) return;
    kept.hidden = true;
    box.open = true;
    box.querySelectorAll("form").forEach(function (one) {
      delete one.dataset.outboxState;
    });
  });
})();
