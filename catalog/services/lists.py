"""Stores materials and product mappings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from catalog.models import Material, ProductMapping
from common.errors import refuse_unless
from common.journal import record

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def save_material(*, material: Material, actor: User | None) -> Material:
    """Store a material; a new price counts for work that is planned from now on."""
    material.save()
    record(actor, "material.saved", material, code=material.code, price_fen=material.unit_price_fen)
    return material


@transaction.atomic
def save_mapping(*, mapping: ProductMapping, actor: User | None) -> ProductMapping:
    """Store what a product asks for; Refused("mapping.twice") when its code is mapped already."""
    same = ProductMapping.objects.filter(
        platform=mapping.platform, product_code=mapping.product_code
    )
    refuse_unless(
        not same.exclude(pk=mapping.pk).exists(),
        "mapping.twice",
        _("This product code is mapped already"),
    )
    mapping.save()
    record(
        actor,
        "mapping.saved",
        mapping,
        platform=mapping.platform,
        code=mapping.product_code,
        item=mapping.item.code if mapping.item else "",
    )
    return mapping


@transaction.atomic
def remove_mapping(*, mapping: ProductMapping, actor: User | None) -> None:
    """Forget what a product asks for; its next order waits in the inbox."""
    record(actor, "mapping.removed", mapping, code=mapping.product_code)
    mapping.delete()
