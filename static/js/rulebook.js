/* The editor of rules: what was typed meanwhile survives an answer, the example follows the typing,
   components move by drag and by Alt with an arrow, rows that fired light up, "saved 3 s ago". */
(function () {
  "use strict";
  var edits = 0;
  var sent = 0;
  if (window.Idiomorph) window.Idiomorph.defaults.ignoreActiveValue = true;

  function byId(id) {
    return document.getElementById(id);
  }

  function state(key) {
    var saved = byId("x-saved");
    if (!saved) return;
    saved.dataset.state = key;
    if (key) saved.textContent = saved.dataset[key];
  }

  function age() {
    var saved = byId("x-saved");
    if (!saved || saved.dataset.state) return;
    var seconds = Math.max(0, Math.round(Date.now() / 1000 - Number(saved.dataset.at)));
    var words = seconds < 60 ? saved.dataset.seconds : saved.dataset.minutes;
    var shown = seconds < 60 ? seconds : Math.floor(seconds / 60);
    saved.textContent = seconds < 3600 ? words.replace("#", shown) : saved.dataset.older;
  }

  function fired() {
    var trial = byId("x-trial");
    var rules = trial ? trial.dataset.fired.split(" ") : [];
    document.querySelectorAll("[data-sheet] tr[data-row]").forEach(function (row) {
      row.classList.toggle("x-row-fired", rules.indexOf(row.dataset.row) >= 0);
    });
  }

  document.addEventListener("input", function (event) {
    if (!event.target.closest("#x-form")) return;
    edits += 1;
    if (event.target.type !== "search" && byId("x-trial-form")) {
      window.htmx.trigger("#x-trial-form", "preview");
    }
  });

  document.body.addEventListener("htmx:beforeRequest", function (event) {
    if (event.detail.elt.id !== "x-form") return;
    sent = edits;
    state("saving");
  });
  document.body.addEventListener("htmx:beforeSwap", function (event) {
    var xhr = event.detail.xhr;
    var revision = xhr && xhr.getResponseHeader("X-Revision");
    var from = event.detail.requestConfig && event.detail.requestConfig.elt;
    if (!revision || !from || from.id !== "x-form" || edits === sent) return;
    /* Something was typed since this was sent: keep it, the next save carries it. */
    event.detail.shouldSwap = false;
    byId("x-revision").value = revision;
    byId("x-parts-revision").value = revision;
    byId("x-undo-revision").value = revision;
  });
  document.body.addEventListener("htmx:responseError", function () {
    state("failed");
  });
  document.body.addEventListener("htmx:sendError", function () {
    state("failed");
  });
  function showChosen() {
    var list = byId("x-parts");
    var part = list && list.querySelector(".x-part[data-chosen]");
    if (!part) return;
    var low = part.offsetTop + part.offsetHeight - list.clientHeight;
    if (list.scrollTop < low) list.scrollTop = low + 8;
    if (list.scrollTop > part.offsetTop) list.scrollTop = part.offsetTop - 8;
  }

  document.body.addEventListener("htmx:afterSettle", function () {
    fired();
    showChosen();
    age();
    var dialog = byId("x-conflict-dialog");
    if (dialog && !dialog.open && !dialog.dataset.seen) {
      dialog.dataset.seen = "1";
      dialog.showModal();
    }
  });
  document.body.addEventListener("htmx:afterRequest", function (event) {
    var from = event.detail.elt;
    if (!event.detail.successful || !from.closest("#x-conflict")) return;
    byId("x-conflict").textContent = "";
  });

  document.addEventListener("toggle", function (event) {
    var menu = event.target;
    if (menu.matches && menu.matches(".x-add[open]")) menu.scrollIntoView({ block: "nearest" });
  }, true);

  /* A kind of the menu says which component to add. */
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-kind]");
    if (button) byId("x-kind").value = button.dataset.kind;
  }, true);

  document.addEventListener("keydown", function (event) {
    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    var way = event.key === "ArrowUp" ? "[data-up]" : "[data-down]";
    var button = document.querySelector(".x-part[data-chosen] " + way);
    if (!button || button.disabled) return;
    event.preventDefault();
    button.click();
  });

  /* Drag beside the buttons and keys. */
  var dragged = null;
  document.addEventListener("dragstart", function (event) {
    dragged = event.target.closest ? event.target.closest("[data-sortable] .x-part") : null;
    if (dragged) event.dataTransfer.effectAllowed = "move";
  });
  document.addEventListener("dragover", function (event) {
    var over = event.target.closest("[data-sortable] .x-part");
    document.querySelectorAll("[data-over]").forEach(function (part) {
      if (part !== over) delete part.dataset.over;
    });
    if (!dragged || !over) return;
    event.preventDefault();
    over.dataset.over = "";
  });
  document.addEventListener("drop", function (event) {
    var over = event.target.closest("[data-sortable] .x-part");
    if (!dragged || !over || over === dragged) return;
    event.preventDefault();
    var parts = Array.prototype.slice.call(over.parentNode.children);
    var op = "to:" + parts.indexOf(over) + ":" + dragged.dataset.part;
    window.htmx.ajax("POST", byId("x-parts").getAttribute("hx-post"), {
      source: "#x-parts", target: "#x-editor", swap: "morph", values: { op: op },
    });
  });
  document.addEventListener("dragend", function () {
    dragged = null;
    document.querySelectorAll("[data-over]").forEach(function (part) {
      delete part.dataset.over;
    });
  });

  setInterval(age, 1000);
  fired();
  showChosen();
  age();
})();
