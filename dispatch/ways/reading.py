"""The rules and an order's way through one, as people read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common import clock
from common.formatting import when
from dispatch.models import AssignmentRule, AssignmentRun, AssignmentSeason
from dispatch.ways.steps import Step, read

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from django.db.models import QuerySet

    from workorders.models import WorkOrder


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step of a run; `state` is done, now or next, `outcome` what came of it."""

    words: str
    state: str
    outcome: str


@dataclass(frozen=True, slots=True)
class ShownRun:
    """An order's way through its rule; `verdict` says how it ended, empty while it is under way."""

    number: str
    rule: str
    is_running: bool
    ends_at: datetime | None
    steps: list[ShownStep]
    verdict: str
    suggested: str = ""
    """Whom the rule suggests now; a dispatcher confirms."""


def assignment_rules() -> QuerySet[AssignmentRule]:
    """Return all rules in the order they count, with region and seasons."""
    return AssignmentRule.objects.select_related("region").prefetch_related("seasons")


def seasons() -> QuerySet[AssignmentSeason]:
    """Return the seasons of all rules."""
    return AssignmentSeason.objects.select_related("rule")


def steps_of(rule: AssignmentRule) -> list[Step]:
    """Return a rule's steps."""
    return read(rule.steps)


def run_of(order: WorkOrder) -> ShownRun | None:
    """Return an order's way through its rule, None when no rule took it up; one query."""
    run = AssignmentRun.objects.filter(work_order=order).first()
    if run is None:
        return None
    tries: dict[str, Mapping[str, Any]] = {row.get("step", ""): row for row in run.tries}
    is_running = run.state == AssignmentRun.State.RUNNING
    shown = [
        ShownStep(
            step.words,
            _state(run, place),
            _outcome(tries.get(step.words, {})),
        )
        for place, step in enumerate(read(run.steps))
    ]
    verdict = "" if is_running else _verdict(run)
    last = run.tries[-1] if is_running and run.tries else {}
    name = last["name"] if last.get("code") == "suggested" else ""
    return ShownRun(order.number, run.rule_name, is_running, run.step_ends_at, shown, verdict, name)


def run_stamp(order: WorkOrder) -> tuple[str, int] | None:
    """Return what the picture of an order's run depends on; one query."""
    runs = AssignmentRun.objects.filter(work_order=order)
    return runs.values_list("state", "position").first()


def _state(run: AssignmentRun, place: int) -> str:
    if run.drawn >= run.share_pct:
        return "next"
    if place < run.position:
        return "done"
    return "now" if place == run.position else "next"


def _outcome(row: Mapping[str, Any]) -> str:
    code = row.get("code")
    if code == "given":
        return _("given to %(name)s") % {"name": row["name"]}
    if code == "suggested":
        return _("suggested: %(text)s") % {"text": row["text"]}
    if code == "declined":
        return _("%(name)s declined") % {"name": row["name"]}
    if code == "offered":
        until = when(datetime.fromisoformat(row["until"]), now=clock.now())
        words = _("offered to %(count)s people until %(moment)s")
        return words % {"count": row["people"], "moment": until}
    return _("nobody: %(text)s") % {"text": row.get("text", "")} if code else ""


def _verdict(run: AssignmentRun) -> str:
    last = run.tries[-1] if run.tries else {}
    if last.get("code") == "left":
        return _("Left to a dispatcher: %(text)s") % {"text": last["text"]}
    return str(AssignmentRun.State(run.state).label)
