"""What the checks found in a flow, in words, with where it is and how grave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from workorders.flow import FINDINGS, Company, check
from workorders.flow.words import EVENTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workorders.flow import Finding, Flow

# People are hired and given roles any day; a form nobody fills in harms nobody; what was not tried
# may be fine.
_WARNINGS = {
    "form_unused", "stage_role_not_held", "task_role_not_held", "role_not_held", "too_few_people",
    "no_full_trial", "limit_too_short",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """A finding: its sentence, the stage it stands at ("" = the flow), and the part that mends it."""

    finding: Finding
    sentence: str
    stage: str
    part: str
    is_error: bool


def findings(flow: Flow, company: Company) -> list[Found]:
    """Return everything the checks find, errors first."""
    found = [_told(flow, each) for each in check(flow, company)]
    return sorted(found, key=lambda each: not each.is_error)


def _told(flow: Flow, finding: Finding) -> Found:
    name, stage, part = _place(flow, finding.where)
    return Found(
        finding=finding,
        sentence=_(FINDINGS[finding.code]) % {"where": name},
        stage=stage,
        part=part,
        is_error=finding.code not in _WARNINGS,
    )


def _place(flow: Flow, where: str) -> tuple[str, str, str]:
    """Return the name, the stage and the part of the designer a key belongs to."""
    return next((place for key, place in _places(flow) if key == where), (where, "", ""))


def _places(flow: Flow) -> Iterator[tuple[str, tuple[str, str, str]]]:
    stages = {stage.key: stage.name for stage in flow.stages}
    for stage in flow.stages:
        yield stage.key, (stage.name, stage.key, f"stage.{stage.key}")
    for stage in flow.stages:
        for task in stage.tasks:
            yield task.key, (task.name, stage.key, f"task.{stage.key}.{task.key}")
    for way in flow.transitions:
        yield way.key, (way.name, way.sources[0], f"way.{way.sources[0]}.{way.key}.0")
    for form in flow.forms:
        yield form.key, (form.name, "", f"form.{form.key}")
    for trigger in flow.triggers:
        name = stages.get(trigger.stage, "")
        words = " · ".join(part for part in (name, _(EVENTS[trigger.on])) if part)
        yield trigger.key, (words, trigger.stage, f"trigger.{trigger.key}")
