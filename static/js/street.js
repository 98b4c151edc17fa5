/* The street map of the board: drawn when its drawer opens, of tiles the company named.
   <div data-street data-script="…" data-tiles="…" data-credit="…"> with <li data-lon data-lat>:
   the first one is the site. Points come in the datum of the tiles. */
(function () {
  "use strict";
  var CLOSEST = 15;

  function words(text) {
    var label = document.createElement("span");
    label.textContent = text;
    return label;
  }

  function draw(box) {
    var places = Array.prototype.slice.call(box.parentNode.querySelectorAll("[data-lon]"));
    var street = window.L.map(box, { attributionControl: false, zoomAnimation: false });
    var credit = window.L.control.attribution({ prefix: false });
    var tiles = window.L.tileLayer(box.dataset.tiles, { maxZoom: 18 });
    var seen = [];
    /* Whatever the company typed is text, never markup. */
    credit.addAttribution(words(box.dataset.credit).innerText.replace(/[<>&]/g, ""));
    credit.addTo(street);
    tiles.on("tileerror", function () {
      box.parentNode.querySelector("[data-street-lost]").hidden = false;
    });
    tiles.addTo(street);
    places.forEach(function (place, n) {
      var at = [Number(place.dataset.lat), Number(place.dataset.lon)];
      var kind = n === 0 ? "x-pin x-pin-site" : "x-pin";
      var icon = window.L.divIcon({ className: kind, html: words(place.dataset.mark), iconSize: [26, 26] });
      var pin = window.L.marker(at, { icon: icon, title: place.textContent.trim(), keyboard: false });
      pin.bindTooltip(words(place.textContent.trim()));
      pin.addTo(street);
      seen.push(at);
    });
    street.fitBounds(seen, { maxZoom: CLOSEST, padding: [30, 30] });
  }

  function load(box) {
    if (window.L) {
      draw(box);
      return;
    }
    var sheet = document.createElement("link");
    sheet.rel = "stylesheet";
    sheet.href = box.dataset.sheet;
    document.head.appendChild(sheet);
    var script = document.createElement("script");
    script.src = box.dataset.script;
    script.onload = function () {
      draw(box);
    };
    document.head.appendChild(script);
  }

  document.addEventListener("htmx:afterSettle", function () {
    var box = document.querySelector("[data-street]:not([data-drawn])");
    if (!box) return;
    box.dataset.drawn = "1";
    load(box);
  });
})();
