"""Records what is known about places; rows are never changed, a later one counts instead."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common import clock
from common.access import Perm, allowed
from common.errors import refuse_unless
from common.journal import record
from network.models import PlaceFact

if TYPE_CHECKING:
    from datetime import date

    from network.models import Region
    from network.scope import ScopedUser

AHEAD = timedelta(days=31)
MOST_BP = 10_000


@transaction.atomic
def record_fuel_change(
    *, region: Region | None, value_bp: int, from_day: date, source: str, actor: ScopedUser
) -> PlaceFact:
    """Record by how much the fuel price stands above (or below) the one prices were made with.

    Without a region it holds for the whole company, which headquarters alone says. Days that are
    over are for people who publish rules: orders completed on them may still be computed.
    """
    refuse_unless(
        region is not None or actor.sees_everything,
        "fuel.region",
        _("Only headquarters records a change for the whole company; choose a region"),
    )
    refuse_unless(source.strip(), "fuel.source", _("Say where this is known from"))
    refuse_unless(
        from_day <= clock.business_day() + AHEAD,
        "fuel.day",
        _("At most a month ahead"),
    )
    refuse_unless(
        from_day >= clock.business_day() or allowed(actor, Perm.RULES_PUBLISH),
        "fuel.past",
        _("Only people who publish rules record a change from a day that is over; choose today"),
    )
    refuse_unless(
        abs(value_bp) <= MOST_BP, "fuel.value", _("Enter a change between -100 and 100 percent")
    )
    fact = PlaceFact.objects.create(
        kind=PlaceFact.Kind.FUEL_CHANGE,
        region=region,
        value=value_bp,
        from_day=from_day,
        source=source.strip()[:80],
        recorded_by=str(actor),
        recorded_at=clock.now(),
    )
    record(actor, "fuel.recorded", fact, value_bp=value_bp, from_day=from_day.isoformat())
    return fact
