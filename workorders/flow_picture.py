"""A flow as a picture: its stages in rows, the ways between them, and where something is wrong."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from common import svg
from workorders.flow import Meaning, is_on_plan

if TYPE_CHECKING:
    from workorders.flow import Flow, Transition

# Ink and ground of each meaning: the pairs of the states everywhere else.
_TONES: Mapping[Meaning, tuple[str, str]] = {
    Meaning.WAITING: ("#8a4b00", "#fff0d6"),
    Meaning.ASSIGNED: ("#1746a2", "#e2ebff"),
    Meaning.EN_ROUTE: ("#5b2aa0", "#efe6fd"),
    Meaning.ON_SITE: ("#0a6b4b", "#dff5ea"),
    Meaning.IN_REVIEW: ("#0b5a73", "#dcf3f9"),
    Meaning.DONE: ("#4a5263", "#e9ecf2"),
    Meaning.ON_HOLD: ("#4a5263", "#f8fafc"),
    Meaning.CANCELLED: ("#4a5263", "#ffffff"),
}


def flow_picture(
    flow: Flow,
    *,
    title: str,
    marked: Collection[str] = (),
    links: Mapping[str, str] | None = None,
    counts: Mapping[str, int] | None = None,
    chosen: str = "",
) -> str:
    """Draw a flow; stages, tasks, forms and ways of the keys in `marked` stand out.

    `links` are addresses by stage, `counts` how many orders stand there; both may lack stages.
    """
    boxes = []
    for stage in flow.stages:
        ink, ground = tone(stage.meaning)
        here = {stage.key, *(task.key for task in stage.tasks)} | ({stage.form} - {""})
        count = (counts or {}).get(stage.key)
        boxes.append(
            svg.Box(
                key=stage.key,
                words=stage.name,
                ink=ink,
                ground=ground,
                href=(links or {}).get(stage.key, ""),
                beside=str(count) if count else "",
                is_chosen=stage.key == chosen,
                is_marked=not here.isdisjoint(marked),
            )
        )
    return svg.layers(boxes, lines_of(flow, marked), title=title)


def tone(meaning: Meaning) -> tuple[str, str]:
    """Return the ink and the ground of a stage that means this."""
    return _TONES[meaning]


def lines_of(flow: Flow, marked: Collection[str]) -> list[svg.Line]:
    """Return one line for each pair of stages a way leads between; cancelling only where marked."""
    found: dict[tuple[str, str], svg.Line] = {}
    for way in flow.transitions:
        for source in way.sources:
            line = svg.Line(source, way.target, is_on_plan(flow, way), way.key in marked)
            known = found.get((source, way.target))
            if known is not None:
                line = svg.Line(
                    source, way.target, known.on_line or line.on_line,
                    known.is_marked or line.is_marked,
                )  # fmt: skip
            if line.is_marked or _is_shown(flow, way, source):
                found[(source, way.target)] = line
    return list(found.values())


def _is_shown(flow: Flow, way: Transition, source: str) -> bool:
    """Nearly every stage can be cancelled: these lines would hide all others."""
    return way.target != source and flow.stage(way.target).meaning is not Meaning.CANCELLED
