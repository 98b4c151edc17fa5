/* A code of six digits is looked at before it is queued: <form data-six-digits> with a field "code" and a
   [data-wrong]. Whether it is the right one only the server knows. */
(function () {
  "use strict";
  window.addEventListener(
    "submit",
    function (event) {
      var form = event.target;
      if (!form.matches("[data-six-digits]")) return;
      var field = form.elements.code;
      /* Chinese keyboards write wide digits, too. */
      field.value = field.value.normalize("NFKC").trim();
      var isWrong = !/^[0-9]{6}$/.test(field.value);
      form.querySelector("[data-wrong]").hidden = !isWrong;
      if (!isWrong) return;
      event.preventDefault();
      event.stopPropagation();
      field.focus();
    },
    true
  );
})();
