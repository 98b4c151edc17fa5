/* <button data-share="address" hidden>: handed to the phone's own "send to" list, where it has one. */
(function () {
  "use strict";
  if (!navigator.share) return;
  document.querySelectorAll("[data-share]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      navigator.share({ text: button.dataset.words, url: button.dataset.share }).catch(function () {
        /* Closed again without sending: the address still stands on the page. */
      });
    });
  });
})();
