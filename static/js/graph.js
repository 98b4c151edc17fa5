/* The graph of a flow: drawn from what the designer says, a chosen stage opens beside it. */
(function () {
  "use strict";
  var place = document.getElementById("x-graph");
  var drawn = null;
  if (!place || !window.Core) return;

  function node(each) {
    return {
      id: each.id, type: "rect", x: each.x, y: each.y, text: each.text,
      properties: {
        width: 150, height: 44, radius: 6,
        style: {
          fill: each.ground, stroke: each.marked ? "#a8161d" : each.chosen ? "#0f5fc2" : "#c6cedb",
          strokeWidth: each.marked || each.chosen ? 3 : 1,
        },
        textStyle: { color: each.ink, fontSize: 13 },
      },
    };
  }

  function edge(each) {
    return {
      type: each.aside ? "bezier" : "polyline", sourceNodeId: each.source, targetNodeId: each.target,
      properties: {
        style: { stroke: each.aside ? "#c6cedb" : "#5f6b82", strokeWidth: each.aside ? 1 : 1.5 },
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
    drawn.fitView(20, 20);
  }

  document.body.addEventListener("htmx:afterSettle", draw);
  draw();
})();
