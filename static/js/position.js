/* Where the phone is: <button data-position> fills latitude, longitude, accuracy and position_error
   of its form, then submits it. A refused or slow position never blocks the check-in. */
(function () {
  "use strict";

  function fill(form, values) {
    Object.keys(values).forEach(function (name) {
      if (form.elements[name]) form.elements[name].value = values[name];
    });
  }

  function submit(form, button) {
    button.removeAttribute("aria-busy");
    if (form.requestSubmit) form.requestSubmit();
    else form.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-position]");
    if (!button) return;
    var form = button.form;
    event.preventDefault();
    button.setAttribute("aria-busy", "true");
    if (!navigator.geolocation) {
      fill(form, { position_error: "unsupported" });
      submit(form, button);
      return;
    }
    navigator.geolocation.getCurrentPosition(
      function (found) {
        fill(form, {
          latitude: found.coords.latitude.toFixed(6),
          longitude: found.coords.longitude.toFixed(6),
          accuracy: Math.round(found.coords.accuracy),
        });
        submit(form, button);
      },
      function (error) {
        fill(form, { position_error: ["", "denied", "unavailable", "timeout"][error.code] });
        submit(form, button);
      },
      { enableHighAccuracy: true, timeout: 8000, maximumAge: 30000 }
    );
  });
})();
