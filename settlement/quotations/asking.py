"""What somebody wants a price for, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from datetime import date, datetime

    from accounts.models import SkillGrade
    from catalog.models import Material, ServiceItemVersion
    from network.models import Region
    from workorders.models import ChargeTariff


OWN_CHANNEL = "manual"
CHANNELS = {
    OWN_CHANNEL: _("Own channel"),
    "youzan": _("Youzan"),
    "tmall": _("Tmall / Taobao"),
}
"""Where a quoted job may be sold, by the code its order will carry."""


@dataclass(frozen=True, slots=True)
class AskedCharge:
    """An extra charge the customer pays: a count of units, or an amount where none is priced."""

    tariff: ChargeTariff
    count: int = 1
    amount_fen: int | None = None


@dataclass(frozen=True, slots=True)
class AskedMaterial:
    """A material beyond what the price contains, in thousandths of its unit."""

    material: Material
    quantity_milli: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A surcharge of the company that somebody leaves out of this one offer, and why."""

    row_id: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One job to be priced; `starts_at` None while no time was named."""

    item_version: ServiceItemVersion
    region: Region
    planned_on: date
    valid_until: date
    vat_bp: int
    quantity: int = 1
    starts_at: datetime | None = None
    site_kind: str = "urban"
    urgent: bool = False
    high_work: bool = False
    floor: int | None = None
    distance_m: int | None = None
    channel: str = OWN_CHANNEL
    member_level: str = ""
    grade: SkillGrade | None = None
    charges: tuple[AskedCharge, ...] = ()
    materials: tuple[AskedMaterial, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    customer_name: str = ""
    site: str = ""
    remark: str = ""
