/* Photos: made small on the phone, then stored in the queue the moment they are taken.
   <form data-outbox data-photo> holds one file input; its frame shows picture and state.
   In <form data-outbox data-held> the photo waits for the rest: one entry of the queue for all of it;
   until then held.js keeps it. */
(function () {
  "use strict";
  var LONG_SIDE = 1600;
  var QUALITY = 0.8;

  function loaded(address) {
    return new Promise(function (resolve, reject) {
      var picture = new Image();
      picture.onload = function () {
        resolve(picture);
      };
      picture.onerror = reject;
      picture.src = address;
    });
  }

  function small(picture) {
    var scale = Math.min(1, LONG_SIDE / Math.max(picture.naturalWidth, picture.naturalHeight));
    var canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.naturalWidth * scale);
    canvas.height = Math.round(picture.naturalHeight * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return new Promise(function (resolve) {
      canvas.toBlob(resolve, "image/jpeg", QUALITY);
    });
  }

  /* A picture this browser cannot draw (a foreign format) goes as it is; the server judges it. */
  function reduced(file) {
    var address = URL.createObjectURL(file);
    return loaded(address)
      .then(small)
      .then(function (blob) {
        return blob && blob.size < file.size ? blob : file;
      })
      .catch(function () {
        return file;
      })
      .then(function (found) {
        URL.revokeObjectURL(address);
        return found;
      });
  }

  function show(form, blob) {
    var frame = form.querySelector(".x-shot");
    if (!frame) return;
    var picture = frame.querySelector("img") || frame.appendChild(new Image());
    picture.alt = "";
    window.kuaquStore.draw(picture, blob);
  }

  /* The photo made small, and what can be said of where and when it was taken. */
  function taken(name, file) {
    var at = ["taken_at", new Date().toISOString()];
    return Promise.all([
      reduced(file),
      window.kuaquCamera ? window.kuaquCamera.read(file) : [],
      window.kuaquPlace ? window.kuaquPlace.beside() : [],
    ]).then(function (parts) {
      return [[name, parts[0]], at].concat(parts[1], parts[2]);
    });
  }

  var held = new Map();
  function holds(form) {
    return held.has(form);
  }
  window.kuaquPhoto = { reduced: reduced, taken: taken, show: show, holds: holds };

  document.addEventListener("change", function (event) {
    var form = event.target.closest("form[data-held]");
    if (!form || event.target.type !== "file") return;
    held.delete(form);
    if (!event.target.files.length) return;
    held.set(form, taken("photo", event.target.files[0]));
    held.get(form).then(function (pairs) {
      show(form, pairs[0][1]);
      if (!window.kuaquHeld) return null;
      return Promise.all(pairs.map(window.kuaquStore.frozen)).then(function (fields) {
        return window.kuaquHeld.keep(form, "photo", fields);
      });
    });
  });
  /* What was taken before a reload. */
  function restore(form) {
    window.kuaquHeld.find(form, "photo").then(function (fields) {
      if (!fields || holds(form)) return;
      var pairs = fields.map(function (field) {
        return [field.name, field.bytes ? new File([field.bytes], field.file, { type: field.type }) : field.value];
      });
      held.set(form, Promise.resolve(pairs));
      show(form, pairs[0][1]);
    });
  }
  if (window.kuaquHeld) Array.from(document.querySelectorAll("form[data-held]")).forEach(restore);
  /* Before the queue's own listener: it would take the photo as it came from the camera. */
  document.addEventListener(
    "submit",
    function (event) {
      var form = event.target;
      if (!holds(form)) return;
      event.preventDefault();
      if (/^(making|stored)$/.test(form.dataset.outboxState)) return;
      form.dataset.outboxState = "making";
      window.kuaquOutbox.add(form, held.get(form)).catch(function () {
        delete form.dataset.outboxState;
        document.dispatchEvent(new CustomEvent("outbox:full", { detail: { form: form } }));
      });
    },
    true
  );

  document.addEventListener("click", function (event) {
    if (window.kuaquPlace && event.target.closest("form[data-photo] input[type=file]")) {
      window.kuaquPlace.prepare();
    }
  });

  document.addEventListener("change", function (event) {
    var input = event.target;
    var form = input.closest("form[data-photo]");
    if (!form || input.type !== "file" || !input.files.length) return;
    /* Kept is what lies on disk: until then it is only being made, and what follows it waits. */
    form.dataset.outboxState = "making";
    var making = taken(input.name, input.files[0]);
    making.then(function (pairs) {
      show(form, pairs[0][1]);
    });
    window.kuaquOutbox.add(form, making).then(
      function () {
        input.value = "";
      },
      function () {
        delete form.dataset.outboxState;
        document.dispatchEvent(new CustomEvent("outbox:full"));
      }
    );
  });
})();
