/* Extra charges of a visit: the field that fits the code. <form data-charge> is kept first and sent when
   there is a network. */
(function () {
  "use strict";
  var box = document.getElementById("x-charges");
  if (!box) return;
  var form = box.querySelector("form[data-charge]");

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
  document.addEventListener("outbox:sent", function (event) {
    if (event.detail.entry.url.indexOf("/charges/") > 0) window.kuaquRenew();
  });
  document.addEventListener("outbox:refused", function (event) {
    if (event.detail.entry.url.indexOf("/charges/") < 0) return;
    box.open = true;
    box.querySelectorAll("form").forEach(function (one) {
      delete one.dataset.outboxState;
    });
  });
})();
