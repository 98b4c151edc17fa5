"""Signatures of customers: under the work, and under an extra charge."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import refuse_unless
from common.journal import record
from common.transactions import transactional
from workorders import timeline
from workorders.models import Evidence, ServiceReport, Signature, WorkOrder
from workorders.pictures import read_scan, read_signature
from workorders.services.evidence import holder_of, worker_of
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
    """Keep the customer's signature (PNG); a new one takes the place of the last, and that is told.

    What was under work that was sent back stays, because its report shows it. Raises
    Refused("signature.empty") when nothing is drawn, Refused("signature.closed") once the work is
    done: whoever draws then need not be the customer. The same signature again is no news.
    """
    order = lock_open_order(order_id)
    holder_of(order, actor)
    picture = read_signature(upload)
    last = order.evidence.filter(kind=Evidence.Kind.SIGNATURE).order_by("pk").last()
    kept = last if last is not None and last.sha256 == picture.sha256 else None
    if kept is not None and not _says_more(kept, signer):
        return kept
    refuse_unless(
        order.completed_at is None,
        "signature.closed",
        _("The work is done: the customer's signature can no longer be changed"),
    )
    if kept is None:
        kept = keep(Evidence(kind=Evidence.Kind.SIGNATURE), order, picture, actor=actor)
        if last is not None:
            _replace(order, last, by=kept, actor=actor)
    sign(kept, signer)
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
    sign(kept, Signer(strokes=strokes))
    return kept


def keep_form_signature(
    order: WorkOrder,
    *,
    upload: File[Any],
    label: str,
    actor: User,
    signer: Signer = UNNAMED,
    is_scan: bool = False,
) -> Evidence:
    """Keep a signature a form asks for, of a locked order: drawn (PNG), or a picture of a paper.

    Like photos it may be of an order nobody has yet, and a helper may take it. Raises
    Refused("signature.empty") when nothing is drawn.
    """
    if actor.is_installer or order.installer is not None:
        worker_of(order, actor)
    picture = read_scan(upload) if is_scan else read_signature(upload)
    kept = Evidence(kind=Evidence.Kind.CONSENT, label=label[:60])
    if is_scan:
        # A page that came back with something wrong is sent with the same picture again.
        here = order.evidence.filter(kind=kept.kind, label=kept.label, stay__left_at=None)
        again = here.filter(sha256=picture.sha256, stay__isnull=False).first()
        if again is not None:
            return again
    keep(kept, order, picture, actor=actor)
    sign(kept, signer)
    return kept


def _replace(order: WorkOrder, old: Evidence, *, by: Evidence, actor: User) -> None:
    """Take a signature away that another one stands for, with its file, and say so."""
    name = Signature.objects.filter(evidence=old).values_list("name", flat=True).first() or ""
    signed_at = old.taken_at.isoformat()
    timeline.note(
        order,
        "signature_replaced",
        kind=timeline.Kind.ALERT,
        actor=actor,
        name=name,
        moment=signed_at,
    )
    record(
        actor,
        "workorder.signature_replaced",
        order,
        name=name,
        signed_at=signed_at,
        sha256=old.sha256,
        new_sha256=by.sha256,
    )
    if ServiceReport.objects.filter(work_order=order).exists():
        return
    transaction.on_commit(partial(old.file.storage.delete, str(old.file.name)))
    old.delete()


def _says_more(kept: Evidence, signer: Signer) -> bool:
    """Whether the same drawing comes with another name than the one it was kept with."""
    said = (signer.name[:40], signer.relation)
    known = Signature.objects.filter(evidence=kept).values_list("name", "relation").first()
    return bool(signer.name) and known != said


def sign(kept: Evidence, signer: Signer) -> None:
    """Set whose a kept signature is, and how the pen moved."""
    said: dict[str, Any] = {"name": signer.name[:40], "relation": signer.relation}
    if signer.strokes is not None:
        said["strokes"] = signer.strokes.stored()
    Signature.objects.update_or_create(evidence=kept, defaults=said)
