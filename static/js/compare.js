/* Two photos of one thing, one over the other: the slider, by hand or by arrow keys, says how much
   of the last one is seen. */
(function () {
  "use strict";
  function lay(figure) {
    var share = Number(figure.querySelector("input").value);
    figure.querySelector("[data-over]").style.clipPath = "inset(0 0 0 " + (100 - share) + "%)";
  }
  function all() {
    document.querySelectorAll("[data-compare]").forEach(lay);
  }
  document.addEventListener("input", function (event) {
    var figure = event.target.closest("[data-compare]");
    if (figure) lay(figure);
  });
  document.addEventListener("htmx:afterSettle", all);
  all();
})();
