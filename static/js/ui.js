/* Small manners of every page: toasts, dialogs, drawers, menus, copying, errors inside their card. */
(function () {
  "use strict";

  function clone(id) {
    var template = document.getElementById(id);
    return template ? template.content.firstElementChild.cloneNode(true) : null;
  }

  function toast(words, isBad, stays) {
    var place = document.getElementById("x-toasts");
    var box = clone("x-toast-template");
    if (!place || !box) return;
    box.querySelector("[data-words]").textContent = words;
    box.classList.toggle("x-toast-bad", Boolean(isBad));
    place.appendChild(box);
    /* A refusal stays until it is closed: it must be readable at anyone's speed. */
    if (!isBad && !stays) {
      setTimeout(function () {
        box.remove();
      }, 6000);
    }
  }

  function copy(button) {
    var done = function () {
      button.dataset.done = "";
      toast(button.dataset.copied);
      setTimeout(function () {
        delete button.dataset.done;
      }, 2000);
    };
    if (navigator.clipboard) {
      navigator.clipboard.writeText(button.dataset.copy).then(done);
      return;
    }
    /* Outside a secure context there is no clipboard object; a selected field still copies. */
    var field = document.createElement("textarea");
    field.value = button.dataset.copy;
    document.body.appendChild(field);
    field.select();
    if (document.execCommand("copy")) done();
    field.remove();
  }

  document.addEventListener("click", function (event) {
    var target = event.target;
    document.querySelectorAll("details.x-menu[open]").forEach(function (menu) {
      if (!menu.contains(target)) menu.open = false;
    });
    var opener = target.closest("[data-dialog]");
    if (opener) {
      var dialog = document.getElementById(opener.dataset.dialog);
      if (dialog && !dialog.open) dialog.showModal();
      return;
    }
    var closer = target.closest("[data-close]");
    if (closer) {
      var frame = closer.closest("dialog, .x-drawer, .x-toast");
      if (frame && frame.matches("dialog")) frame.close();
      else if (frame) frame.remove();
      return;
    }
    if (target.matches("dialog[open]")) target.close();
    var copier = target.closest("[data-copy]");
    if (copier) copy(copier);
    if (target.closest("[data-return]")) history.back();
    var printer = target.closest("[data-print]");
    if (printer) window.print();
  });

  /* A form sent twice by an impatient finger is sent once. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.matches("[hx-post],[hx-get],[data-outbox]")) return;
    if (form.method.toLowerCase() !== "post") return;
    if (form.dataset.sent) event.preventDefault();
    else if (!form.target) form.dataset.sent = "1";
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
    });
  });

  document.addEventListener("change", function (event) {
    var form = event.target.closest("form[data-submit-on-change]");
    if (form) form.requestSubmit ? form.requestSubmit() : form.submit();
  });

  document.body.addEventListener("toast", function (event) {
    toast(event.detail.value || event.detail.words, event.detail.bad, event.detail.stays);
  });

  /* A dialog that came as a partial opens itself. */
  document.addEventListener("htmx:afterSettle", function (event) {
    var root = event.detail.elt;
    var dialog = root.matches("dialog[data-open]") ? root : root.querySelector("dialog[data-open]");
    if (dialog && !dialog.open) {
      dialog.removeAttribute("open");
      dialog.showModal();
    }
  });

  /* A sentence that the server addressed to the toasts is shown, whatever its status. */
  function isTold(detail) {
    return detail.xhr && detail.xhr.status >= 400 && detail.xhr.getResponseHeader("HX-Retarget");
  }
  document.addEventListener("htmx:beforeSwap", function (event) {
    var detail = event.detail;
    var asker = detail.requestConfig.elt;
    if (!isTold(detail) || asker.matches("[data-live]")) return;
    detail.shouldSwap = true;
    if (window.kuaquRefusals) window.kuaquRefusals.place(detail, asker);
  });

  function failed(event) {
    var detail = event.detail;
    var status = detail.xhr ? detail.xhr.status : 0;
    if (status === 401 || isTold(detail) || detail.elt.matches("[data-live]")) return;
    var bar = clone("x-error-template");
    var card = detail.elt.closest(".x-card, .x-drawer, dialog");
    if (!bar) return;
    var isRead = detail.requestConfig && detail.requestConfig.verb === "get";
    var words = bar.querySelector("[data-words]");
    words.textContent = isRead ? words.dataset.read : words.dataset.write;
    var again = bar.querySelector("button");
    if (isRead) {
      again.addEventListener("click", function () {
        bar.remove();
        window.htmx.ajax("GET", detail.requestConfig.path, {
          source: detail.elt,
          target: detail.target,
        });
      });
    } else {
      again.remove();
    }
    if (!card) {
      toast(words.textContent, true);
      return;
    }
    var old = card.querySelector("[data-error-bar]");
    if (old) old.remove();
    var head = card.querySelector("header");
    card.insertBefore(bar, head && head.parentNode === card ? head.nextSibling : card.firstChild);
  }
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("htmx:sendError", failed);
})();
