/* Checking in far from the site: asked for a photo and a reason, and never held back.
   <form data-arrival data-held data-latitude data-longitude data-radius> with a hidden [data-far] in it;
   kept as one entry of the queue, photo and all. */
(function () {
  "use strict";
  /* Metres between two places, good to a metre over the distances of a day. */
  function metres(form, found) {
    var rad = Math.PI / 180;
    var lat = (Number(found.latitude) - form.dataset.latitude) * rad;
    var lon = (Number(found.longitude) - form.dataset.longitude) * rad;
    var half =
      Math.pow(Math.sin(lat / 2), 2) +
      Math.cos(found.latitude * rad) * Math.cos(form.dataset.latitude * rad) * Math.pow(Math.sin(lon / 2), 2);
    return 2 * 6371008.8 * Math.asin(Math.sqrt(half));
  }

  function words(distance) {
    return distance < 1000 ? Math.round(distance) + " m" : (distance / 1000).toFixed(1) + " km";
  }

  function ask(form, distance) {
    var box = form.querySelector("[data-far]");
    var text = box.querySelector("[data-far-words]");
    text.textContent = text.dataset.farWords.replace("{distance}", words(distance));
    var isFirst = box.hidden;
    box.hidden = false;
    if (isFirst) form.elements.reason.focus();
    box.querySelector("[data-far-missing]").hidden = isFirst;
  }

  document.addEventListener("position:found", function (event) {
    var form = event.target;
    if (!form.matches("form[data-radius]") || !event.detail.latitude) return;
    var distance = metres(form, event.detail);
    if (distance - Number(event.detail.accuracy) <= Number(form.dataset.radius)) return;
    if (form.elements.reason.value.trim() && window.kuaquPhoto.holds(form)) return;
    event.preventDefault();
    ask(form, distance);
  });

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-anyway]");
    if (!button) return;
    if (button.form.requestSubmit) button.form.requestSubmit();
    else button.form.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  });
})();
