/* What the pages of a visit still lack, read from what they show and what the queue keeps. */
(function () {
  "use strict";
  function all(place, selector) {
    return Array.from(place.querySelectorAll(selector));
  }
  function isKept(form) {
    return /^(stored|sent)$/.test(form.dataset.outboxState);
  }
  function isPressed(form) {
    return form.querySelector("button").getAttribute("aria-pressed") === "true";
  }

  /* Pictures that are still asked for on a page. */
  function wishes(page) {
    return all(page, "[data-wish]").reduce(function (found, wish) {
      var more = Number(wish.dataset.wish) - all(wish, "form").filter(isKept).length;
      var words = wish.querySelector("[data-lacking]");
      var isLacking = more > 0 && "required" in wish.dataset;
      words.textContent = isLacking ? words.dataset.lackingWords.replace("{n}", more) : "";
      return isLacking ? found.concat([[more, wish.dataset.name]]) : found;
    }, []);
  }

  /* What a page still lacks: a list of [how many, of what]. */
  function lacking(page) {
    if (page.dataset.part === "steps") {
      var open = all(page, "[data-step][data-required]").filter(function (form) {
        return !isPressed(form);
      });
      return open.length ? [[open.length, ""]] : [];
    }
    if (page.dataset.part === "photos") return wishes(page);
    if (page.dataset.part === "form") {
      var answers = page.querySelector("[data-answers]");
      var filled = "done" in page.dataset || isKept(answers);
      return wishes(page).concat(filled ? [] : [[1, answers.dataset.label]]);
    }
    var isDone = "done" in page.dataset || all(page, "form[data-outbox]").some(isKept);
    return isDone ? [] : [[1, ""]];
  }

  /* Write into the last page what the others still lack. */
  function summarise(root, pages) {
    all(root, "[data-summary]").forEach(function (list) {
      write(list, pages);
    });
  }
  function write(list, pages) {
    list.textContent = "";
    pages.forEach(function (page) {
      var words = list.dataset[page.dataset.part];
      if (!words) return;
      lacking(page).forEach(function (one) {
        var item = list.appendChild(document.createElement("li"));
        item.textContent = words.replace("{n}", one[0]).replace("{label}", one[1]);
        item.className = "x-lacking";
      });
    });
    if (!list.children.length) list.appendChild(document.createElement("li")).textContent = list.dataset.all;
  }

  window.kuaquProofs = { all: all, isKept: isKept, isPressed: isPressed, lacking: lacking, summarise: summarise };
})();
