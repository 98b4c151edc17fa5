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
from workorders.tags import MOST_TAGS, changed_tags

if TYPE_CHECKING:
    from collections.abc import Iterable

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
def mark_order(
    *, order_id: int, marks: Marks, actor: User, tags_seen: Iterable[str] | None = None
) -> WorkOrder:
    """Set urgency, difficulty, kind of site and tags; money may depend on them.

    `tags_seen` are the tags the person had before them: only what they added and took away is
    changed, a tag that a flow put there meanwhile stays. None: the tags become those of `marks`.
    Nothing is written when nothing differs. Refused("tags.full") for more tags than there may be.
    """
    order = lock_open_order(order_id)
    seen = order.tags if tags_seen is None else tags_seen
    tags = changed_tags(order.tags, seen=seen, wanted=marks.tags)
    full = _("A work order has at most %(n)d tags") % {"n": MOST_TAGS}
    is_more = len(tags) > len(order.tags)
    refuse_unless(len(tags) <= MOST_TAGS or not is_more, "tags.full", full)
    wanted = {
        "urgent": marks.urgent,
        "high_work": marks.high_work,
        "warehouse_direct": marks.warehouse_direct,
        "site_kind": marks.site_kind,
        "tags": list(tags),
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
