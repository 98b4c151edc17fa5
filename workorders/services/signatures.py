"""Signatures of customers: under the work, and under an extra charge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from common.transactions import transactional
from workorders import timeline
from workorders.models import Evidence, Signature, WorkOrder
from workorders.pictures import read_signature
from workorders.services.evidence import holder_of
from workorders.services.locking import lock_open_order
from workorders.services.photos import keep

if TYPE_CHECKING:
    from django.core.files.base import File

    from accounts.models import User
    from workorders.strokes import Strokes


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who signed, in which relation to the customer, and how the pen moved."""

    name: str = ""
    relation: str = ""
    strokes: Strokes | None = None


UNNAMED = Signer()


@transactional
def add_signature(
    *, order_id: int, upload: File[Any], actor: User, signer: Signer = UNNAMED
) -> Evidence:
    """Keep the customer's signature (PNG); a new one takes the place of the last.

    Raises Refused("signature.empty") when nothing is drawn.
    """
    order = lock_open_order(order_id)
    holder_of(order, actor)
    picture = read_signature(upload)
    signed = order.evidence.filter(kind=Evidence.Kind.SIGNATURE)
    kept = signed.filter(sha256=picture.sha256).first()
    if kept is None:
        kept = keep(Evidence(kind=Evidence.Kind.SIGNATURE), order, picture, actor=actor)
        signed.exclude(pk=kept.pk).delete()
    elif not _says_more(kept, signer):
        return kept
    _sign(kept, signer)
    code = "signed_by" if signer.name else "signature"
    timeline.note(
        order,
        code,
        kind=timeline.Kind.PEOPLE,
        actor=actor,
        evidence=kept.pk,
        name=signer.name[:40],
        relation=signer.relation,
    )
    return kept


def keep_consent(
    order: WorkOrder,
    *,
    upload: File[Any],
    label: str,
    actor: User,
    strokes: Strokes | None = None,
) -> Evidence:
    """Keep the signature with which the customer of a locked order agrees to an extra charge (PNG).

    Raises Refused("signature.empty") when nothing is drawn.
    """
    holder_of(order, actor)
    picture = read_signature(upload)
    kept = Evidence(kind=Evidence.Kind.CONSENT, label=label[:60])
    keep(kept, order, picture, actor=actor)
    _sign(kept, Signer(strokes=strokes))
    return kept


def _says_more(kept: Evidence, signer: Signer) -> bool:
    """Whether the same drawing comes with another name than the one it was kept with."""
    said = (signer.name[:40], signer.relation)
    known = Signature.objects.filter(evidence=kept).values_list("name", "relation").first()
    return bool(signer.name) and known != said


def _sign(kept: Evidence, signer: Signer) -> None:
    said: dict[str, Any] = {"name": signer.name[:40], "relation": signer.relation}
    if signer.strokes is not None:
        said["strokes"] = signer.strokes.stored()
    Signature.objects.update_or_create(evidence=kept, defaults=said)
