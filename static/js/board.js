/* The dispatcher's board: which order is chosen, ghosts of the recommended slots in the lanes,
   choosing by J and K, ranking anew when somebody was faster. */
(function () {
  "use strict";
  var LATER_MS = 180;
  var timer = 0;

  function chosen() {
    return document.getElementById("x-chosen");
  }

  function number() {
    var panel = chosen();
    return (panel && panel.dataset.order) || "";
  }

  function markCards() {
    var mine = number();
    document.querySelectorAll(".x-job[data-number]").forEach(function (card) {
      card.setAttribute("aria-pressed", String(card.dataset.number === mine));
    });
  }

  /* A ghost shows where the recommended visit would go; only on the day that is shown. */
  function drawGhosts() {
    var lanes = document.getElementById("x-lanes");
    var pattern = document.getElementById("x-ghost-template");
    document.querySelectorAll(".x-lane > .x-ghost").forEach(function (ghost) {
      ghost.parentNode.removeAttribute("data-chosen");
      ghost.remove();
    });
    if (!lanes || !pattern) return;
    document.querySelectorAll("[data-ghost]").forEach(function (person) {
      var lane = document.getElementById("x-lane-" + person.dataset.lane);
      if (!lane || person.dataset.ghost !== lanes.dataset.day) return;
      var ghost = pattern.content.firstElementChild.cloneNode(true);
      ghost.querySelector("b").textContent = person.dataset.words;
      ghost.querySelector("small").textContent = person.dataset.note;
      ghost.style.left = person.dataset.left + "%";
      ghost.style.width = person.dataset.width + "%";
      lane.setAttribute("data-chosen", "");
      lane.appendChild(ghost);
    });
  }

  function show() {
    markCards();
    drawGhosts();
  }

  function rankAnew() {
    if (number()) window.htmx.trigger(chosen(), "rank");
    window.htmx.trigger(document.body, "board");
  }

  document.addEventListener("htmx:configRequest", function (event) {
    if (event.detail.elt.id === "x-pool") event.detail.parameters.order = number();
    /* Ranking anew must not be answered with "nothing has changed". */
    var cause = event.detail.triggeringEvent;
    if (cause && cause.type === "rank") {
      event.detail.path = event.detail.path.replace(/\?.*$/, "");
    }
  });

  document.addEventListener("htmx:afterRequest", function (event) {
    var request = event.detail.xhr;
    if (!request || !event.detail.requestConfig) return;
    if (event.detail.requestConfig.verb !== "post") return;
    if (request.status === 409) rankAnew();
    if (request.status < 300 && event.detail.elt.matches("[data-closes-drawer]")) {
      var drawer = document.getElementById("x-drawer");
      if (drawer) drawer.remove();
    }
  });

  document.addEventListener("htmx:afterSettle", show);

  /* keys.js has moved the focus by now; the order is chosen when the finger rests. */
  document.addEventListener("keydown", function (event) {
    if (event.key !== "j" && event.key !== "k") return;
    clearTimeout(timer);
    timer = setTimeout(function () {
      var card = document.activeElement;
      if (card && card.matches('.x-job[aria-pressed="false"]')) card.click();
    }, LATER_MS);
  });

  show();
})();
