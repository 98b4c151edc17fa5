"""Says which outlet serves which region."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Conflict, refuse_unless
from common.journal import record
from common.two_editors.comparing import refuse_stale, says_nothing
from network.models import OrgUnit, ServiceTerritory
from network.shown import shown_territory

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    from common.two_editors.seen import Shown

_SERVING = (OrgUnit.Kind.OUTLET, OrgUnit.Kind.AGENT, OrgUnit.Kind.DEALER)


@transaction.atomic
def save_territory(
    *, territory: ServiceTerritory, actor: AbstractBaseUser | None, seen: Shown | None = None
) -> ServiceTerritory:
    """Store a territory; ChangedMeanwhile when somebody saved it since it was shown as `seen`,
    Conflict when somebody removed it; Refused("territory.outlet") for a unit that sends nobody out,
    "territory.twice" when the outlet serves the region already."""
    refuse_unless(
        territory.outlet.kind in _SERVING,
        "territory.outlet",
        _("Only outlets, agents and dealers serve a region"),
    )
    same = ServiceTerritory.objects.filter(outlet=territory.outlet, region=territory.region)
    refuse_unless(
        not same.exclude(pk=territory.pk).exists(),
        "territory.twice",
        _("This outlet serves this region already"),
    )
    mine = shown_territory(territory)
    if says_nothing(seen, mine):
        return territory
    if territory.pk is not None:
        rows = ServiceTerritory.objects.select_for_update(of=("self",))
        standing = rows.filter(pk=territory.pk).first()
        if standing is None:
            raise Conflict("territory.gone", _("Somebody has removed this territory"))
        refuse_stale(standing, seen=seen, now=shown_territory(standing), mine=mine)
    territory.save()
    record(actor, "territory.saved", territory, radius_m=territory.radius_m)
    return territory


@transaction.atomic
def remove_territory(*, territory: ServiceTerritory, actor: AbstractBaseUser | None) -> None:
    """Let the outlet no longer serve the region; work orders under way stay with it."""
    record(
        actor,
        "territory.removed",
        territory,
        outlet=territory.outlet.code,
        region=territory.region.code,
    )
    territory.delete()
