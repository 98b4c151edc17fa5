"""Small changes people make to an open work order: its marks, and notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.errors import refuse_unless
from common.journal import record
from common.outbox import announce
from workorders import timeline
from workorders.events import WorkOrderChanged
from workorders.services.locking import lock_open_order, lock_order

if TYPE_CHECKING:
    from accounts.models import User
    from workorders.models import WorkOrder
    from workorders.services.opening import Marks

_LABELS = {
    "urgent": gettext_noop("Urgent"),
    "high_work": gettext_noop("Work at height"),
    "warehouse_direct": gettext_noop("Direct from warehouse"),
    "site_kind": gettext_noop("Site"),
    "tags": gettext_noop("Tags"),
}


@transaction.atomic
def mark_order(*, order_id: int, marks: Marks, actor: User) -> WorkOrder:
    """Set urgency, difficulty, kind of site and tags; money may depend on them.

    Nothing is written when nothing differs.
    """
    order = lock_open_order(order_id)
    wanted = {
        "urgent": marks.urgent,
        "high_work": marks.high_work,
        "warehouse_direct": marks.warehouse_direct,
        "site_kind": marks.site_kind,
        "tags": list(marks.tags),
    }
    changed = [name for name, value in wanted.items() if getattr(order, name) != value]
    if not changed:
        return order
    for name in changed:
        setattr(order, name, wanted[name])
    order.save(update_fields=changed)
    what = [_LABELS[name] for name in changed]
    timeline.note(order, "edited", kind=timeline.Kind.PEOPLE, actor=actor, what=what)
    record(actor, "workorder.marked", order, **{name: wanted[name] for name in changed})
    announce(WorkOrderChanged(order.pk, "facts"))
    return order


@transaction.atomic
def add_note(*, order_id: int, text: str, actor: User) -> WorkOrder:
    """Put a person's words on the timeline; Refused when there are none."""
    order = lock_order(order_id)
    refuse_unless(text.strip(), "note.empty", _("Write something first"))
    timeline.note(order, "note", kind=timeline.Kind.PEOPLE, actor=actor, text=text.strip()[:500])
    return order
