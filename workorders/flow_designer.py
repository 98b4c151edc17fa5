"""The designer's page of a draft: the list of stages, the open part, the checks, the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from workorders.flow import Flow, read_flow
from workorders.flow_choices import FlowChoices
from workorders.flow_drafting import body_of
from workorders.flow_edit_words import edits_words
from workorders.flow_graph import graph
from workorders.flow_list import newest_version, standing
from workorders.flow_overlaps import draft_findings
from workorders.flow_panel import Asked, Panel
from workorders.flow_panels import panel_of
from workorders.models import FlowVersion
from workorders.services.flow_editing import last_change

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.http import QueryDict

    from workorders.flow import Stage
    from workorders.flow.bodies import Body
    from workorders.flow_findings import Found
    from workorders.models import FlowDraft, FlowDraftChange


@dataclass(frozen=True, slots=True)
class StageRow:
    """A stage in the list; `up` and `down` are the stages it is put behind when it moves by one."""

    at: int
    stage: Stage
    part: str
    faults: int
    warnings: int
    orders: int
    up: str
    down: str


@dataclass(frozen=True, slots=True)
class Step:
    """Who did what to the draft."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Designer:
    """Everything the designer shows; `panel` is None while no part is open."""

    draft: FlowDraft
    flow: Flow
    choices: FlowChoices
    panel: Panel | None
    found: list[Found]
    rows: list[StageRow]
    published: FlowVersion | None
    undoable: Step | None
    beside: list[Step]
    against: list[Step]

    @property
    def errors(self) -> int:
        """How many findings keep it from being published."""
        return sum(found.is_error for found in self.found)

    @property
    def chosen(self) -> str:
        """The stage the open part belongs to."""
        return self.panel.stage if self.panel else ""

    @property
    def part(self) -> str:
        """The open part, or the chosen stage."""
        return self.panel.part if self.panel else ""

    @property
    def marked(self) -> set[str]:
        """What the findings are about, and where: the picture marks it."""
        return {key for each in self.found for key in (each.finding.where, each.stage)}

    @property
    def graph(self) -> dict[str, Any]:
        """The flow as the graph view draws it."""
        return graph(self.flow, self.found, self.chosen, self.counts)

    @property
    def links(self) -> dict[str, str]:
        """Where each stage of the picture leads."""
        return {row.stage.key: f"?part={quote(row.part)}" for row in self.rows}

    @property
    def counts(self) -> dict[str, int]:
        """Open orders by stage."""
        return {row.stage.key: row.orders for row in self.rows}


def designer(
    draft: FlowDraft,
    part: str,
    *,
    data: QueryDict | None = None,
    quiet: bool = False,
    beside: Iterable[FlowDraftChange] = (),
    against: Iterable[FlowDraftChange] = (),
) -> Designer:
    """Return the page of a draft with a part open; with `data` as it was sent.

    `beside` and `against` are changes of others to tell of. Refused when a variant fits no more.
    """
    body = body_of(draft)
    flow = read_flow(body)
    choices = FlowChoices(flow)
    found = draft_findings(draft, flow)
    last = last_change(draft)
    return Designer(
        draft=draft,
        flow=flow,
        choices=choices,
        panel=panel_of(part or "flow", Asked(draft, body, choices, data, quiet)),
        found=found,
        rows=_rows(flow, found, _standing(draft)),
        published=newest_version(draft.key, draft.variant),
        undoable=_step(last, body) if last else None,
        beside=[_step(change, body) for change in beside],
        against=[_step(change, body) for change in against],
    )


def _step(change: FlowDraftChange, body: Body) -> Step:
    before = change.before.get("body") or body
    return Step(change.made_by.display_name, edits_words(change.edits, before))


def _rows(flow: Flow, found: list[Found], orders: Mapping[str, int]) -> list[StageRow]:
    rows = []
    keys = [stage.key for stage in flow.stages]
    for at, stage in enumerate(flow.stages):
        here = [each for each in found if each.stage == stage.key]
        rows.append(
            StageRow(
                at=at + 1,
                stage=stage,
                part=f"stage.{stage.key}",
                faults=sum(each.is_error for each in here),
                warnings=sum(not each.is_error for each in here),
                orders=orders.get(stage.key, 0),
                up=keys[at - 2] if at > 1 else "",
                down=keys[at + 1] if 0 < at < len(keys) - 1 else "",
            )
        )
    return rows


def _standing(draft: FlowDraft) -> dict[str, int]:
    """Open orders of the published flow by the stage they stand in."""
    return standing(FlowVersion.objects.filter(key=draft.key, variant=draft.variant))
