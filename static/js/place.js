/* Dragging on the board: a waiting card or a visit onto somebody's day, at quarters of an hour.
   #x-lanes names its hours: data-first-hour, data-last-hour; a cell of the week has data-day. What
   speaks against it the server asks; T and the menu of a visit do the same without a mouse. */
(function () {
  "use strict";
  var FAR_PX = 6;
  var EDGE_PX = 40;
  var STEP_MIN = 15;
  var drag = null;

  function lanes() {
    return document.getElementById("x-lanes");
  }

  function two(number) {
    return ("0" + number).slice(-2);
  }

  function clock(minutes) {
    return two(Math.floor(minutes / 60)) + ":" + two(minutes % 60);
  }

  /* Where the pointer is: a person's day with a time, a day of the week without one, or nothing. */
  function placeAt(x, y) {
    var under = document.elementFromPoint(x, y);
    var lane = under && under.closest(".x-lane[data-installer], .x-day-cell[data-installer]");
    if (!lane) return null;
    var place = { lane: lane, installer: lane.dataset.installer, box: lane.getBoundingClientRect() };
    if (lane.matches(".x-day-cell")) {
      place.day = lane.dataset.day;
      place.left = 0;
      place.label = lane.dataset.label;
      return place;
    }
    var first = 60 * Number(lanes().dataset.firstHour);
    var last = 60 * Number(lanes().dataset.lastHour);
    var share = (x - drag.grip - place.box.left) / place.box.width;
    var minutes = first + Math.round((share * (last - first)) / STEP_MIN) * STEP_MIN;
    minutes = Math.max(first, Math.min(last - STEP_MIN, minutes));
    place.day = lanes().dataset.day;
    place.time = clock(minutes);
    place.left = ((minutes - first) / (last - first)) * place.box.width;
    place.label = place.time;
    return place;
  }

  function show(place) {
    var ghost = drag.ghost;
    document.querySelectorAll("[data-drop]").forEach(function (lane) {
      lane.removeAttribute("data-drop");
    });
    ghost.firstElementChild.textContent = place ? place.label : "";
    ghost.classList.toggle("x-nowhere", !place);
    ghost.style.left = (place ? place.box.left + place.left : drag.x + 8) + "px";
    ghost.style.top = (place ? place.box.top + 5 : drag.y + 8) + "px";
    if (place) place.lane.setAttribute("data-drop", "");
  }

  function begin(event) {
    var ghost = document.createElement("div");
    ghost.className = "x-dragged";
    ghost.appendChild(document.createElement("b"));
    ghost.appendChild(document.createElement("small")).textContent = drag.words;
    ghost.style.width = drag.width + "px";
    document.body.appendChild(ghost);
    drag.ghost = ghost;
    document.body.classList.add("x-dragging");
    drag.source.setPointerCapture(event.pointerId);
  }

  function end() {
    if (!drag) return;
    if (drag.ghost) drag.ghost.remove();
    document.body.classList.remove("x-dragging");
    document.querySelectorAll("[data-drop]").forEach(function (lane) {
      lane.removeAttribute("data-drop");
    });
    drag = null;
  }

  function send(source, place) {
    var values = { installer: place.installer, day: place.day, held: source.dataset.held || "" };
    if (place.time) values.time = place.time;
    window.htmx.ajax("POST", source.dataset.place, {
      source: source,
      target: "#x-chosen",
      swap: "outerHTML",
      values: values,
      headers: { "Idempotency-Key": String(Date.now()) + Math.random().toString(36).slice(2) },
    });
  }

  document.addEventListener("pointerdown", function (event) {
    var source = event.target.closest("[data-place]");
    if (!source || event.button !== 0 || event.pointerType === "touch") return;
    var box = source.getBoundingClientRect();
    var isVisit = source.matches(".x-block");
    drag = {
      source: source,
      startX: event.clientX,
      startY: event.clientY,
      grip: isVisit ? event.clientX - box.left : 0,
      width: isVisit ? Math.max(box.width, 60) : 120,
      words: source.dataset.words,
      ghost: null,
    };
  });

  document.addEventListener("pointermove", function (event) {
    if (!drag) return;
    drag.x = event.clientX;
    drag.y = event.clientY;
    if (!drag.ghost) {
      if (Math.abs(drag.x - drag.startX) + Math.abs(drag.y - drag.startY) < FAR_PX) return;
      begin(event);
    }
    var frame = document.getElementById("x-lanes-scroll");
    var edge = frame.getBoundingClientRect();
    if (drag.x > edge.left && drag.y > edge.bottom - EDGE_PX) frame.scrollTop += 12;
    if (drag.x > edge.left && drag.y < edge.top + EDGE_PX) frame.scrollTop -= 12;
    drag.ghost.style.display = "none";
    var place = placeAt(drag.x, drag.y);
    drag.ghost.style.display = "";
    show(place);
  });

  document.addEventListener("pointerup", function (event) {
    if (!drag) return;
    var source = drag.source;
    var wasDragged = Boolean(drag.ghost);
    if (drag.ghost) drag.ghost.style.display = "none";
    var place = wasDragged ? placeAt(event.clientX, event.clientY) : null;
    end();
    if (!wasDragged) return;
    /* The click that ends a drag opens nothing. */
    document.addEventListener("click", stop, true);
    setTimeout(function () {
      document.removeEventListener("click", stop, true);
    }, 0);
    if (place) send(source, place);
  });

  function stop(event) {
    event.preventDefault();
    event.stopPropagation();
  }

  document.addEventListener("pointercancel", end);
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") end();
  });
})();
