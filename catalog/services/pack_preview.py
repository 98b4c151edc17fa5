"""What an import of a pack would change, value by value; nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.certificates import certificate_name
from catalog.item_body import body_of_version
from catalog.models import Material, ServiceItem
from catalog.selectors import skill_names
from common.formatting import money

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from catalog.pack_format import Pack
    from catalog.pack_shapes import PackItem


@dataclass(frozen=True, slots=True)
class Turned:
    """A value before and after the import, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class MaterialChange:
    """A material the company has with other values than the pack's."""

    code: str
    name: str
    values: tuple[Turned, ...]


def material_changes(pack: Pack) -> list[MaterialChange]:
    """Return the company's materials an import would set anew, with what changes in each."""
    known = Material.objects.in_bulk([m.code for m in pack.materials], field_name="code")
    found = []
    for new in pack.materials:
        old = known.get(new.code)
        if old is None:
            continue
        pairs = [
            (_("Name"), old.name, new.name),
            (_("Unit"), old.unit, new.unit),
            (_("Kind"), old.get_kind_display(), str(Material.Kind(new.kind).label)),
            (_("Price"), money(old.unit_price_fen), money(new.unit_price_fen)),
        ]
        values = tuple(Turned(*pair) for pair in pairs if pair[1] != pair[2])
        if values:
            found.append(MaterialChange(new.code, old.name, values))
    return found


def item_changes(pack: Pack, flows: Mapping[str, str]) -> dict[str, tuple[Turned, ...]]:
    """Return by item code what a changed item's new version would say otherwise.

    `flows` holds the names of flows by their keys.
    """
    codes = [item.code for item in pack.items]
    items = ServiceItem.objects.select_related("current").filter(code__in=codes)
    known = {item.code: body_of_version(item.current) for item in items if item.current}
    skills = skill_names() | {skill.code: skill.name for skill in pack.skills}
    return {
        item.code: tuple(_turned(known[item.code], item, flows, skills))
        for item in pack.items
        if item.code in known and known[item.code] != item
    }


def _turned(
    old: PackItem, new: PackItem, flows: Mapping[str, str], skills: Mapping[str, str]
) -> Iterator[Turned]:
    pairs = [
        (_("Name"), old.name, new.name),
        (_("Category"), old.category, new.category),
        (_("List price"), money(old.list_price_fen), money(new.list_price_fen)),
        (_("Minutes"), str(old.labor_minutes), str(new.labor_minutes)),
        (_("Flow"), flows.get(old.flow, old.flow), flows.get(new.flow, new.flow)),
        (_("Skills"), _skills(old, skills), _skills(new, skills)),
        (_("Certificates"), _certificates(old), _certificates(new)),
    ]
    yield from (Turned(*pair) for pair in pairs if pair[1] != pair[2])
    before = {step.seq: step for step in old.steps}
    for step in new.steps:
        kept = before.pop(step.seq, None)
        if kept != step:
            yield Turned(_("Step %(n)d") % {"n": step.seq}, kept.name if kept else "—", step.name)
    for gone in before.values():
        yield Turned(_("Step %(n)d") % {"n": gone.seq}, gone.name, "—")


def _certificates(item: PackItem) -> str:
    return _(", ").join(certificate_name(code) for code in item.certificates)


def _skills(item: PackItem, names: Mapping[str, str]) -> str:
    needs = (f"{names.get(need.skill, need.skill)} ≥ {need.rank}" for need in item.skills)
    return _(", ").join(needs)
