/* Where the phone is. <button data-position> fills latitude, longitude, accuracy and position_error
   of its form, then submits it unless somebody stops "position:found"; a refused or slow position
   never blocks the check-in.
   kuaquPlace.prepare() looks for a photo that is about to be taken, kuaquPlace.beside() gives what
   was found as fields, and both ask nobody who has not given a position before. */
(function () {
  "use strict";
  var GIVEN = "kuaqu-place";
  var FRESH_MS = 120000;
  var WAIT_MS = 1500;
  var ASK_MS = 20000;
  var last = null;
  var search = null;

  function locate(most) {
    return new Promise(function (resolve) {
      if (!navigator.geolocation) {
        resolve({ position_error: "unsupported" });
        return;
      }
      /* A question nobody answers has no end of its own. */
      setTimeout(function () {
        resolve({ position_error: "timeout" });
      }, most + ASK_MS);
      navigator.geolocation.getCurrentPosition(
        function (found) {
          last = {
            at: Date.now(),
            latitude: found.coords.latitude.toFixed(6),
            longitude: found.coords.longitude.toFixed(6),
            accuracy: String(Math.round(found.coords.accuracy)),
          };
          resolve(last);
          window.localStorage.setItem(GIVEN, "1");
        },
        function (error) {
          resolve({ position_error: ["", "denied", "unavailable", "timeout"][error.code] });
        },
        { enableHighAccuracy: true, timeout: most, maximumAge: 30000 }
      );
    });
  }

  function fill(form, values) {
    Object.keys(values).forEach(function (name) {
      if (form.elements[name]) form.elements[name].value = values[name];
    });
  }

  function submit(form) {
    if (form.requestSubmit) form.requestSubmit();
    else form.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-position]");
    if (!button) return;
    event.preventDefault();
    button.setAttribute("aria-busy", "true");
    locate(8000).then(function (values) {
      button.removeAttribute("aria-busy");
      fill(button.form, values);
      var found = new CustomEvent("position:found", { bubbles: true, cancelable: true, detail: values });
      if (button.form.dispatchEvent(found)) submit(button.form);
    });
  });

  function prepare() {
    if (!window.localStorage.getItem(GIVEN)) return;
    search = locate(10000);
  }

  /* A photo is not kept waiting: it must be stored before anything happens to the phone. */
  function beside() {
    var patience = new Promise(function (resolve) {
      setTimeout(resolve, search ? WAIT_MS : 0);
    });
    return Promise.race([search || patience, patience]).then(function () {
      if (!last || Date.now() - last.at > FRESH_MS) return [];
      return [
        ["photo_latitude", last.latitude],
        ["photo_longitude", last.longitude],
        ["photo_accuracy", last.accuracy],
      ];
    });
  }

  window.kuaquPlace = { prepare: prepare, beside: beside };
})();
