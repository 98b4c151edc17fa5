"""Asking a platform for its bill; the connection above hears it and brings the lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import refuse_unless
from common.journal import record
from common.outbox import announce
from settlement.bills.events import BillWanted
from settlement.headquarters import refuse_outsiders

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import User


@transaction.atomic
def ask_for_bill(*, shop: str, starts_on: date, ends_on: date, actor: User) -> None:
    """Announce that a shop's bill ("platform:key") of some days is wanted; Refused for others."""
    refuse_outsiders(actor)
    platform, _colon, shop_key = shop.partition(":")
    refuse_unless(platform and shop_key, "bill.shop", _("Choose one of the shops"))
    announce(BillWanted(platform, shop_key, starts_on.isoformat(), ends_on.isoformat()))
    record(actor, "bill.asked", None, shop=shop, from_day=str(starts_on), to_day=str(ends_on))
