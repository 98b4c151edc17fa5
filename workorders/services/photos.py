"""Photos of a visit: made safe, placed in space and time, kept once, and what is odd of them said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile, File

from common.transactions import transactional
from workorders import timeline
from workorders.models import Evidence, WorkOrder
from workorders.pictures import Picture, read_photo
from workorders.services.evidence import worker_of
from workorders.services.locking import lock_open_order
from workorders.taking import UNSAID, Taking, fill_in

if TYPE_CHECKING:
    from accounts.models import User


@transactional
def add_photo(
    *,
    order_id: int,
    upload: File[Any],
    actor: User,
    seq: int = 0,
    label: str = "",
    said: Taking = UNSAID,
) -> Evidence:
    """Keep a photo of a step, re-encoded and without position data.

    The same photo again on this order yields the first row; one that another order has already is
    kept and flagged (`duplicate_of`), and so is one from elsewhere (`is_far`) or from before the
    visit (`is_old`). Raises TooLarge (413) and Refused as `pictures.read_photo`.
    """
    order = lock_open_order(order_id)
    return keep_photo(order, upload=upload, actor=actor, seq=seq, label=label, said=said)


def keep_photo(
    order: WorkOrder,
    *,
    upload: File[Any],
    actor: User,
    seq: int = 0,
    label: str = "",
    said: Taking = UNSAID,
    kind: str = Evidence.Kind.PHOTO,
) -> Evidence:
    """Keep a photo of a locked order, as `add_photo`.

    The office also keeps photos of orders nobody has yet: of a contract, of a delivery note.
    """
    if actor.is_installer or order.installer is not None:
        worker_of(order, actor)
    picture = read_photo(upload)
    twins = Evidence.objects.filter(sha256=picture.sha256, kind=kind)
    same = list(twins.order_by("pk").values_list("pk", "work_order_id", "seq", "label"))
    here = (order.pk, seq, label[:60])
    again = next((pk for pk, *where in same if tuple(where) == here), None)
    if again is not None:
        return Evidence.objects.get(pk=again)
    first = next((pk for pk, owner, *_where in same if owner != order.pk), None)
    elsewhere = Evidence.objects.select_related("work_order").get(pk=first) if first else None
    kept = Evidence(kind=kind, seq=seq, label=label[:60], duplicate_of=elsewhere)
    keep(kept, order, picture, actor=actor, said=said)
    code = "photo_arrival" if kind == Evidence.Kind.ARRIVAL else "photo"
    timeline.note(
        order, code, kind=timeline.Kind.PHOTO, actor=actor, label=kept.label, evidence=kept.pk
    )
    _say_what_is_odd(order, kept)
    return kept


def keep(
    kept: Evidence, order: WorkOrder, picture: Picture, *, actor: User, said: Taking = UNSAID
) -> Evidence:
    """Store a picture and the row that stands for it."""
    kept.work_order, kept.uploaded_by = order, actor
    kept.sha256, kept.size_bytes = picture.sha256, len(picture.content)
    fill_in(kept, order, picture.camera, said)
    kept.file.save(f"{kept.kind}{picture.suffix}", ContentFile(picture.content), save=False)
    kept.save()
    return kept


def _say_what_is_odd(order: WorkOrder, kept: Evidence) -> None:
    alert = timeline.Kind.ALERT
    if kept.duplicate_of is not None:
        number = kept.duplicate_of.work_order.number
        timeline.note(order, "photo_again", kind=alert, label=kept.label, number=number)
    if kept.is_far and kept.kind == Evidence.Kind.PHOTO:  # of an arrival the check-in says it
        metres = kept.from_site_m
        timeline.note(order, "photo_far", kind=alert, label=kept.label, distance=metres)
    if kept.is_old:
        moment = kept.taken_at.isoformat()
        timeline.note(order, "photo_old", kind=alert, label=kept.label, moment=moment)
