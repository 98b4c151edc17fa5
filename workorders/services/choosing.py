"""Chooses the flow of a new order: the newest version of its key, or of the variant made for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common import clock
from common.errors import Refused
from common.remembering import remembered
from network.order_types import ORDER_TYPES
from network.selectors import first_order_type
from workorders.flow.overlays import narrowest, read_applies
from workorders.flow_switches import switched_on
from workorders.flow_versions import presets
from workorders.models import FlowVersion
from workorders.services.flows import ensure_presets

if TYPE_CHECKING:
    from datetime import date

    from catalog.models import ServiceItemVersion
    from network.models import Region
    from workorders.flow import Facts
    from workorders.flow.overlays import DepthOf


def order_type_of(version: ServiceItemVersion, region: Region | None) -> str:
    """Return what kind of order an item asks for at a site: as it says, as its flow, as the region."""
    named = version.order_type or version.flow_key
    return named if named in ORDER_TYPES else first_order_type(region)


def flow_key_of(version: ServiceItemVersion, order_type: str, *, is_chosen: bool = False) -> str:
    """Return the key of the flow an item's orders follow: its own, or that of the order type.

    An order type without a flow of its own, or whose flow was withdrawn, goes like an installation.
    One that a person chose (`is_chosen`) goes before the item's own flow, where it has one.
    A version may be older than its item's present one, and name a flow that was withdrawn since:
    then the present version's is followed, or that of the order type.
    """
    is_there = _is_followed(order_type)
    if is_chosen and is_there:
        return order_type
    by_type = order_type if is_there else "installation"
    if not version.flow_key or _is_followed(version.flow_key):
        return version.flow_key or by_type
    item = version.item
    now = item.current if item.current_id not in (None, version.pk) else None
    if now is not None and now.flow_key and _is_followed(now.flow_key):
        return now.flow_key
    # A flow that never was, and one of an item in use, are mistakes to be told.
    is_mistake = (now is None and item.is_active) or not _was_published(version.flow_key)
    return version.flow_key if is_mistake else by_type


def _is_followed(key: str) -> bool:
    """Whether new orders follow a flow: it is published and not withdrawn, or a preset nobody has yet."""
    return "" in _newest(key) or (key in presets() and not _was_published(key))


def flow_version_for(
    key: str, facts: Facts, day: date, depth_of: DepthOf = lambda _code: 0
) -> FlowVersion:
    """Return the version an order with these facts, opened on this Chinese day, follows.

    One switched on goes before all others, then the narrowest variant that fits, then the flow
    itself; `depth_of` says how small a region is. A company made before the presets were published gets them now. Raises
    Refused("flow.unknown") for a key of which nothing is published.
    """
    found = _newest(key)
    if "" not in found and key in presets() and not _was_published(key):
        ensure_presets()
        found = {"": FlowVersion.objects.filter(key=key, variant="").latest("number")}
    if "" not in found:
        sentence = _(
            "The flow “%(key)s” of this service is not published (any more): publish it, or choose"
            " another one for the service item"
        )
        raise Refused("flow.unknown", sentence % {"key": key})
    variants = {name: read_applies(row.applies) for name, row in found.items() if name}
    on = switched_on(key, clock.now()) if any(v.on_demand for v in variants.values()) else set()
    return found[narrowest(variants.items(), facts, day, frozenset(on), depth_of)]


@remembered(lambda key: key)
def _was_published(key: str) -> bool:
    return FlowVersion.objects.filter(key=key, variant="").exists()


@remembered(lambda key: key)
def _newest(key: str) -> dict[str, FlowVersion]:
    """Return the newest version of the flow ("") and of each variant; one query, without bodies.

    A flow or variant whose newest version withdraws it is not there.
    """
    rows = FlowVersion.objects.filter(key=key).defer("body", "edits")
    newest = rows.order_by("variant", "-number").distinct("variant")
    return {row.variant: row for row in newest if not row.withdrawn}
