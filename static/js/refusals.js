/* What is wrong with a form at the desk is said in the form, above the button that was pressed. */
(function () {
  "use strict";
  function placeIn(form) {
    var place = document.createElement("div");
    place.className = "x-refused-here";
    place.setAttribute("role", "alert");
    form.insertBefore(place, form.querySelector(":scope > .x-form-foot"));
    return place;
  }
  document.addEventListener("htmx:beforeRequest", function (event) {
    var old = event.detail.elt.querySelector(".x-refused-here");
    if (old) old.remove();
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    var place = event.detail.target;
    if (!place.matches(".x-refused-here")) return;
    /* It goes when the form is sent again, so it needs no button of its own. */
    place.querySelectorAll("[data-close]").forEach(function (button) {
      button.remove();
    });
    place.scrollIntoView({ block: "nearest" });
  });

  window.kuaquRefusals = {
    place: function (detail, asker) {
      if (detail.xhr.status !== 422 || !asker.matches("form.x-form, form.x-card-body")) return;
      detail.target = placeIn(asker);
      detail.swapOverride = "afterbegin";
    },
  };
})();
