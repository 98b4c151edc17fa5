"""Withdrawn flows and variants that running orders still follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count

from workorders.models import FlowVersion, WorkOrder
from workorders.models.order import OPEN_MEANINGS

if TYPE_CHECKING:
    from collections.abc import Collection


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A withdrawn flow or variant that running orders still follow: it gets no block."""

    version: FlowVersion
    orders: int


def left_out(keys: Collection[str]) -> list[LeftOut]:
    """Return what is withdrawn of some flows, and flows withdrawn altogether, with running orders.

    A new version would bring them back for new orders: theirs are moved by hand to another flow.
    """
    rows = FlowVersion.objects.order_by("key", "variant", "-number").distinct("key", "variant")
    newest = {(row.key, row.variant): row for row in rows.defer("body", "edits")}
    counted = (
        WorkOrder.objects.filter(meaning__in=OPEN_MEANINGS)
        .values("flow_version__key", "flow_version__variant").annotate(n=Count("pk")).order_by()
    )  # fmt: skip
    found = []
    for row in counted:
        key, variant = row["flow_version__key"], row["flow_version__variant"]
        base = newest.get((key, ""))
        is_gone = base is None or base.withdrawn
        if (key in keys or is_gone) and (is_gone or newest[key, variant].withdrawn):
            found.append(LeftOut(newest[key, variant], row["n"]))
    return sorted(found, key=lambda each: (each.version.key, each.version.variant))
