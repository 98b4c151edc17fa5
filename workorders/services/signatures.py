"""Signatures of customers: under the work, and under an extra charge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from common.transactions import transactional
from workorders import timeline
from workorders.models import Evidence, WorkOrder
from workorders.pictures import read_signature
from workorders.services.evidence import holder_of
from workorders.services.locking import lock_open_order
from workorders.services.photos import keep

if TYPE_CHECKING:
    from django.core.files.base import File

    from accounts.models import User


@transactional
def add_signature(*, order_id: int, upload: File[Any], actor: User) -> Evidence:
    """Keep the customer's signature (PNG); a new one takes the place of the last.

    Raises Refused("signature.empty") when nothing is drawn.
    """
    order = lock_open_order(order_id)
    holder_of(order, actor)
    picture = read_signature(upload)
    signed = order.evidence.filter(kind=Evidence.Kind.SIGNATURE)
    again = signed.filter(sha256=picture.sha256).first()
    if again is not None:
        return again
    kept = keep(Evidence(kind=Evidence.Kind.SIGNATURE), order, picture, actor=actor)
    signed.exclude(pk=kept.pk).delete()
    timeline.note(order, "signature", kind=timeline.Kind.PEOPLE, actor=actor, evidence=kept.pk)
    return kept


def keep_consent(order: WorkOrder, *, upload: File[Any], label: str, actor: User) -> Evidence:
    """Keep the signature with which the customer of a locked order agrees to an extra charge (PNG).

    Raises Refused("signature.empty") when nothing is drawn.
    """
    holder_of(order, actor)
    picture = read_signature(upload)
    return keep(Evidence(kind=Evidence.Kind.CONSENT, label=label[:60]), order, picture, actor=actor)
