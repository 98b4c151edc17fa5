"""A flow as the graph view draws it: boxes in lines of seven that read from left to right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from common import svg
from workorders.flow_picture import lines_of, tone

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from workorders.flow import Flow
    from workorders.flow_findings import Found

_IN_A_LINE, _ACROSS, _DOWN, _BESIDE = 7, 190, 150, 62


def graph(
    flow: Flow, found: Sequence[Found], chosen: str, counts: Mapping[str, int]
) -> dict[str, Any]:
    """Return {nodes: [{id, x, y, text, ink, ground, fault, chosen}],
    edges: [{source, target, aside, text, fault}]}.

    Behind the name of a stage stands how many orders are in it, when there are any. Stages and ways
    that the checks found carry the numbers of the findings, and `fault` is "error" or "warning".
    """
    at_stages, at_ways = _marks(flow, found)
    lines = lines_of(flow, {each.finding.where for each in found if each.part.startswith("way.")})
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
        numbers = at_stages.get(stage.key, [])
        name = f"{stage.name} · {here}" if here else stage.name
        nodes.append(
            {
                "id": stage.key,
                "x": 100 + at * _ACROSS,
                "y": 60 + line * _DOWN + (0 if spot.aside else spot.column * _BESIDE),
                "text": f"{_words(numbers)} {name}" if numbers else name,
                "ink": ink,
                "ground": ground,
                "fault": _fault(found, numbers),
                "chosen": stage.key == chosen,
            }
        )
    edges = []
    for each in lines:
        numbers = at_ways.get((each.source, each.target), [])
        edges.append(
            {
                "source": each.source,
                "target": each.target,
                "aside": not each.on_line,
                "text": _words(numbers),
                "fault": _fault(found, numbers),
            }
        )
    return {"nodes": nodes, "edges": edges}


def _marks(
    flow: Flow, found: Iterable[Found]
) -> tuple[dict[str, list[int]], dict[tuple[str, str], list[int]]]:
    """The numbers of the findings by the stage, or by the ends of the way, that they are about."""
    at_stages: dict[str, list[int]] = {}
    at_ways: dict[tuple[str, str], list[int]] = {}
    for number, each in enumerate(found, start=1):
        where = each.finding.where
        if each.part.startswith("way."):
            for way in flow.transitions:
                for source in way.sources if way.key == where else ():
                    at_ways.setdefault((source, way.target), []).append(number)
                    # Where boxes stand on the way its line is hidden: its beginning tells, too.
                    at_stages.setdefault(source, []).append(number)
        elif each.stage:
            at_stages.setdefault(each.stage, []).append(number)
        elif each.part.startswith("form."):
            for stage in flow.stages:
                if where in {stage.form, *(task.form for task in stage.tasks)}:
                    at_stages.setdefault(stage.key, []).append(number)
    return at_stages, at_ways


def _words(numbers: Iterable[int]) -> str:
    shown = " ".join(str(number) for number in dict.fromkeys(numbers))
    return f"⚠{shown}" if shown else ""


def _fault(found: Sequence[Found], numbers: Iterable[int]) -> str:
    grave = [found[number - 1].is_error for number in numbers]
    return ("error" if any(grave) else "warning") if grave else ""
