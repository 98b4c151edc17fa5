/* The designer of flows: stages move by drag, by buttons and by Alt with an arrow; a chosen fact or
   action shows its fields; the palette is searched while typing. */
(function () {
  "use strict";
  var follow = "";  /* the field to go on in once a row has moved */

  function list() {
    return document.getElementById("x-stage-list");
  }

  function move(stage, after) {
    var form = list();
    if (!form || stage === after) return;
    window.htmx.ajax("POST", form.getAttribute("hx-post"), {
      source: "#x-stage-list", target: "#x-designer", swap: "morph",
      values: { op: "move", stage: stage, after: after },
    });
  }

  function sortable() {
    var stages = document.querySelector("[data-stages][data-sortable]");
    if (!stages || !window.Sortable || window.Sortable.get(stages)) return;
    window.Sortable.create(stages, {
      handle: ".x-grip", draggable: ".x-part", animation: 0, forceFallback: true,
      ghostClass: "x-part-ghost",
      onEnd: function (event) {
        var parts = Array.from(stages.children);
        var before = parts[event.newIndex - 1];
        var item = event.item;
        if (event.oldIndex === event.newIndex) return;
        /* The server says where it stands; a refused move leaves the list as it was. */
        parts.splice(event.newIndex, 1);
        stages.insertBefore(item, parts[event.oldIndex] || null);
        move(item.dataset.stage, before ? before.dataset.stage : "");
      },
    });
  }

  /* Without the button pressed before it, which the form still remembers. */
  function reshape() {
    var form = document.getElementById("x-panel-form");
    window.htmx.ajax("POST", form.getAttribute("hx-post"), {
      source: "#x-panel-form", target: "#x-designer", swap: "morph", values: { reshape: "1", row: "" },
    });
  }

  /* A field that is being typed in keeps its text through an answer, and rows change their places
     under it: it is left before rows move. */
  function leave() {
    if (document.activeElement) document.activeElement.blur();
  }

  function fields() {
    var rows = document.querySelector("[data-fields]");
    if (!rows || !window.Sortable || window.Sortable.get(rows)) return;
    window.Sortable.create(rows, {
      handle: ".x-grip", draggable: "[data-field-row]", animation: 0, forceFallback: true,
      ghostClass: "x-part-ghost", onEnd: function () { leave(); reshape(); },
    });
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-up], [data-down]");
    if (button) move(button.closest("[data-stage]").dataset.stage, button.dataset.after);
  });

  document.addEventListener("keydown", function (event) {
    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    var up = event.key === "ArrowUp";
    var row = event.target.closest("[data-field-row]");
    var button = row
      ? row.querySelector(up ? "[data-field-up]" : "[data-field-down]")
      : document.querySelector("[data-chosen] " + (up ? "[data-up]" : "[data-down]"));
    if (!button) return;
    event.preventDefault();
    /* Before the first nothing can stand: the server says why. */
    if (button.disabled && up && !row) move(button.closest("[data-stage]").dataset.stage, "");
    if (button.disabled) return;
    if (row) {
      var at = Array.from(document.querySelectorAll("[data-field-row]")).indexOf(row);
      follow = "id_field-" + (at + (up ? -1 : 1)) + "-label";
      leave();
    }
    button.click();
  });

  /* A fact or action was chosen: the server shows the form with its fields, nothing is saved. */
  document.addEventListener("change", function (event) {
    var form = event.target.closest("#x-panel-form");
    if (!form || !event.target.matches("[data-reshape]")) return;
    reshape();
  });

  document.addEventListener("input", function (event) {
    var field = event.target.closest("[data-filter]");
    if (!field) return;
    var wanted = field.value.trim().toLowerCase();
    document.querySelectorAll(field.dataset.filter + " [data-filter-group]").forEach(function (group) {
      var left = 0;
      group.querySelectorAll("[data-words]").forEach(function (each) {
        each.hidden = each.dataset.words.toLowerCase().indexOf(wanted) < 0;
        if (!each.hidden) left += 1;
      });
      group.hidden = !left;
    });
  });

  document.body.addEventListener("htmx:afterSettle", function (event) {
    sortable();
    fields();
    var moved = follow && document.getElementById(follow);
    follow = "";
    if (moved) moved.focus();
    var palette = document.getElementById("x-palette");
    var target = event.detail.target;
    if (palette && palette.open && target && target.id === "x-designer") palette.close();
  });
  sortable();
  fields();
})();
