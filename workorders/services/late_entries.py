"""Takes in what an earlier holder's phone tells of signatures, forms, arrivals and charges.

All of it is kept as evidence and nothing else: no stage moves, no form counts as filled in, no
charge is asked for, no code is used up. What the office makes of it is for people to say.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from common.transactions import transactional
from workorders import timeline
from workorders.charges import tariff_of
from workorders.flow.answer_shape import PICTURES
from workorders.flow.answers import read_answers
from workorders.flow_versions import flow_of
from workorders.form_pictures import picture_label
from workorders.happened import Happened
from workorders.late_contents import (
    LateAnswer,
    LateArrival,
    LateCharge,
    LateConsent,
    LateForm,
    LateSignature,
    stored,
)
from workorders.models import Evidence, LateEntry, WorkOrder
from workorders.pictures import read_signature
from workorders.services.late_notes import note_late
from workorders.services.locking import lock_open_order
from workorders.services.photos import keep, say_what_is_odd, take_photo
from workorders.services.signatures import UNNAMED, Signer, sign
from workorders.site_radius import is_beyond, metres_from_site

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.core.files.base import File

    from workorders.flow import Form
    from workorders.late_contents import LateContents
    from workorders.late_work import LateWork
    from workorders.models import CustomerQuestion, ExtraCharge
    from workorders.services.charges import Asked
    from workorders.services.visiting import Arrival
    from workorders.taking import Taking

_ONE_DEED = timedelta(minutes=2)
"""So near in time the same words are one deed told twice."""
_ANY = 99


@transactional
def take_late_signature(
    *, work: LateWork, upload: File[Any], signer: Signer = UNNAMED, form: str = "", field: str = ""
) -> WorkOrder:
    """Keep a signature (PNG) under the work, or for a field of a form, as the earlier holder's.

    Raises Refused("signature.empty") when nothing is drawn.
    """
    order = lock_open_order(work.order_id)
    asked = flow_of(order).form(form) if form else None
    asked_field = asked.field(field) if asked is not None else None
    label = picture_label(asked, asked_field) if asked and asked_field else ""
    drawn = _drawn(order, work, upload, label=label, signer=signer)
    _keep(order, work, LateSignature(), label=label, drawn=drawn)
    return order


@transactional
def take_late_form(*, work: LateWork, form: Form, given: Mapping[str, Any]) -> WorkOrder:
    """Keep the answers to a form as the earlier holder's; what is no answer is kept as typed."""
    order = lock_open_order(work.order_id)
    pictured = {each.key: _ANY for each in form.fields if each.kind in PICTURES}
    found = read_answers(form, given, pictured)
    unread = {
        error.field.label: str(raw)[:300]
        for error in found.errors
        if (raw := given.get(error.field.key)) not in (None, "", [], {})
    }
    said = LateForm(
        form=form.key, flow_version=order.flow_version_id, values=found.stored(), unread=unread
    )
    _keep(order, work, said, label=form.name)
    return order


@transactional
def take_late_arrival(*, work: LateWork, arrival: Arrival) -> WorkOrder:
    """Keep an arrival as the earlier holder's: no check-in of the order, and no code is used up."""
    order = lock_open_order(work.order_id)
    metres = None
    if arrival.lon is not None and arrival.lat is not None:
        metres = metres_from_site(order, arrival.lon, arrival.lat)
    said = LateArrival(
        lon=arrival.lon,
        lat=arrival.lat,
        accuracy_m=arrival.accuracy_m,
        from_site_m=metres,
        is_far=is_beyond(order, metres, arrival.accuracy_m),
        by_code=bool(arrival.code),
        reason=arrival.reason.strip()[:200],
    )
    label = str(LateEntry.Kind.CHECK_IN.label)
    photo = _photo(order, work, arrival.photo, label=label, said=arrival.said)
    _keep(order, work, said, photo=photo)
    return order


@transactional
def take_late_charge(*, work: LateWork, asked: Asked) -> WorkOrder:
    """Keep a charge with its proofs as the earlier holder's; nobody is asked to pay it by that."""
    order = lock_open_order(work.order_id)
    tariff = tariff_of(asked.code)
    amount = asked.amount_fen
    if tariff is not None and tariff.unit_fen:
        amount = tariff.unit_fen * asked.quantity
    said = LateCharge(
        code=asked.code,
        quantity=asked.quantity,
        amount_fen=amount,
        reason=asked.reason.strip()[:200],
    )
    label = tariff.get_code_display() if tariff is not None else asked.code
    photo = _photo(order, work, asked.photo, label=label, said=asked.said)
    drawn = None
    if asked.consent is not None:
        signer = Signer(strokes=asked.strokes)
        drawn = _drawn(order, work, asked.consent, label=label, signer=signer)
    _keep(order, work, said, photo=photo, drawn=drawn)
    return order


@transactional
def take_late_consent(
    *, work: LateWork, charge: ExtraCharge, upload: File[Any], signer: Signer = UNNAMED
) -> WorkOrder:
    """Keep the customer's signature under a charge of the order; the charge stays as it is."""
    order = lock_open_order(work.order_id)
    label = charge.get_code_display()
    said = LateConsent(charge=charge.pk, code=charge.code, amount_fen=charge.amount_fen)
    drawn = _drawn(order, work, upload, label=label, signer=signer)
    _keep(order, work, said, label=label, drawn=drawn)
    return order


@transactional
def take_late_answer(
    *,
    work: LateWork,
    question: CustomerQuestion,
    agrees: bool,
    remark: str,
    upload: File[Any],
    signer: Signer = UNNAMED,
) -> WorkOrder:
    """Keep what the customer answered on the earlier holder's phone; the question stays open."""
    order = lock_open_order(work.order_id)
    said = LateAnswer(question=question.text, agrees=agrees, remark=remark.strip()[:200])
    drawn = _drawn(order, work, upload, label=question.text, signer=signer)
    _keep(order, work, said, drawn=drawn)
    return order


def _drawn(
    order: WorkOrder, work: LateWork, upload: File[Any], *, label: str, signer: Signer
) -> Evidence:
    """Keep a signature, once."""
    picture = read_signature(upload)
    mine = order.evidence.filter(kind=Evidence.Kind.LATE, uploaded_by=work.installer.user)
    again = mine.filter(sha256=picture.sha256, label=label[:60]).first()
    if again is not None:
        return again
    kept = Evidence(kind=Evidence.Kind.LATE, label=label[:60])
    keep(kept, order, picture, actor=work.installer.user, when=_when(work))
    sign(kept, signer)
    return kept


def _photo(
    order: WorkOrder, work: LateWork, upload: File[Any] | None, *, label: str, said: Taking
) -> Evidence | None:
    if upload is None:
        return None
    kept, is_new = take_photo(
        order,
        upload=upload,
        actor=work.installer.user,
        seq=0,
        label=label,
        said=said,
        kind=Evidence.Kind.LATE,
        when=_when(work),
    )
    if is_new:
        say_what_is_odd(order, kept)
    return kept


def _when(work: LateWork) -> Happened:
    return Happened(work.at, work.received_at)


def _keep(
    order: WorkOrder,
    work: LateWork,
    said: LateContents,
    *,
    label: str = "",
    photo: Evidence | None = None,
    drawn: Evidence | None = None,
) -> None:
    """Keep an entry with its proofs and tell of it; the same deed again changes nothing."""
    entry = LateEntry(
        work_order=order,
        installer=work.installer,
        kind=said.kind,
        label=label[:120],
        contents=stored(said),
        photo=photo,
        drawn=drawn,
        at=work.at,
        received_at=work.received_at,
    )
    same = LateEntry.objects.filter(
        work_order=order,
        installer=work.installer,
        kind=entry.kind,
        label=entry.label,
        contents=entry.contents,
        photo=photo,
        drawn=drawn,
        at__range=(work.at - _ONE_DEED, work.at + _ONE_DEED),
    )
    if same.exists():
        return
    entry.save()
    kind = timeline.Kind.MONEY if said.kind == LateEntry.Kind.CHARGE else timeline.Kind.PEOPLE
    code = "late_entry_of" if entry.label else "late_entry"
    note_late(order, work, code, kind=kind, late_kind=entry.kind, text=entry.label)
