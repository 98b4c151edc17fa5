"""The shops that orders and bills came from, and what people call their platforms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, Max, OuterRef
from django.utils.translation import gettext as _

from settlement.bills.importing import ShopKey
from settlement.models import PlatformBill
from workorders.selectors import own_work_orders
from workorders.shops import one_order_of_each_shop

if TYPE_CHECKING:
    from accounts.models import User


def shops() -> list[tuple[str, str]]:
    """Return the shops orders came from as (platform:key, words)."""
    rows = one_order_of_each_shop().exclude(platform__in=["manual", "import"])
    found = rows.values_list("platform", "shop_key").annotate(seller=Max("sold_by__name"))
    return [
        (f"{platform}:{key}", f"{platform_words(platform)} {key} · {seller}")
        for platform, key, seller in found.order_by("platform", "shop_key")
    ]


def shops_at(platform: str, *, actor: User) -> list[tuple[str, str]]:
    """Return the shops of one platform whose orders concern the actor's units as (key, words)."""
    theirs = own_work_orders(actor=actor).filter(
        line__order__platform=platform,
        line__order__shop_key=OuterRef("shop_key"),
        line__order__sold_by=OuterRef("sold_by"),
    )
    rows = one_order_of_each_shop().filter(Exists(theirs.order_by()), platform=platform)
    found = rows.order_by("shop_key").values_list("shop_key").annotate(seller=Max("sold_by__name"))
    return [(key, f"{key} · {seller}") for key, seller in found]


def billed_shops() -> list[tuple[str, str]]:
    """Return the shops bills came from as (platform:key, words)."""
    rows = PlatformBill.objects.order_by("platform", "shop_key")
    return [
        (f"{platform}:{key}", f"{platform_words(platform)} {key}")
        for platform, key in rows.values_list("platform", "shop_key").distinct()
    ]


def platform_words(platform: str) -> str:
    """Return what people call a platform."""
    return str(
        {"youzan": _("Youzan"), "tmall": _("Tmall"), "taobao": _("Taobao")}.get(platform, platform)
    )


def shop_called(value: str) -> ShopKey | None:
    """Return a known shop by "platform:key"."""
    known = dict(shops())
    platform, _colon, key = value.partition(":")
    return ShopKey(platform, key) if value in known else None
