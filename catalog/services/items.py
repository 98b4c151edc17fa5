"""Publishes item versions: an edit is a new version, the old ones stay as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from catalog.flow_names import check_flow
from catalog.models import ServiceItem, ServiceItemVersion
from common import clock
from common.errors import Conflict, refuse_unless
from common.journal import record

if TYPE_CHECKING:
    from accounts.models import User
    from catalog.pack_format import PackItem


@transaction.atomic
def publish_item(*, body: PackItem, industry: str, actor: User | None) -> ServiceItemVersion:
    """Publish a body as the item's current version; an equal body publishes nothing new.

    Raises Refused("item.flow") for a flow the company has not published.
    """
    check_flow(body)
    item, _made = ServiceItem.objects.select_for_update().get_or_create(
        code=body.code,
        defaults={"name": body.name, "industry": industry, "category": body.category},
    )
    current = item.current
    if current is not None and current.sha256 == body.sha256:
        return current
    version = ServiceItemVersion.objects.create(
        item=item,
        number=1 if current is None else current.number + 1,
        name=body.name,
        unit=body.unit,
        flow_key=body.flow,
        order_type=body.order_type,
        labor_minutes=body.labor_minutes,
        list_price_fen=body.list_price_fen,
        body=body.as_body(),
        sha256=body.sha256,
        published_at=clock.now(),
    )
    item.name, item.category, item.current = body.name, body.category, version
    item.save(update_fields=["name", "category", "current"])
    record(actor, "item.published", item, version=version.number)
    return version


@transaction.atomic
def publish_edit(
    *, item_id: int, base_number: int, body: PackItem, actor: User | None
) -> ServiceItemVersion:
    """Publish what somebody made of version `base_number`.

    Running and past orders keep the version they started with. Raises Conflict("item.stale") when
    a newer version was published meanwhile, Refused("item.code") for another item's body.
    """
    item = ServiceItem.objects.select_for_update(of=("self",)).get(pk=item_id)
    refuse_unless(body.code == item.code, "item.code", _("The code of an item cannot be changed"))
    current = item.current
    if current is None or current.number != base_number:
        raise Conflict(
            "item.stale",
            _("Somebody published a newer version meanwhile; open it and make your change again"),
        )
    return publish_item(body=body, industry=item.industry, actor=actor)


@transaction.atomic
def set_warranty(*, item_id: int, days: int | None, actor: User | None) -> ServiceItem:
    """Set for how many days the same job again is rework; None leaves it."""
    item = ServiceItem.objects.select_for_update(of=("self",)).get(pk=item_id)
    if days is None or days == item.warranty_days:
        return item
    item.warranty_days = days
    item.save(update_fields=["warranty_days"])
    record(actor, "item.warranty_set", item, code=item.code, days=days)
    return item


@transaction.atomic
def set_item_active(*, item_id: int, active: bool, actor: User | None) -> ServiceItem:
    """Withdraw an item from new orders, or offer it again; orders under way keep theirs."""
    item = ServiceItem.objects.select_for_update(of=("self",)).get(pk=item_id)
    item.is_active = active
    item.save(update_fields=["is_active"])
    record(actor, "item.offered" if active else "item.withdrawn", item, code=item.code)
    return item
