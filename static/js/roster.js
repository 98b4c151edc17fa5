/* The week as a grid: arrow keys go from day to day, the number of a shift plans the day one is on,
   a chosen shift is painted by clicking. Every change is sent with what stood there before. */
(function () {
  "use strict";
  var brush = null;

  function grid() {
    return document.getElementById("x-roster");
  }

  function brushes() {
    return Array.from(document.querySelectorAll("[data-brush]"));
  }

  function showBrush() {
    brushes().forEach(function (each) {
      each.setAttribute("aria-pressed", String(each.dataset.brush === brush));
    });
  }

  function isOnCall(id) {
    return brushes().some(function (each) {
      return each.dataset.brush === id && each.hasAttribute("data-on-call");
    });
  }

  /* A shift of work takes the place of the other; being on call comes beside it, or goes again. */
  function planned(now, id) {
    if (!id) return [];
    if (isOnCall(id)) {
      return now.indexOf(id) < 0 ? now.concat(id) : now.filter(function (one) { return one !== id; });
    }
    var call = now.filter(isOnCall);
    return now.indexOf(id) < 0 ? call.concat(id) : now;
  }

  function paint(cell, id) {
    var now = cell.dataset.now ? cell.dataset.now.split(",") : [];
    var wanted = planned(now, id).sort(function (a, b) { return a - b; }).join(",");
    if (wanted === cell.dataset.now) return;
    window.htmx.ajax("POST", grid().dataset.url, {
      target: "#x-roster",
      swap: "morph",
      values: {
        installer: cell.dataset.installer,
        day: cell.dataset.day,
        patterns: wanted,
        seen: cell.dataset.now
      }
    });
  }

  function go(cell, across, down) {
    var place = cell.parentNode;
    var row = place.parentNode;
    var at = Array.from(row.children).indexOf(place);
    while (down && row) {
      row = down > 0 ? row.nextElementSibling : row.previousElementSibling;
      down = 0;
    }
    var next = row && row.children[at + across];
    var found = next && next.querySelector("[data-cell]");
    if (found) found.focus();
  }

  document.addEventListener("click", function (event) {
    var chosen = event.target.closest("[data-brush]");
    if (chosen) {
      brush = brush === chosen.dataset.brush ? null : chosen.dataset.brush;
      showBrush();
      return;
    }
    var cell = event.target.closest("[data-cell]");
    if (cell && brush !== null) paint(cell, brush);
  });

  document.addEventListener("keydown", function (event) {
    var cell = event.target.closest && event.target.closest("[data-cell]");
    if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
    var ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    var way = ways[event.key];
    if (way) go(cell, way[0], way[1]);
    else if (event.key === "0" || event.key === "Delete" || event.key === "Backspace") paint(cell, "");
    else if (/^[1-9]$/.test(event.key)) {
      var wanted = brushes()[event.key - 1];
      if (wanted && wanted.dataset.brush) paint(cell, wanted.dataset.brush);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });

  document.addEventListener("htmx:afterSettle", showBrush);
})();
