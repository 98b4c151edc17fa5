/* A signature on glass: <div data-sign="signature"><canvas class="x-sign"></canvas></div> adds a PNG
   named "signature" and the movements of the pen named "signature_strokes" to its form; an empty one
   is refused on the spot when data-required is set. */
(function () {
  "use strict";
  var MOST_POINTS = 6000;
  var MOST_STROKES = 300;

  function bytes(dataUrl) {
    var text = atob(dataUrl.split(",")[1]);
    return Uint8Array.from(text, function (letter) {
      return letter.charCodeAt(0);
    });
  }

  /* Whole numbers: tenths of a pixel, and milliseconds since the first touch. */
  function strokes(pad, canvas) {
    var lines = pad.toData().map(function (stroke) {
      return stroke.points;
    });
    var count = lines.reduce(function (sum, line) {
      return sum + line.length;
    }, 0);
    var keep = Math.max(1, Math.ceil(count / MOST_POINTS));
    var start = lines[0][0].time || 0;
    var width = canvas.offsetWidth;
    var height = canvas.offsetHeight;
    var drawn = lines.slice(0, MOST_STROKES).map(function (line) {
      return line
        .filter(function (point, at) {
          return at % keep === 0 || at === line.length - 1;
        })
        .map(function (point) {
          /* The area may have been larger before the phone was turned. */
          width = Math.max(width, point.x);
          height = Math.max(height, point.y);
          var after = Math.min(Math.max(0, Math.round((point.time || start) - start)), 3600000);
          /* A finger that leaves the area goes on drawing. */
          return [Math.round(Math.max(-20, point.x) * 10), Math.round(Math.max(-20, point.y) * 10), after];
        });
    });
    return JSON.stringify({ width: Math.round(width * 10), height: Math.round(height * 10), lines: drawn });
  }

  function bind(box) {
    var canvas = box.querySelector("canvas");
    var form = box.closest("form");
    var wrong = box.querySelector("[data-wrong]");
    var pad = new window.SignaturePad(canvas, { penColor: "#131a26", minWidth: 1.2, maxWidth: 3.2 });

    /* Turning the phone resizes the canvas, which clears it: the strokes are drawn again. */
    function fit() {
      var ratio = Math.max(window.devicePixelRatio || 1, 1);
      var strokes = pad.toData();
      canvas.width = canvas.offsetWidth * ratio;
      canvas.height = canvas.offsetHeight * ratio;
      canvas.getContext("2d").scale(ratio, ratio);
      pad.fromData(strokes);
    }
    fit();
    window.addEventListener("resize", fit);

    /* Drawn and not sent yet: kept stroke by stroke, drawn again after a reload (held.js). */
    var held = window.kuaquHeld;
    pad.addEventListener("endStroke", function () {
      if (wrong) wrong.hidden = true;
      if (held) held.keep(form, box.dataset.sign, pad.toData());
    });
    if (held) {
      held.find(form, box.dataset.sign).then(function (drawn) {
        if (drawn && pad.isEmpty()) pad.fromData(drawn);
      });
    }
    var clear = box.querySelector("[data-clear]");
    if (clear) {
      clear.addEventListener("click", function () {
        pad.clear();
        if (held) held.drop(form, box.dataset.sign);
      });
    }
    form.addEventListener("submit", function (event) {
      if (!pad.isEmpty() || !("required" in box.dataset)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (wrong) wrong.hidden = false;
      canvas.scrollIntoView({ block: "center" });
    });
    form.addEventListener("formdata", function (event) {
      if (pad.isEmpty()) return;
      var image = new Blob([bytes(pad.toDataURL())], { type: "image/png" });
      event.formData.append(box.dataset.sign, image, "signature.png");
      event.formData.append(box.dataset.sign + "_strokes", strokes(pad, canvas));
    });
  }

  /* An area inside of something folded measures itself once it can be seen. */
  document.addEventListener(
    "toggle",
    function () {
      window.dispatchEvent(new Event("resize"));
    },
    true
  );
  document.querySelectorAll("[data-sign]").forEach(bind);
})();
