"""Says which outlet serves which region."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import refuse_unless
from common.journal import record
from network.models import OrgUnit, ServiceTerritory

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

_SERVING = (OrgUnit.Kind.OUTLET, OrgUnit.Kind.AGENT, OrgUnit.Kind.DEALER)


@transaction.atomic
def save_territory(
    *, territory: ServiceTerritory, actor: AbstractBaseUser | None
) -> ServiceTerritory:
    """Store a territory; Refused("territory.outlet") for a unit that sends nobody out,
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
