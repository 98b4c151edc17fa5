/* The page by keyboard: / search, ? the list of keys, g + letter jumps, J and K through a list,
   data-key="a" clicks its element. Typing in a field is never taken for a command. */
(function () {
  "use strict";
  var waitsForJump = 0;

  function isTyping(target) {
    return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  }

  function isShown(element) {
    return element.offsetParent !== null && !element.disabled;
  }

  function items() {
    return Array.from(document.querySelectorAll("[data-item]")).filter(isShown);
  }

  function move(step) {
    var all = items();
    if (!all.length) return;
    var here = all.indexOf(document.activeElement.closest("[data-item]"));
    if (here < 0) {
      here = all.findIndex(function (item) {
        return item.matches('[aria-pressed="true"],[aria-selected="true"],[aria-current]');
      });
    }
    var next = here < 0 ? (step > 0 ? 0 : all.length - 1) : here + step;
    var item = all[Math.min(Math.max(next, 0), all.length - 1)];
    if (!item.matches("a,button")) item.tabIndex = 0;
    item.focus();
    item.scrollIntoView({ block: "nearest" });
  }

  function escape() {
    var menu = document.querySelector("details.x-menu[open]");
    var drawer = document.querySelector(".x-drawer [data-close]");
    if (menu) menu.open = false;
    else if (drawer) drawer.click();
    else if (isTyping(document.activeElement)) document.activeElement.blur();
    else return false;
    return true;
  }

  function press(key) {
    var wanted = '[data-key="' + (window.CSS && CSS.escape ? CSS.escape(key) : key) + '"]';
    var target = Array.from(document.querySelectorAll(wanted)).find(isShown);
    if (target) target.click();
    return Boolean(target);
  }

  function command(event) {
    var key = event.key;
    if (waitsForJump && Date.now() - waitsForJump < 1500) {
      waitsForJump = 0;
      var place = document.querySelector('[data-go="' + key.toLowerCase() + '"]');
      if (place) place.click();
      return Boolean(place);
    }
    waitsForJump = 0;
    if (key === "/") {
      var search = document.querySelector("[data-search]");
      if (search) search.focus();
      return Boolean(search);
    }
    if (key === "?") {
      var list = document.getElementById("x-keys");
      if (list && !list.open) list.showModal();
      return Boolean(list);
    }
    if (key === "j" || key === "k") {
      move(key === "j" ? 1 : -1);
      return true;
    }
    if (key === "g") {
      waitsForJump = Date.now();
      return true;
    }
    return /^[a-z0-9[\]]$/i.test(key) && press(key.toLowerCase());
  }

  document.addEventListener("keydown", function (event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      if (!document.querySelector("dialog[open]") && escape()) event.preventDefault();
      return;
    }
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    if (command(event)) event.preventDefault();
  });
})();
