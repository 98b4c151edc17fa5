/* Lines of a list chosen by their boxes: one by one, a stretch of them with Shift, all of a page.
   <input data-pick data-fen="1200" form="…">, <input data-pick-all>, [data-pick-said] counts them. */
(function () {
  "use strict";
  var last = null;

  function boxes() {
    return Array.from(document.querySelectorAll("[data-pick]"));
  }

  function money(fen) {
    var whole = String(Math.floor(Math.abs(fen) / 100)).replace(/\B(?=(\d{3})+$)/g, ",");
    var rest = ("0" + (Math.abs(fen) % 100)).slice(-2);
    return (fen < 0 ? "\u2212" : "") + "\u00a5" + whole + "." + rest;
  }

  function show() {
    var all = boxes();
    var chosen = all.filter(function (box) {
      return box.checked;
    });
    all.forEach(function (box) {
      box.closest("[data-item]").classList.toggle("x-picked", box.checked);
    });
    var every = document.querySelector("[data-pick-all]");
    if (every) {
      every.checked = chosen.length > 0 && chosen.length === all.length;
      every.indeterminate = chosen.length > 0 && chosen.length < all.length;
    }
    var said = document.querySelector("[data-pick-said]");
    if (!said) return;
    var sum = chosen.reduce(function (fen, box) {
      return fen + Number(box.dataset.fen);
    }, 0);
    var words = chosen.length ? said.dataset.some : said.dataset.none;
    said.textContent = words.replace("{n}", chosen.length).replace("{sum}", money(sum));
    said.closest("form").classList.toggle("x-pick-on", chosen.length > 0);
    document.querySelector("[data-pick-none]").hidden = !chosen.length;
    document.querySelector("[data-pick-send]").disabled = !chosen.length;
  }

  function set(some, isChosen) {
    some.forEach(function (box) {
      box.checked = isChosen;
    });
    show();
  }

  document.addEventListener("click", function (event) {
    var box = event.target.closest("[data-pick]");
    if (box) {
      var all = boxes();
      var from = all.indexOf(last);
      var to = all.indexOf(box);
      var isStretch = event.shiftKey && from >= 0;
      last = box;
      set(isStretch ? all.slice(Math.min(from, to), Math.max(from, to) + 1) : [box], box.checked);
    }
    if (event.target.closest("[data-pick-every]")) set(boxes(), true);
    if (event.target.closest("[data-pick-none]")) set(boxes(), false);
  });

  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-pick-all]")) set(boxes(), event.target.checked);
  });

  window.addEventListener("pageshow", show);
  show();
})();
