"""What differs between two flows, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from common.marking import N_

if TYPE_CHECKING:
    from workorders.flow import Flow

_KINDS: Mapping[str, str] = {
    "stages": N_("Stage “%(name)s”"),
    "transitions": N_("Way “%(name)s”"),
    "forms": N_("Form “%(name)s”"),
    "triggers": N_("Sentence “%(name)s”"),
}
_VALUES: Mapping[str, str] = {
    "name": N_("name"),
    "meaning": N_("meaning"),
    "sla_minutes": N_("time limit"),
    "business_time": N_("which time passes"),
    "department": N_("department"),
    "role": N_("responsible role"),
    "hint": N_("hint"),
    "form": N_("form"),
    "quiet": N_("whether the department is told"),
    "carries": N_("whether earlier photos count"),
    "tasks": N_("tasks"),
    "target": N_("where it leads"),
    "sources": N_("where it starts"),
    "guards": N_("what must be true"),
    "roles": N_("who may take it"),
    "asks": N_("what is asked"),
    "effects": N_("effects"),
    "when": N_("conditions"),
    "approvals": N_("how many say yes"),
    "fields": N_("fields"),
    "on": N_("when it happens"),
    "stage": N_("in which stage"),
    "actions": N_("what is done"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs: `mark` is "added", "removed", "changed" or "moved"; `stage` where."""

    mark: str
    what: str
    how: str = ""
    stage: str = ""


def differences(before: Flow, after: Flow) -> list[Difference]:
    """Return what is new, gone, moved and changed, stages first."""
    found = [*_order(before, after)]
    for part, sentence in _KINDS.items():
        found += _parts(part, sentence, before, after)
    if before.name != after.name:
        found.append(Difference("changed", _("Name of the flow"), f"{before.name} → {after.name}"))
    if before.initial != after.initial:
        names = (before.stage(before.initial).name, after.stage(after.initial).name)
        found.append(Difference("changed", _("Where orders begin"), " → ".join(names)))
    return found


def _order(before: Flow, after: Flow) -> Iterator[Difference]:
    """Stages that stand behind another stage now, among those both have."""
    old, new = ([stage.key for stage in flow.stages] for flow in (before, after))
    both = [key for key in new if key in old]
    line = [key for key in old if key in new]
    while both != line:
        at = next(n for n, (a, b) in enumerate(zip(both, line, strict=True)) if a != b)
        # The one whose taking out brings the two nearer to each other is the one that moved.
        key = both[at] if line.index(both[at]) - at >= both.index(line[at]) - at else line[at]
        name = after.stage(key).name
        yield Difference("moved", _("Stage “%(name)s”") % {"name": name}, stage=key)
        both.remove(key)
        line.remove(key)


def _parts(part: str, sentence: str, before: Flow, after: Flow) -> Iterator[Difference]:
    old, new = (_keyed(getattr(flow, part)) for flow in (before, after))
    for key, each in new.items():
        what = _(sentence) % {"name": getattr(each, "name", key[0])}
        if key not in old:
            yield Difference("added", what, stage=_stage(part, each))
        elif old[key] != each:
            changed = [
                _(_VALUES[one.name])
                for one in fields(each)
                if one.name in _VALUES and getattr(old[key], one.name) != getattr(each, one.name)
            ]
            if changed:
                yield Difference("changed", what, "、".join(changed), _stage(part, each))
    for key, each in old.items():
        if key not in new:
            yield Difference("removed", _(sentence) % {"name": getattr(each, "name", key[0])})


def _keyed(parts: tuple[Any, ...]) -> dict[tuple[str, int], Any]:
    """Ways of one key are told apart by their order."""
    found: dict[tuple[str, int], Any] = {}
    for each in parts:
        nth = sum(1 for key, _at in found if key == each.key)
        found[(each.key, nth)] = each
    return found


def _stage(part: str, each: Any) -> str:
    if part == "stages":
        return str(each.key)
    return str(each.sources[0] if part == "transitions" else getattr(each, "stage", ""))
