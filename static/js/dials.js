/* A slider beside a field: either moves the other. The field is what is sent. */
(function () {
  "use strict";
  document.addEventListener("input", function (event) {
    var slide = event.target;
    if (slide.dataset && slide.dataset.slides) {
      document.getElementById(slide.dataset.slides).value = slide.value;
      return;
    }
    var other = document.querySelector('[data-slides="' + slide.id + '"]');
    if (other) other.value = slide.value;
  });
})();
