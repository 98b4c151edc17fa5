/* Forms of a flow: numbers that are computed as one types, and <button data-locate="id"> that writes
   where the phone is into a field. The server computes and judges again. */
(function () {
  "use strict";
  var LIKE = { sum: add, difference: subtract, product: multiply };
  function add(a, b) {
    return a + b;
  }
  function subtract(a, b) {
    return a - b;
  }
  function multiply(a, b) {
    return a * b;
  }

  function compute(row) {
    var place = row.closest("[data-form-name]");
    var numbers = row.dataset.of.split(" ").map(function (key) {
      var field = place.querySelector('[data-number="' + key + '"]');
      return field && field.value !== "" ? Number(field.value) : NaN;
    });
    var found = numbers.reduce(LIKE[row.dataset.computed]);
    row.querySelector("[data-result]").textContent = isNaN(found) ? "—" : String(Math.round(found * 1000) / 1000);
  }
  function computeAll() {
    document.querySelectorAll("[data-computed]").forEach(compute);
  }
  document.addEventListener("input", function (event) {
    if ("number" in event.target.dataset) computeAll();
  });
  computeAll();

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-locate]");
    if (!button) return;
    var field = document.getElementById(button.dataset.locate);
    var wrong = document.getElementById(field.id + "-no-position");
    function failed() {
      button.removeAttribute("aria-busy");
      wrong.hidden = false;
    }
    if (!navigator.geolocation) {
      failed();
      return;
    }
    button.setAttribute("aria-busy", "true");
    navigator.geolocation.getCurrentPosition(
      function (found) {
        button.removeAttribute("aria-busy");
        wrong.hidden = true;
        field.value = [found.coords.longitude.toFixed(6), found.coords.latitude.toFixed(6), Math.round(found.coords.accuracy)].join(",");
      },
      failed,
      { enableHighAccuracy: true, timeout: 8000, maximumAge: 30000 }
    );
  });
})();
