"""Regional overrides: a region changes permitted parameters, the core stays headquarters'."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from catalog.models import Material, RegionalOverride, ServiceItem
from common import clock
from common.access import Perm
from common.errors import Conflict, refuse_unless
from common.journal import record
from network.selectors import managed_regions

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from network.models import Region

WHOLE_BP = 10_000
# A region may stretch the work, not invent it: a tenth to five times headquarters' minutes.
LEAST_BP, MOST_BP = 1_000, 50_000
MOST_EXTRA_MINUTES = 1_440


@dataclass(frozen=True, slots=True)
class Change:
    """All a region may change; months empty means all year, milli are thousandths of the unit."""

    months: tuple[int, ...] = ()
    minutes_bp: int = WHOLE_BP
    extra_minutes: int = 0
    list_price_fen: int | None = None
    material_code: str = ""
    material_milli: int = 0
    note: str = ""

    def says_something(self) -> bool:
        """Whether anything differs from headquarters."""
        return (
            self.minutes_bp != WHOLE_BP
            or self.extra_minutes != 0
            or self.list_price_fen is not None
            or bool(self.material_code)
            or bool(self.note)
        )


@transaction.atomic
def save_override(
    *,
    item: ServiceItem,
    region: Region,
    change: Change,
    actor: User | None,
    override: RegionalOverride | None = None,
) -> RegionalOverride:
    """Store a new override of an item in a region, or another one in the place of `override`.

    The one before ends with it and stays for the orders of its time; what changes nothing is left.
    Refused: "override.region" outside the regions the actor answers for, "override.bounds" for
    values no region may set, "override.material" for an unknown material, "override.empty" when
    nothing differs, "override.twice" when a month is covered by another override there. Conflict when somebody changed
    or removed the one before meanwhile.
    """
    ServiceItem.objects.select_for_update().get(pk=item.pk)
    _check_reach(actor, region)
    _check_values(change)
    months = set(change.months) or set(range(1, 13))
    before = _locked(override)
    others = RegionalOverride.objects.current().filter(item=item, region=region)
    if override is not None:
        others = others.exclude(pk=override.pk)
    refuse_unless(
        not any(months & (set(other.months) or set(range(1, 13))) for other in others),
        "override.twice",
        _("Another override of this item covers one of these months in this region"),
    )
    now = clock.now()
    said = {**asdict(change), "months": list(change.months)}
    if before is not None:
        if before.region == region and all(getattr(before, k) == v for k, v in said.items()):
            return before
        _end(before, now)
    kept = RegionalOverride.objects.create(item=item, region=region, since=now, **said)
    record(actor, "override.saved", kept, item=item.code, region=region.code)
    return kept


def _locked(override: RegionalOverride | None) -> RegionalOverride | None:
    """The override as it is now; Conflict where it counts no more."""
    if override is None:
        return None
    rows = RegionalOverride.objects.current().select_for_update(of=("self",))
    found = rows.select_related("region").filter(pk=override.pk).first()
    if found is None:
        sentence = _("Somebody changed or removed this override meanwhile; look at it again")
        raise Conflict("override.changed", sentence)
    return found


def _end(override: RegionalOverride, now: datetime) -> None:
    override.until = now
    override.save(update_fields=["until"])


@transaction.atomic
def remove_override(*, override: RegionalOverride, actor: User) -> None:
    """Let the region inherit again; Conflict when somebody changed or removed it meanwhile."""
    _check_reach(actor, override.region)
    gone = _locked(override)
    record(
        actor, "override.removed", override, item=override.item.code, region=override.region.code
    )
    if gone is not None:
        _end(gone, clock.now())


def _check_reach(actor: User | None, region: Region) -> None:
    if actor is None:
        return
    refuse_unless(
        actor.has(Perm.CATALOG_OVERRIDE)
        and managed_regions(actor=actor).filter(pk=region.pk).exists(),
        "override.region",
        _("You answer for other regions; this one is set elsewhere"),
    )


def _check_values(change: Change) -> None:
    refuse_unless(
        LEAST_BP <= change.minutes_bp <= MOST_BP
        and 0 <= change.extra_minutes <= MOST_EXTRA_MINUTES
        and (change.list_price_fen is None or change.list_price_fen >= 0)
        and all(1 <= month <= 12 for month in change.months),
        "override.bounds",
        _("Minutes from 10 % to 500 %, at most a day more, and no negative price"),
    )
    refuse_unless(
        bool(change.material_code) == (change.material_milli > 0),
        "override.material",
        _("Material and quantity belong together"),
    )
    refuse_unless(
        not change.material_code
        or Material.objects.filter(code=change.material_code, is_active=True).exists(),
        "override.material",
        _("There is no such material"),
    )
    refuse_unless(
        change.says_something(),
        "override.empty",
        _("Nothing is changed yet: give minutes, a price, a material or an instruction"),
    )
