"""Publishes item versions: an edit is a new version, the old ones stay as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from catalog.models import ServiceItem, ServiceItemVersion
from common import clock
from common.journal import record

if TYPE_CHECKING:
    from accounts.models import User
    from catalog.pack_format import PackItem


@transaction.atomic
def publish_item(*, body: PackItem, industry: str, actor: User | None) -> ServiceItemVersion:
    """Publish a body as the item's current version; an equal body publishes nothing new."""
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
