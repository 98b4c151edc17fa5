/* The graph of a flow: drawn from what the designer says, with the numbers of what the checks found;
   a chosen stage opens beside it. Zoomed and moved by buttons and keys. */
(function () {
  "use strict";
  var FAULTS = { error: "#a8161d", warning: "#b06a00" };
  var PAN = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
  var place = document.getElementById("x-graph");
  var drawn = null;
  var held = false;  /* whoever zoomed keeps what they look at */
  if (!place || !window.Core) return;

  function node(each) {
    var stroke = FAULTS[each.fault];
    return {
      id: each.id, type: "rect", x: each.x, y: each.y, text: each.text,
      properties: {
        width: 150, height: 44, radius: 6,
        style: {
          fill: each.ground, stroke: stroke || (each.chosen ? "#0f5fc2" : "#c6cedb"),
          strokeWidth: stroke || each.chosen ? 3 : 1,
          strokeDasharray: each.fault === "warning" ? "6 3" : "",
        },
        textStyle: { color: each.ink, fontSize: 13 },
      },
    };
  }

  function edge(each) {
    var stroke = FAULTS[each.fault];
    return {
      type: each.aside ? "bezier" : "polyline", sourceNodeId: each.source, targetNodeId: each.target,
      text: each.text || undefined,
      properties: {
        style: {
          stroke: stroke || (each.aside ? "#c6cedb" : "#5f6b82"),
          strokeWidth: stroke ? 3 : each.aside ? 1 : 1.5,
          strokeDasharray: each.fault === "warning" ? "6 3" : "",
        },
        textStyle: { color: stroke || "#131a26", fontSize: 13, fontWeight: 700 },
      },
    };
  }

  function open(event) {
    var link = document.getElementById("x-open-" + event.data.id);
    if (link) link.click();
  }

  function draw() {
    var told = document.getElementById("x-graph-told");
    if (!told) return;
    var flow = JSON.parse(told.textContent);
    if (!drawn) {
      drawn = new window.Core.LogicFlow({
        container: place, isSilentMode: true, grid: false, stopScrollGraph: true,
        stopZoomGraph: true, keyboard: { enabled: false }, height: place.clientHeight,
      });
      drawn.on("node:click", open);
    }
    drawn.render({ nodes: flow.nodes.map(node), edges: flow.edges.map(edge) });
    if (!held) drawn.fitView(20, 20);
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-zoom]");
    if (!button || !drawn) return;
    held = button.dataset.zoom !== "fit";
    if (held) drawn.zoom(button.dataset.zoom === "in");
    else drawn.fitView(20, 20);
  });

  document.addEventListener("keydown", function (event) {
    var step = event.shiftKey && PAN[event.key];
    if (!step || !drawn || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
    event.preventDefault();
    held = true;
    drawn.translate(step[0], step[1]);
  });

  document.body.addEventListener("htmx:afterSettle", draw);
  draw();
})();
