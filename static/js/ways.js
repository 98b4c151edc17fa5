/* Which pages of a visit lie on the order's way. At a branch the arm is chosen as the flow would, by
   the answers and quotations of this phone; the server judges them again when they arrive. */
(function () {
  "use strict";
  var root = document.getElementById("x-job");
  var plan = JSON.parse(document.getElementById("x-ways").textContent);
  var memory = "kuaqu-answers-" + document.body.dataset.user + "-" + root.dataset.number;
  var said = remembered();

  /* What was sent from a kept page is in no queue and not yet on that page. */
  function remembered() {
    var kept = JSON.parse(window.localStorage.getItem(memory) || "{}");
    return kept.stamp === root.dataset.stamp ? kept.said : {};
  }
  function remember() {
    window.localStorage.setItem(memory, JSON.stringify({ stamp: root.dataset.stamp, said: said }));
  }

  /* Decimal numbers as whole thousandths. */
  function milli(text) {
    var found = /^([-−]?)(\d{1,12})(?:\.(\d{0,3})0*)?$/.exec((text || "").trim());
    if (!found) return null;
    var size = Number(found[2]) * 1000 + Number(((found[3] || "") + "000").slice(0, 3));
    return found[1] ? -size : size;
  }
  function product(a, b) {
    var size = Math.floor((2 * Math.abs(a * b) + 1000) / 2000);
    return a * b < 0 ? -size : size;
  }
  function combined(numbers, formula) {
    return numbers.reduce(function (a, b) {
      if (a === null || b === null) return null;
      return formula === "sum" ? a + b : formula === "difference" ? a - b : product(a, b);
    });
  }
  function values(entry, name) {
    return entry.fields
      .filter(function (field) {
        return field.name === name && field.value;
      })
      .map(function (field) {
        return field.value.trim();
      });
  }
  function answer(entry, field) {
    if (field.kind === "number") return milli(values(entry, field.name)[0]);
    if (field.kind === "computed") {
      return combined(
        field.of.map(function (name) {
          return milli(values(entry, name)[0]);
        }),
        field.formula
      );
    }
    var given = values(entry, field.kind === "parts" ? field.name + "-part" : field.name);
    return given.length ? given : null;
  }
  /* What an entry of the queue says: facts by their names; an answer that was taken out is null. */
  function facts(entry) {
    var found = {};
    var address = new URL(entry.url);
    if (address.pathname.indexOf("/" + root.dataset.number + "/") < 0) return found;
    var fields = plan.forms[address.pathname] || {};
    Object.keys(fields).forEach(function (fact) {
      found[fact] = answer(entry, fields[fact]);
    });
    var quote = values(entry, "quote")[0];
    if (quote) found.quote_yuan = milli(quote);
    return found;
  }

  function holds(when, known) {
    return when.every(function (one) {
      var value = known[one.fact];
      if ("low" in one) {
        var isNumber = typeof value === "number";
        return isNumber && (one.low === null || value >= one.low) && (one.below === null || value < one.below);
      }
      var codes = Array.isArray(value) ? value : [];
      function isAmong(list) {
        return codes.some(function (code) {
          return list.indexOf(code) >= 0;
        });
      }
      return (!one.any.length || isAmong(one.any)) && !isAmong(one.none);
    });
  }
  /* Of the ways with one key the first that holds, of those the nearest step forward. */
  function chosen(arms, known) {
    var keys = [];
    return arms
      .filter(function (arm) {
        if (keys.indexOf(arm.key) >= 0 || !holds(arm.when, known)) return false;
        keys.push(arm.key);
        return arm.run !== null;
      })
      .sort(function (a, b) {
        return a.at - b.at;
      })[0];
  }
  /* Whether something that is asked for before a branch has no answer yet. */
  function isOpen(page) {
    var place = page.querySelector("[data-answers], [name=quote]");
    if (!place || "done" in page.dataset) return false;
    return !window.kuaquProofs.isKept(place.form || place);
  }

  /* The pages along the way, in its order; a branch that cannot be passed yet is the last. */
  function along(every) {
    var found = [];
    var known = Object.assign({}, plan.known, said);
    var run = plan.runs[0];
    function take(pair) {
      var page = every.find(function (one) {
        return one.dataset.page === String(pair[0]);
      });
      if (found.indexOf(page) >= 0) return;
      page.dataset.stage = pair[1];
      found.push(page);
    }
    while (run) {
      var pages = run.arms.length ? run.pages.slice(0, -1) : run.pages;
      pages.forEach(take);
      if (!run.arms.length) break;
      var waits = found.some(isOpen);
      var arm = waits ? null : chosen(run.arms, known);
      if (!arm) {
        take(run.pages[run.pages.length - 1]);
        var branch = found[found.length - 1];
        branch.querySelector("[data-open]").hidden = !waits;
        branch.querySelector("[data-elsewhere]").hidden = waits;
      }
      run = arm ? plan.runs[arm.run] : null;
    }
    return found;
  }

  document.addEventListener("outbox:stored", function (event) {
    Object.assign(said, facts(event.detail.entry));
    remember();
  });
  document.addEventListener("outbox:changed", function (event) {
    event.detail.entries.forEach(function (entry) {
      if (!entry.refused) Object.assign(said, facts(entry));
    });
    remember();
  });
  document.addEventListener("outbox:refused", function (event) {
    Object.keys(facts(event.detail.entry)).forEach(function (fact) {
      delete said[fact];
    });
    remember();
  });

  window.kuaquWays = { along: along };
})();
