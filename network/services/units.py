"""Adds, changes and closes units."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import refuse_unless
from common.journal import record
from common.two_editors.comparing import refuse_stale, says_nothing
from network.models import OrgUnit
from network.services.placing import place_node
from network.shown import shown_unit

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    from common.two_editors.seen import Shown

# What may stand directly below what; headquarters stands alone at the top.
_BELOW: dict[str, tuple[str, ...]] = {
    OrgUnit.Kind.HQ: (
        OrgUnit.Kind.BRANCH,
        OrgUnit.Kind.OUTLET,
        OrgUnit.Kind.AGENT,
        OrgUnit.Kind.DEALER,
    ),
    OrgUnit.Kind.BRANCH: (
        OrgUnit.Kind.BRANCH,
        OrgUnit.Kind.OUTLET,
        OrgUnit.Kind.AGENT,
        OrgUnit.Kind.DEALER,
    ),
    OrgUnit.Kind.AGENT: (OrgUnit.Kind.OUTLET, OrgUnit.Kind.DEALER),
    OrgUnit.Kind.OUTLET: (),
    OrgUnit.Kind.DEALER: (),
}


@transaction.atomic
def save_unit(
    *, unit: OrgUnit, actor: AbstractBaseUser | None, seen: Shown | None = None
) -> OrgUnit:
    """Store a new or changed unit at its place in the tree.

    `seen` is a changed one as its editor was shown it: ChangedMeanwhile with both sides when
    somebody saved it since.

    Refused: "unit.place" when its kind cannot stand below the unit above it, "unit.hq" for a
    second headquarters, "unit.busy" when an open unit is closed that others still hang on,
    "tree.cycle" when it would hang on itself.
    """
    OrgUnit.objects.select_for_update().filter(kind=OrgUnit.Kind.HQ).first()
    if says_nothing(seen, shown_unit(unit)):
        return unit
    if unit.pk is not None:
        standing = OrgUnit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
        refuse_stale(standing, seen=seen, now=shown_unit(standing), mine=shown_unit(unit))
    _check_place(unit)
    if unit.pk and not unit.is_active:
        refuse_unless(
            not OrgUnit.objects.filter(parent=unit, is_active=True).exists(),
            "unit.busy",
            _("Units below this one are still active; close or move them first"),
        )
    place_node(unit)
    record(actor, "unit.saved", unit, code=unit.code, kind=str(unit.kind), active=unit.is_active)
    return unit


def _check_place(unit: OrgUnit) -> None:
    if unit.kind == OrgUnit.Kind.HQ:
        others = OrgUnit.objects.filter(kind=OrgUnit.Kind.HQ).exclude(pk=unit.pk)
        refuse_unless(
            unit.parent is None and not others.exists(),
            "unit.hq",
            _("There is one headquarters, and it stands at the top"),
        )
        return
    refuse_unless(
        unit.parent is not None and unit.kind in _BELOW[unit.parent.kind],
        "unit.place",
        _("This kind of unit cannot stand below the chosen one"),
    )
