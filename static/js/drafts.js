/* What was typed and is not in the queue yet outlives a reload: a draft per person and form lies in
   the browser until the queue has it. A draft is newer than the page and than anything queued. */
(function () {
  "use strict";
  var PREFIX = "kuaqu-draft-";
  var KEPT_MS = 14 * 86400000;
  var user = document.body.dataset.user || "";

  function isTyped(field) {
    return field.name && !/^(hidden|file|password|submit|button)$/.test(field.type);
  }
  function isTick(field) {
    return field.type === "checkbox" || field.type === "radio";
  }
  function keyOf(form) {
    var fixed = Array.from(form.querySelectorAll("input[type=hidden]:not([data-loose])"), function (input) {
      return input.name === "csrfmiddlewaretoken" ? "" : input.value;
    });
    return PREFIX + [user, new URL(form.action).pathname].concat(fixed).join("|");
  }
  function draftOf(form) {
    return JSON.parse(window.localStorage.getItem(keyOf(form)) || "null");
  }

  function write(form, pairs) {
    Array.from(form.elements).filter(isTyped).forEach(function (field) {
      var values = pairs
        .filter(function (pair) {
          return pair.name === field.name;
        })
        .map(function (pair) {
          return pair.value;
        });
      if (isTick(field)) field.checked = values.indexOf(field.value) >= 0;
      else if (field.options) {
        Array.from(field.options).forEach(function (option) {
          if (values.length) option.selected = values.indexOf(option.value) >= 0;
        });
      } else if (values.length) field.value = values[0];
    });
  }
  function apply(form) {
    var draft = draftOf(form);
    if (draft) write(form, draft.fields);
  }

  function keep(event) {
    var form = event.target.form;
    if (!form || !form.matches("form[data-outbox]") || !isTyped(event.target)) return;
    var fields = Array.from(form.elements)
      .filter(isTyped)
      .reduce(function (found, field) {
        if (isTick(field) && !field.checked) return found;
        var values = field.selectedOptions
          ? Array.from(field.selectedOptions, function (option) {
              return option.value;
            })
          : [field.value];
        return found.concat(
          values.map(function (value) {
            return { name: field.name, value: value };
          })
        );
      }, []);
    try {
      window.localStorage.setItem(keyOf(form), JSON.stringify({ at: Date.now(), fields: fields }));
    } catch (full) {
      /* No room: what was typed stays on the page as before. */
    }
  }
  document.addEventListener("input", keep);
  document.addEventListener("change", keep);
  document.addEventListener("outbox:stored", function (event) {
    if (event.detail.form) window.localStorage.removeItem(keyOf(event.detail.form));
  });

  Object.keys(window.localStorage).forEach(function (key) {
    if (key.indexOf(PREFIX) !== 0) return;
    var draft = JSON.parse(window.localStorage.getItem(key));
    if (Date.now() - draft.at > KEPT_MS) window.localStorage.removeItem(key);
  });
  Array.from(document.querySelectorAll("form[data-outbox]")).forEach(apply);

  window.kuaquDrafts = {
    apply: apply,
    keyOf: keyOf,
    /* What the queue holds of a form, unless something newer was typed. */
    fill: function (form, fields) {
      if (!draftOf(form)) write(form, fields);
    },
  };
})();
