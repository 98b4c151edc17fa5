"""What must always be true of work orders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Exists, OuterRef

from common.clock import wall_now
from common.invariants import invariant
from common.outbox.models import PublicNote
from common.schema import current_schema
from tenants.usage import counted_keys, counted_orders
from workorders.models import Evidence, StageStay, WorkOrder
from workorders.models.order import OPEN_MEANINGS

PATIENCE = timedelta(minutes=2)
_KEY = "order:"


@invariant("I14", "The metered units of a company are its work orders, each counted once")
def usage_is_counted_once() -> Iterator[str]:
    """Keys counted in public against work orders; notes on their way for two minutes are left out."""
    schema = current_schema()
    counted = counted_keys(schema)
    opened = {f"{_KEY}{pk}" for pk in WorkOrder.objects.values_list("pk", flat=True)}
    young = PublicNote.objects.filter(
        topic="usage", copied_at=None, created_at__gte=wall_now() - PATIENCE
    )
    for key in sorted(opened - counted - set(young.values_list("key", flat=True))):
        yield f"{key} was never counted"
    for key in sorted(counted - opened):
        yield f"{key} was counted and is no work order"
    total = counted_orders(schema)
    if total != len(counted):
        yield f"{total} units are metered, {len(counted)} orders were counted"


@invariant("I15", "Every picture and signature is there in the size it was kept in")
def pictures_are_kept() -> Iterator[str]:
    """Rows against the files; one look at the disk each."""
    for kept in Evidence.objects.only("file", "size_bytes").iterator():
        if not kept.file.storage.exists(str(kept.file.name)):
            yield f"picture {kept.pk} has no file"
        elif kept.file.size != kept.size_bytes:
            yield f"picture {kept.pk} has {kept.file.size} bytes, kept were {kept.size_bytes}"


@invariant("I17", "An open work order has one open stay, in the stage and flow it stands in")
def stays_agree_with_orders() -> Iterator[str]:
    """Open stays against open orders; a closed order has none."""
    here = StageStay.objects.filter(work_order=OuterRef("pk"), left_at=None)
    agreeing = here.filter(stage=OuterRef("stage"), flow_version=OuterRef("flow_version"))
    astray = WorkOrder.objects.filter(~Exists(agreeing), meaning__in=OPEN_MEANINGS)
    for number in astray.values_list("number", flat=True):
        yield f"{number} has no open stay in the stage it stands in"
    closed = WorkOrder.objects.exclude(meaning__in=OPEN_MEANINGS).filter(Exists(here))
    for number in closed.values_list("number", flat=True):
        yield f"{number} is closed and has an open stay"
