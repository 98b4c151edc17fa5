/* Sheets of the rule editor: arrows and Enter go from cell to cell, a spreadsheet can be pasted. */
(function () {
  "use strict";

  function cells(row) {
    return Array.prototype.slice.call(row.querySelectorAll(".x-cell"));
  }

  function go(cell, across, down) {
    var row = cell.closest("tr");
    var at = cells(row).indexOf(cell);
    var rows = Array.prototype.slice.call(row.parentNode.children);
    var next = rows[rows.indexOf(row) + down];
    var found = next && cells(next)[at + across];
    if (!found) return false;
    found.focus();
    if (found.select) found.select();
    return true;
  }

  function atEnd(cell, isRight) {
    if (cell.selectionStart === undefined || cell.selectionStart === null) return true;
    if (cell.selectionStart === 0 && cell.selectionEnd === cell.value.length) return true;
    return isRight ? cell.selectionStart === cell.value.length : cell.selectionEnd === 0;
  }

  document.addEventListener("keydown", function (event) {
    var cell = event.target.closest("[data-sheet] .x-cell");
    if (!cell || event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    var isChoice = cell.tagName === "SELECT";
    var done = false;
    if (event.key === "Enter") done = go(cell, 0, event.shiftKey ? -1 : 1) || (cell.blur(), true);
    else if (event.key === "ArrowDown" && !isChoice) done = go(cell, 0, 1);
    else if (event.key === "ArrowUp" && !isChoice) done = go(cell, 0, -1);
    else if (event.key === "ArrowRight" && atEnd(cell, true)) done = go(cell, 1, 0);
    else if (event.key === "ArrowLeft" && atEnd(cell, false)) done = go(cell, -1, 0);
    if (done) event.preventDefault();
  });

  document.addEventListener("paste", function (event) {
    var cell = event.target.closest("[data-sheet] .x-cell");
    var text = event.clipboardData && event.clipboardData.getData("text/plain");
    if (!cell || !text || !/[\t\n]/.test(text.replace(/\n$/, ""))) return;
    event.preventDefault();
    document.getElementById("x-paste").value = text;
    document.getElementById("x-paste-at").value = cell.name;
    window.htmx.trigger("#x-form", "change");
  });
})();
