/* A claim with its photos made small, in one entry of the queue; the page says where it is.
   <form data-outbox data-reduce> holds file inputs in frames; after the answer the phone goes on. */
(function () {
  "use strict";
  var kept = document.getElementById("x-kept");
  var small = {};

  function ours(form) {
    return form && form.matches("form[data-list]");
  }

  document.addEventListener("change", function (event) {
    var input = event.target;
    if (!input.form || !input.form.matches("[data-reduce]") || input.type !== "file") return;
    delete small[input.name];
    if (!input.files.length) return;
    small[input.name] = window.kuaquPhoto.reduced(input.files[0]).then(function (blob) {
      var frame = input.closest(".x-shot");
      var picture = frame.querySelector("img") || frame.appendChild(new Image());
      picture.alt = "";
      window.kuaquStore.draw(picture, blob);
      return [input.name, blob];
    });
  });

  /* Before the queue's own listener: it would take the photos as they came from the camera. */
  document.addEventListener(
    "submit",
    function (event) {
      var form = event.target;
      if (!ours(form) || !form.matches("[data-reduce]")) return;
      event.preventDefault();
      if (form.dataset.outboxState === "stored") return;
      form.dataset.outboxState = "stored";
      var waiting = Object.keys(small).map(function (name) {
        return small[name];
      });
      Promise.all(waiting)
        .then(function (photos) {
          return window.kuaquOutbox.add(form, photos);
        })
        .catch(function () {
          delete form.dataset.outboxState;
          document.dispatchEvent(new CustomEvent("outbox:full"));
        });
    },
    true
  );

  document.addEventListener("outbox:stored", function (event) {
    if (!ours(event.detail.form)) return;
    kept.hidden = false;
    kept.scrollIntoView({ block: "nearest" });
  });
  document.addEventListener("outbox:sent", function (event) {
    if (event.detail.answer.next) window.location.assign(event.detail.answer.next);
  });
  document.addEventListener("outbox:refused", function () {
    kept.hidden = true;
    document.querySelectorAll("form[data-list]").forEach(function (form) {
      delete form.dataset.outboxState;
    });
  });
})();
