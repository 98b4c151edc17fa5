/* A signature on glass: <div data-sign="signature"><canvas class="x-sign"></canvas></div> adds a PNG
   named "signature" to its form; an empty one is refused on the spot when data-required is set. */
(function () {
  "use strict";

  function bytes(dataUrl) {
    var text = atob(dataUrl.split(",")[1]);
    return Uint8Array.from(text, function (letter) {
      return letter.charCodeAt(0);
    });
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

    pad.addEventListener("endStroke", function () {
      if (wrong) wrong.hidden = true;
    });
    var clear = box.querySelector("[data-clear]");
    if (clear) {
      clear.addEventListener("click", function () {
        pad.clear();
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
    });
  }

  document.querySelectorAll("[data-sign]").forEach(bind);
})();
