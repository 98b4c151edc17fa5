"""Reads an order's facts for its report: what is on record, its customer masked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, overload

from django.conf import settings
from django.utils import translation

from common.formatting import masked_name, masked_phone
from network.models import OrgUnit
from workorders.acceptances import acceptance_of
from workorders.filled_forms import filled_forms
from workorders.guards import body_of
from workorders.models import (
    Bearer,
    CheckIn,
    CrewMember,
    ExtraCharge,
    MaterialUsed,
    StageStay,
    StepDone,
)
from workorders.report.reading_evidence import form_signatures, photos_of, signature_of
from workorders.report.shape import Charge, Facts, Form, Material, Step, Visit

if TYPE_CHECKING:
    from decimal import Decimal

    from workorders.models import WorkOrder

_SHOWN_CHARGES = (ExtraCharge.State.CONFIRMED, ExtraCharge.State.WAITING)


def facts_of(order: WorkOrder) -> Facts:
    """Return the facts of an order whose work is over, as they stand now; about fifteen queries."""
    site, holder = order.address, order.installer
    top = OrgUnit.objects.filter(kind=OrgUnit.Kind.HQ, parent=None).first()
    helpers = CrewMember.objects.filter(work_order=order, left_at=None).order_by("pk")
    stays = StageStay.objects.filter(work_order=order, received_at__isnull=False)
    later: dict[datetime | None, datetime | None] = dict(
        stays.values_list("entered_at", "received_at")
    )
    ended = order.completed_at or order.cancelled_at or order.stage_since
    accepted = acceptance_of(order)
    return Facts(
        number=order.number,
        company=top.name if top else "",
        outlet=order.served_by.name if order.served_by else "",
        installer=holder.user.display_name if holder else "",
        helpers=[each.installer.user.display_name for each in helpers.select_related(
            "installer__user"
        )],
        customer=masked_name(order.contact.name),
        phone=masked_phone(order.contact.phone),
        district=f"{site.province}{site.city}{site.district}",
        address=str(site),
        lon=_text(site.lon),
        lat=_text(site.lat),
        precision=site.precision,
        item=order.item_version.name,
        item_version=order.item_version.number,
        quantity=order.quantity,
        ordered_at=_iso(order.line.order.placed_at),
        window_from=_iso(order.window_starts_at),
        window_to=_iso(order.window_ends_at),
        assigned_at=_iso(order.assigned_at),
        started_at=_iso(order.started_at),
        ended_at=_iso(ended),
        is_completed=order.completed_at is not None,
        end_reason="" if order.completed_at else _end_reason(order),
        visits=_visits(order),
        steps=_steps(order),
        forms=_forms(order),
        photos=photos_of(order),
        materials=_materials(order),
        charges=_charges(order),
        signature=signature_of(order),
        started_received_at=_iso(later.get(order.started_at)),
        ended_received_at=_iso(later.get(ended)),
        accepted_at=_iso(accepted.at if accepted else None),
        accepted_received_at=_iso(accepted.received_at if accepted else None),
    )  # fmt: skip


def _visits(order: WorkOrder) -> tuple[Visit, ...]:
    rows = CheckIn.objects.filter(work_order=order).select_related("installer__user")
    return tuple(
        Visit(
            pk=row.pk,
            by=row.installer.user.display_name,
            at=_iso(row.at),
            method=row.method,
            lon=_text(row.lon),
            lat=_text(row.lat),
            accuracy_m=row.accuracy_m,
            from_site_m=row.from_site_m,
            is_far=row.is_far,
            reason=row.reason,
            received_at=_iso(row.received_at),
        )
        for row in rows.order_by("at", "pk")
    )


def _steps(order: WorkOrder) -> tuple[Step, ...]:
    names = {step.seq: step.name for step in body_of(order).steps}
    rows = StepDone.objects.filter(work_order=order).select_related("installer__user")
    return tuple(
        Step(
            seq=row.seq,
            name=names.get(row.seq, ""),
            by=row.installer.user.display_name,
            at=_iso(row.done_at),
        )
        for row in rows.order_by("seq")
    )


def _forms(order: WorkOrder) -> tuple[Form, ...]:
    """Words are frozen too, in every language: those of a flow may change with the program."""
    words: dict[int, dict[str, list[list[str]]]] = {}
    filled = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            filled = filled_forms(order)
            for form in filled:
                rows = [[answer.label, answer.words] for answer in form.answers]
                words.setdefault(form.pk, {})[code] = rows
    return tuple(
        Form(
            pk=form.pk,
            name=form.name,
            stage=form.stage,
            by=form.by,
            at=_iso(form.at),
            answers=words[form.pk],
            signatures=form_signatures(form.signed),
        )
        for form in filled
    )


def _materials(order: WorkOrder) -> tuple[Material, ...]:
    used = MaterialUsed.objects.filter(work_order=order).select_related("material").order_by("pk")
    return tuple(
        Material(name=row.material.name, unit=row.material.unit, quantity_milli=row.quantity_milli)
        for row in used
    )


def _charges(order: WorkOrder) -> tuple[Charge, ...]:
    """Those the customer pays and what they declined; what the company bears concerns nobody else."""
    rows = ExtraCharge.objects.filter(work_order=order, bearer=Bearer.CUSTOMER).order_by("pk")
    return tuple(
        Charge(
            pk=row.pk,
            code=row.code,
            quantity=row.quantity,
            unit=row.unit,
            amount_fen=row.amount_fen,
            reason=row.reason,
            state=row.state,
            is_declined=row.is_declined,
            way=row.answered_by,
            answered_at=_iso(row.answered_at),
        )
        for row in rows
        if row.is_declined or row.state in _SHOWN_CHARGES or row.awaits_customer
    )


def _end_reason(order: WorkOrder) -> str:
    """Why it ended without being completed: the reason of the last step of its timeline."""
    last = order.timeline.filter(code__in=("reason", "shop_cancelled")).order_by("at", "pk").last()
    params = last.params if last else {}
    return str(params.get("text") or params.get("reason") or "")


@overload
def _iso(moment: datetime) -> str: ...
@overload
def _iso(moment: None) -> None: ...
@overload
def _iso(moment: datetime | None) -> str | None: ...
def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None


def _text(degrees: Decimal | None) -> str | None:
    return None if degrees is None else f"{degrees:.6f}"
