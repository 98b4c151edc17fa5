"""A region's values as a page shows them: what is inherited, what is its own, group by group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from common.errors import Refused
from settlement.engine.regional import hq_part, permitted_values
from settlement.models import RuleDraft
from settlement.proposals.merging import inherited_value, own_by_region
from settlement.proposals.places import places_of
from settlement.proposals.region_drafts import open_draft
from settlement.proposals.regions import RegionTree, region_tree
from settlement.proposals.values import kind_of, read_typed, shown, typed_form
from settlement.services.rules_in_force import latest_version

if TYPE_CHECKING:
    from network.models import Region
    from settlement.models import RuleSet, RuleSetVersion


@dataclass(slots=True)
class ValueRow:
    """One value: inherited (and from where), the region's own as typed, and what is wrong with it."""

    field: str
    path: str
    name: str
    kind: str
    inherited: str
    origin: str  # the region above it comes from, "" for headquarters
    own: str  # as it stands in the field, "" when inherited
    changed: bool = False  # by the draft, against what is published
    error: str = ""


@dataclass(slots=True)
class ValueGroup:
    """The values of one price list, table or component."""

    title: str
    rows: list[ValueRow] = field(default_factory=list)

    @property
    def own_count(self) -> int:
        """How many values the region set itself."""
        return sum(bool(row.own) for row in self.rows)


@dataclass(frozen=True, slots=True)
class RegionSheet:
    """All of a region's permitted values of a rule set, with its draft."""

    rule_set: RuleSet
    region: Region
    base: RuleSetVersion | None
    draft: RuleDraft | None
    groups: tuple[ValueGroup, ...]
    places: Mapping[str, str]  # field -> path
    likes: Mapping[str, Any]  # path -> headquarters' value

    @property
    def revision(self) -> int:
        """The revision of the draft, 0 without one."""
        return self.draft.revision if self.draft else 0

    @property
    def is_editing(self) -> bool:
        """Whether values may be typed: not while they are being approved."""
        return self.draft is None or self.draft.state == RuleDraft.State.EDITING

    @property
    def count(self) -> int:
        """How many values regions may change."""
        return len(self.places)


def region_sheet(
    rule_set: RuleSet, region: Region, typed: Mapping[str, str] | None = None
) -> RegionSheet:
    """Return the sheet; with `typed` (field → text) it shows what was typed and what is wrong."""
    tree, base = region_tree(), latest_version(rule_set)
    body = hq_part(base.body) if base else {}
    named = places_of(body)
    draft = open_draft(rule_set, region)
    own = own_by_region(base, tree)
    mine = own_now(own.get(region.code, {}), draft)
    places = {f"v{n}": path for n, path in enumerate(permitted_values(body))}
    groups: dict[str, ValueGroup] = {}
    likes = permitted_values(body)
    for name, path in places.items():
        place = named.place(path)
        row = _row(name, path, place.name or place.group, body, own, mine, tree, region)
        row.changed = bool(draft and path in draft.body)
        if typed is not None and name in typed:
            row.own, row.error = typed[name], _fault(path, typed[name], likes[path])
        groups.setdefault(place.group, ValueGroup(place.group)).rows.append(row)
    shown_groups = tuple(_gathered(list(groups.values())))
    return RegionSheet(rule_set, region, base, draft, shown_groups, places, likes)


def _gathered(groups: list[ValueGroup]) -> list[ValueGroup]:
    """Groups of a single value become one, each value named with its group."""
    single = [group for group in groups if len(group.rows) == 1]
    if len(single) < 2:
        return groups
    for group in single:
        row = group.rows[0]
        row.name = group.title if row.name == group.title else f"{group.title} · {row.name}"
    rest = ValueGroup(_("Single values"), [group.rows[0] for group in single])
    return [*(group for group in groups if len(group.rows) > 1), rest]


def read_values(sheet: RegionSheet, typed: Mapping[str, str]) -> dict[str, Any]:
    """Return the values typed, by path; an empty field is None: it inherits. Refused when wrong."""
    return {
        path: read_typed(path, typed[name], sheet.likes[path]) if typed[name].strip() else None
        for name, path in sheet.places.items()
        if name in typed
    }


def regions_with_values(rule_set: RuleSet) -> frozenset[str]:
    """Codes of regions that set values, published or in an open draft."""
    tree = region_tree()
    own = own_by_region(latest_version(rule_set), tree)
    drafts = rule_set.drafts.filter(state__in=("editing", "submitted"), region__isnull=False)
    return frozenset(code for code, values in own.items() if values) | frozenset(
        drafts.exclude(body={}).values_list("region__code", flat=True)
    )


def own_now(published: Mapping[str, Any], draft: RuleDraft | None) -> dict[str, Any]:
    """Return what a region sets itself, by path: published, with its draft over it."""
    mine = dict(published)
    for path, change in (draft.body if draft else {}).items():
        if change["now"] is None:
            mine.pop(path, None)
        else:
            mine[path] = change["now"]
    return mine


def _row(
    name: str, path: str, words: str, body: Mapping[str, Any], own: Mapping[str, Any],
    mine: Mapping[str, Any], tree: RegionTree, region: Region,
) -> ValueRow:  # fmt: skip
    above = list(tree.above.get(region.code, ()))
    origin = next((code for code in reversed(above) if path in own.get(code, {})), "")
    return ValueRow(
        field=name,
        path=path,
        name=words,
        kind=kind_of(path),
        inherited=shown(path, inherited_value(body, own, above, path)),
        origin=tree.names.get(origin, origin),
        own=typed_form(path, mine[path]) if path in mine else "",
    )


def _fault(path: str, typed: str, like: Any) -> str:
    if not typed.strip():
        return ""
    try:
        read_typed(path, typed, like)
    except Refused as refusal:
        return str(refusal)
    return ""
