"""Adds and changes regions, their divisions and their own values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import refuse_unless
from common.journal import record
from common.outbox import announce
from common.two_editors.comparing import refuse_stale, says_nothing
from network.divisions import division
from network.events import RegionsAdded
from network.models import Region, RegionDivision
from network.selectors import INHERITED_FIELDS
from network.services.placing import place_node
from network.services.tiers import check_tiers
from network.shown import shown_region

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    from common.two_editors.seen import Shown

_ORDER = [level.value for level in Region.Level]


@transaction.atomic
def save_region(
    *,
    region: Region,
    divisions: Iterable[str],
    actor: AbstractBaseUser | None,
    seen: Shown | None = None,
) -> Region:
    """Store a new or changed region with the divisions that belong to it.

    `seen` is a changed one as its editor was shown it (`shown_region`): ChangedMeanwhile with both
    sides when somebody saved it since; nothing is written where nothing was typed.

    Refused: "region.place" when it does not stand below a wider one, "region.division" for an
    unknown division or one that another region has, "region.tier" for a level or band that is in
    no list, "tree.cycle" when it would hang on itself.
    """
    codes = list(dict.fromkeys(divisions))
    is_new = region.pk is None
    mine = shown_region(region, codes)
    if says_nothing(seen, mine):
        return region
    if region.pk is not None:
        standing = Region.objects.select_for_update(of=("self",)).get(pk=region.pk)
        now = shown_region(standing, _codes(standing))
        refuse_stale(standing, seen=seen, now=now, mine=mine)
    parent = region.parent
    refuse_unless(
        parent is None or _ORDER.index(parent.level) < _ORDER.index(region.level),
        "region.place",
        _("A region stands below a wider one: big region, province, city, county, business area"),
    )
    _check_divisions(region, codes)
    check_tiers(region)
    place_node(region)
    region.divisions.exclude(code__in=codes).delete()
    RegionDivision.objects.bulk_create(
        [RegionDivision(code=code, region=region) for code in codes], ignore_conflicts=True
    )
    record(actor, "region.saved", region, code=region.code, divisions=codes)
    if is_new:
        announce(RegionsAdded(1))
    return region


@transaction.atomic
def restore_inheritance(*, region_id: int, field: str, actor: AbstractBaseUser | None) -> Region:
    """Take a region's own value away, so that the one from above applies again."""
    refuse_unless(field in INHERITED_FIELDS, "region.field", _("This value is not inherited"))
    region = Region.objects.select_for_update(of=("self",)).get(pk=region_id)
    refuse_unless(
        region.parent_id is not None,
        "region.top",
        _("There is nothing above this region to inherit from"),
    )
    setattr(region, field, None if field == "branch" else "")
    region.save(update_fields=[field])
    record(actor, "region.inherits", region, field=field)
    return region


def _codes(region: Region) -> list[str]:
    return list(region.divisions.values_list("code", flat=True))


def _check_divisions(region: Region, codes: list[str]) -> None:
    unknown = [code for code in codes if division(code) is None]
    refuse_unless(
        not unknown, "region.division", _("One of these codes is no administrative division")
    )
    taken = RegionDivision.objects.filter(code__in=codes).exclude(region=region.pk)
    refuse_unless(
        not taken.exists(),
        "region.division",
        _("One of these divisions belongs to another region already"),
    )
