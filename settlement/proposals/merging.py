"""One body out of headquarters' rules and what the regions set; where both changed a value, people decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from settlement.engine.paths import value_at
from settlement.engine.regional import (
    Values,
    hq_part,
    is_permitted,
    is_value,
    merged,
    own_of,
    own_values,
    patterns_of,
    same_kind,
)
from settlement.proposals.regions import RegionTree, region_tree
from settlement.services.rules_in_force import latest_version

if TYPE_CHECKING:
    from settlement.models import RuleDraft, RuleSetVersion

REGION, HQ = "region", "hq"
"""How a conflict is decided: keep the region's value, or take headquarters'."""


@dataclass(frozen=True, slots=True)
class Clash:
    """A value a region set and headquarters changed since: was, headquarters' now, the region's now.

    `gone` says that regions may not set it any more; then there is nothing to choose.
    """

    region: str  # code
    path: str
    was: Any
    hq: Any
    own: Any
    gone: bool = False
    choice: str = ""

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to decide."""
        return not self.gone and not self.choice


@dataclass(frozen=True, slots=True)
class Merge:
    """The body a draft would publish, and what had to be decided for it."""

    body: dict[str, Any]
    clashes: tuple[Clash, ...]
    latest: RuleSetVersion | None

    @property
    def open_clashes(self) -> tuple[Clash, ...]:
        """What still waits for a decision."""
        return tuple(each for each in self.clashes if each.is_open)


def own_by_region(version: RuleSetVersion | None, tree: RegionTree) -> dict[str, dict[str, Any]]:
    """Return what each region sets itself in a version."""
    overrides = own_values(version.body) if version else {}
    return {code: own_of(overrides, tree.above, code) for code in overrides}


def merge_of(draft: RuleDraft, tree: RegionTree | None = None) -> Merge:
    """Return what publishing the draft now would freeze; decided conflicts are applied.

    Regions' values come from the version published last, so that none is lost when a region and
    headquarters publish one after the other.
    """
    tree = tree or region_tree()
    latest = latest_version(draft.rule_set)
    own = own_by_region(latest, tree)
    vanished = [
        Clash(code, path, None, None, value, gone=True)
        for code in [code for code in own if code not in tree.names]
        for path, value in own.pop(code).items()
    ]
    if draft.region is None:
        body = hq_part(draft.body)
        before = hq_part(draft.base.body if draft.base else body)
        clashes = _hq_clashes(body, before, own)
    else:
        body = hq_part(latest.body) if latest else {}
        clashes = _region_clashes(draft, body, own, tree)
    clashes = [_decided(each, draft.resolutions) for each in clashes]
    if draft.region is not None:
        _take_changes(own, draft.region.code, draft.body)
    for clash in clashes:
        if clash.gone or clash.choice == HQ:
            own.get(clash.region, {}).pop(clash.path, None)
    body = merged(body, own, tree.above, tree.names)
    return Merge(body, (*clashes, *vanished), latest)


def inherited_value(
    body: Mapping[str, Any], own: Mapping[str, Values], above: Sequence[str], path: str
) -> Any:
    """Return what counts at a place from above: the nearest region's value, else headquarters'."""
    for code in reversed(above):
        if path in own.get(code, {}):
            return own[code][path]
    return value_at(body, path)


def _hq_clashes(
    body: Mapping[str, Any], before: Mapping[str, Any], own: Mapping[str, Values]
) -> list[Clash]:
    patterns = patterns_of(body)
    found = []
    for code, values in sorted(own.items()):
        for path, value in values.items():
            was, now = value_at(before, path), value_at(body, path)
            if _gone(path, now, value, patterns):
                found.append(Clash(code, path, was, now, value, gone=True))
            elif was != now and now != value:
                found.append(Clash(code, path, was, now, value))
    return found


def _region_clashes(
    draft: RuleDraft, body: Mapping[str, Any], own: Mapping[str, Values], tree: RegionTree
) -> list[Clash]:
    code = draft.region.code if draft.region else ""
    above, patterns = list(tree.above.get(code, ())), patterns_of(body)
    found = []
    for path, change in draft.body.items():
        was, mine = change["was"], change["now"]
        now = inherited_value(body, own, above, path)
        if _gone(path, now, mine, patterns):
            found.append(Clash(code, path, was, now, mine, gone=True))
        elif was != now and mine is not None and mine != now:
            found.append(Clash(code, path, was, now, mine))
    return found


def _gone(path: str, now: Any, value: Any, patterns: Any) -> bool:
    if now is None or not is_permitted(path, patterns) or not is_value(now):
        return True
    return value is not None and not same_kind(value, now)


def _decided(clash: Clash, resolutions: Mapping[str, Any]) -> Clash:
    """Return the clash with its decision, as long as both values are those that were decided on."""
    made = resolutions.get(clash.region, {}).get(clash.path)
    if not made or clash.gone or (made["hq"], made["own"]) != (clash.hq, clash.own):
        return clash
    return Clash(clash.region, clash.path, clash.was, clash.hq, clash.own, choice=made["choice"])


def _take_changes(own: dict[str, dict[str, Any]], code: str, changes: Mapping[str, Any]) -> None:
    values = own.setdefault(code, {})
    for path, change in changes.items():
        if change["now"] is None:
            values.pop(path, None)
        else:
            values[path] = change["now"]
