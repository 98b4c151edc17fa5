"""Facts of a site that money depends on: rain, night work, stairs, each with its source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common import clock
from common.errors import refuse_unless
from common.journal import record
from common.outbox import announce
from common.transactions import transactional
from workorders import timeline
from workorders.events import WorkOrderChanged
from workorders.facts import check_fact
from workorders.models import SiteFact, WorkOrder
from workorders.services.locking import lock_open_order, lock_order

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


@transactional
def record_fact(
    *, order_id: int, kind: str, value: str, source: str, observed_at: datetime, actor: User | None
) -> SiteFact:
    """Record a fact that money depends on (rain, night work…) with its source and moment.

    Later facts of one kind count instead of earlier ones. Raises Refused for an unknown kind or a
    value that kind does not have, a missing source, or a moment in the future.
    """
    order = lock_open_order(order_id)
    kept = _keep_fact(order, kind, value, source, observed_at, actor)
    announce(WorkOrderChanged(order.pk, "facts"))
    return kept


@transactional
def correct_fact(
    *, order_id: int, kind: str, value: str, source: str, observed_at: datetime, actor: User | None
) -> SiteFact:
    """Record a fact of an order that may be closed already; its money is corrected by who calls.

    Refused as in `record_fact`, but for the state of the order.
    """
    return _keep_fact(lock_order(order_id), kind, value, source, observed_at, actor)


def _keep_fact(
    order: WorkOrder,
    kind: str,
    value: str,
    source: str,
    observed_at: datetime,
    actor: User | None,
) -> SiteFact:
    fact = check_fact(kind, value)
    refuse_unless(source.strip(), "fact.source", _("Say where this is known from"))
    refuse_unless(
        observed_at <= clock.now(), "fact.future", _("What was observed cannot lie in the future")
    )
    kept = SiteFact.objects.create(
        work_order=order,
        kind=kind,
        value=fact.value,
        source=source.strip()[:80],
        observed_at=observed_at,
        recorded_by=actor,
        recorded_at=clock.now(),
    )
    timeline.note(
        order,
        "fact",
        kind=timeline.Kind.PEOPLE,
        actor=actor,
        what=fact.msgid,
        value=fact.value,
        source=kept.source,
    )
    record(actor, "workorder.fact_recorded", order, fact=kind, value=fact.value, source=kept.source)
    return kept
