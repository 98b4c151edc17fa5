"""A flow as the graph view draws it: boxes in lines of seven that read from left to right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from common import svg
from workorders.flow_picture import lines_of, tone

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from workorders.flow import Flow

_IN_A_LINE, _ACROSS, _DOWN, _BESIDE = 7, 190, 150, 62


def graph(
    flow: Flow, marked: Collection[str], chosen: str, counts: Mapping[str, int]
) -> dict[str, Any]:
    """Return {nodes: [{id, x, y, text, ink, ground, marked, chosen}], edges: [{source, target, aside}]}.

    Behind the name of a stage stands how many orders are in it, when there are any.
    """
    lines = lines_of(flow, set(marked))
    spots = svg.layered(
        [stage.key for stage in flow.stages],
        [(line.source, line.target) for line in lines if line.on_line],
        [(line.source, line.target) for line in lines if not line.on_line],
    )
    last = max((spot.row for spot in spots.values() if not spot.aside), default=0) // _IN_A_LINE
    aside = [key for key, spot in spots.items() if spot.aside]
    nodes = []
    for stage in flow.stages:
        spot = spots[stage.key]
        line, at = divmod(spot.row, _IN_A_LINE)
        if spot.aside:
            line, at = last + 1, aside.index(stage.key)
        ink, ground = tone(stage.meaning)
        here = counts.get(stage.key, 0)
        nodes.append(
            {
                "id": stage.key,
                "x": 100 + at * _ACROSS,
                "y": 60 + line * _DOWN + (0 if spot.aside else spot.column * _BESIDE),
                "text": f"{stage.name} · {here}" if here else stage.name,
                "ink": ink,
                "ground": ground,
                "marked": stage.key in marked,
                "chosen": stage.key == chosen,
            }
        )
    edges = [
        {"source": line.source, "target": line.target, "aside": not line.on_line} for line in lines
    ]
    return {"nodes": nodes, "edges": edges}
