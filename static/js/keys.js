/* The page by keyboard: / search, ? the list of keys, g + letter jumps, J and K through a list,
   data-key="a" clicks its element, data-item-key="a" that of the line one is on; without a line
   the first one gets the focus. Typing in a field is never taken for a command. */
(function () {
  "use strict";
  var waitsForJump = 0;
  var left = null;

  function isTyping(target) {
    if (target.type === "checkbox") return false;
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
    reach(all[Math.min(Math.max(next, 0), all.length - 1)]);
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

  function named(attribute, key) {
    return "[" + attribute + '="' + (window.CSS && CSS.escape ? CSS.escape(key) : key) + '"]';
  }

  function reach(item) {
    if (!item.matches("a,button")) item.tabIndex = 0;
    item.focus();
    item.scrollIntoView({ block: "nearest" });
  }

  /* A key of lines: it acts on the one that has the focus, and never on one nobody looks at. */
  function pressItem(key, isShift) {
    var wanted = named("data-item-key", key);
    var able = items().filter(function (item) {
      return item.querySelector(wanted);
    });
    if (!able.length) return false;
    var item = document.activeElement.closest("[data-item]");
    if (able.indexOf(item) < 0) {
      reach(able[0]);
      return true;
    }
    left = { key: wanted, place: able.indexOf(item) };
    item.querySelector(wanted).dispatchEvent(
      new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey: isShift })
    );
    return true;
  }

  /* When the line went with what was done, the next one takes the focus. */
  function goOn() {
    if (!left || document.activeElement !== document.body) return;
    var able = items().filter(function (item) {
      return item.querySelector(left.key);
    });
    if (able.length) reach(able[Math.min(left.place, able.length - 1)]);
    left = null;
  }

  function press(key) {
    var target = Array.from(document.querySelectorAll(named("data-key", key))).find(isShown);
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
    if (!/^[a-z0-9[\]+-]$/i.test(key)) return false;
    return pressItem(key.toLowerCase(), event.shiftKey) || press(key.toLowerCase());
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
  document.addEventListener("htmx:afterSettle", goOn);
})();
