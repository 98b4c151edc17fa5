/* Reading a code from a photo: <label data-scan="id_code" data-reader="…/jsQR.js"><input type=file>.
   The reader is loaded at the first photo; typing the code always remains possible. */
(function () {
  "use strict";
  var SIDES = [1200, 800, 500];
  var reader = null;

  function load(address) {
    if (!reader) {
      reader = new Promise(function (resolve, reject) {
        var script = document.createElement("script");
        script.src = address;
        script.onload = resolve;
        script.onerror = function (error) {
          /* Without a network now: the next photo tries again. */
          reader = null;
          script.remove();
          reject(error);
        };
        document.head.appendChild(script);
      });
    }
    return reader;
  }

  function picture(file) {
    return new Promise(function (resolve, reject) {
      var image = new Image();
      var address = URL.createObjectURL(file);
      image.onload = image.onerror = function (event) {
        URL.revokeObjectURL(address);
        if (event.type === "load") resolve(image);
        else reject(event);
      };
      image.src = address;
    });
  }

  /* A code may be too fine for one size and too noisy for another. */
  function read(image) {
    var canvas = document.createElement("canvas");
    var pen = canvas.getContext("2d");
    for (var i = 0; i < SIDES.length; i += 1) {
      var scale = Math.min(1, SIDES[i] / Math.max(image.naturalWidth, image.naturalHeight));
      canvas.width = Math.round(image.naturalWidth * scale);
      canvas.height = Math.round(image.naturalHeight * scale);
      pen.drawImage(image, 0, 0, canvas.width, canvas.height);
      var pixels = pen.getImageData(0, 0, canvas.width, canvas.height);
      var code = window.jsQR(pixels.data, canvas.width, canvas.height);
      if (code && code.data) return code.data;
    }
    return "";
  }

  document.addEventListener("change", function (event) {
    var box = event.target.closest("[data-scan]");
    if (!box || event.target.type !== "file" || !event.target.files.length) return;
    var field = document.getElementById(box.dataset.scan);
    var wrong = document.getElementById(box.dataset.scan + "-scan-error");
    Promise.all([load(box.dataset.reader), picture(event.target.files[0])])
      .then(function (parts) {
        return read(parts[1]);
      })
      .catch(function () {
        return "";
      })
      .then(function (text) {
        if (wrong) wrong.hidden = Boolean(text);
        event.target.value = "";
        if (!text) return;
        field.value = text;
        field.dispatchEvent(new Event("input", { bubbles: true }));
        field.dispatchEvent(new Event("change", { bubbles: true }));
      });
  });
})();
