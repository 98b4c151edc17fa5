"""Questions about adjustments: those of an order, those that wait, and who may be in one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q, QuerySet

from common import clock
from settlement.models import Party, SettlementAdjustment
from settlement.visibility import all_shares, sees_all_shares

if TYPE_CHECKING:
    from datetime import date, datetime

    from accounts.models import Installer, User
    from settlement.models import Settlement
    from workorders.models import WorkOrder

State = SettlementAdjustment.State


class OwnAdjustment(NamedTuple):
    """An adjustment as one payee sees it: fen are what it brought them, `other` is the other side.

    `entry_id` is set where it may be doubted: what a dispute gave is doubted on its line.
    """

    entry_id: int | None
    order_number: str
    reason: str
    other: str
    at: datetime | None
    fen: int


_JOINED = (
    "work_order__item_version", "payee", "payer", "made_by", "decided_by", "dispute", "settlement",
    "line",
)  # fmt: skip


def visible_adjustments(*, actor: User) -> QuerySet[SettlementAdjustment]:
    """Return the adjustments of orders one of the actor's units sold, served or settled."""
    found = SettlementAdjustment.objects.select_related(*_JOINED).order_by("-made_at", "-pk")
    if actor.sees_everything:
        return found
    units = actor.units
    return found.filter(
        Q(work_order__sold_by__in=units)
        | Q(work_order__served_by__in=units)
        | Q(work_order__settled_by__in=units)
        | (Q(work_order=None) & _of_own(actor))
    )


def adjustment_list(*, actor: User, state: str, words: str) -> QuerySet[SettlementAdjustment]:
    """Return visible adjustments in a state (any without one), found by order number or payee."""
    found = visible_adjustments(actor=actor)
    if not actor.sees_everything:
        found = found.filter(Q(work_order__settled_by__in=actor.units) | _of_own(actor))
    if state in State.values:
        found = found.filter(state=state)
    if words:
        named = Q(payee__name__icontains=words) | Q(payer__name__icontains=words)
        found = found.filter(named | Q(work_order__number__icontains=words))
    return found


def adjustments_to_decide(*, actor: User) -> QuerySet[SettlementAdjustment]:
    """Return what waits and the actor may post: of others, and where they settle, between own payees.

    Whether the actor may approve adjustments at all is asked elsewhere.
    """
    waiting = SettlementAdjustment.objects.filter(state=State.WAITING).exclude(made_by=actor)
    if actor.sees_everything:
        return waiting
    units = actor.units
    mine = [
        Q((f"{side}__unit__in", units)) | Q((f"{side}__installer__outlet__in", units))
        for side in ("payee", "payer")
    ]
    return waiting.filter(all_shares(actor), *mine)


def posted_for(*, order: WorkOrder, installer: Installer) -> list[OwnAdjustment]:
    """Return what was posted of an order for or against one installer, the oldest first."""
    mine = Q(payee__installer=installer) | Q(payer__installer=installer)
    found = SettlementAdjustment.objects.filter(mine, work_order=order, state=State.APPROVED)
    return [
        _own(row, installer)
        for row in found.select_related("payee", "payer", "work_order").order_by("pk")
    ]


def posted_between(*, installer: Installer, first: date, last: date) -> list[OwnAdjustment]:
    """Return what was posted for or against an installer from a day to a day, the newest first."""
    mine = Q(payee__installer=installer) | Q(payer__installer=installer)
    found = SettlementAdjustment.objects.filter(
        mine,
        state=State.APPROVED,
        decided_at__gte=clock.day_span(first)[0],
        decided_at__lt=clock.day_span(last)[1],
    )
    rows = found.select_related("payee", "payer", "work_order").order_by("-decided_at", "-pk")
    return [_own(row, installer) for row in rows]


def _own(row: SettlementAdjustment, installer: Installer) -> OwnAdjustment:
    gets = row.payee.installer_id == installer.pk
    return OwnAdjustment(
        entry_id=row.entry_id if row.dispute_id is None else None,
        order_number=row.work_order.number if row.work_order else "",
        reason=row.reason,
        other=(row.payer if gets else row.payee).name,
        at=row.decided_at,
        fen=row.amount_fen if gets else -row.amount_fen,
    )


def parties_of(settlement: Settlement) -> list[Party]:
    """Return who may give or get in an adjustment: the payees of the settlement's lines."""
    found = Party.objects.filter(lines__settlement=settlement).exclude(kind=Party.Kind.TAX)
    return list(found.distinct().order_by("kind", "name"))


def adjustments_of(
    order: WorkOrder, *, actor: User, until: datetime | None = None
) -> list[SettlementAdjustment]:
    """Return what was posted of an order, as far as the reader may see; the oldest first.

    With a moment: what had been posted by then.
    """
    found = visible_adjustments(actor=actor).filter(work_order=order, state=State.APPROVED)
    if not sees_all_shares(actor, order):
        found = found.filter(_of_own(actor))
    if until is not None:
        found = found.filter(entry__posted_at__lte=until)
    return list(found.order_by("pk"))


def _of_own(actor: User) -> Q:
    """Adjustments for or against the actor's units and their outlets' installers."""
    units = actor.units
    return (
        Q(payee__unit__in=units)
        | Q(payer__unit__in=units)
        | Q(payee__installer__outlet__in=units)
        | Q(payer__installer__outlet__in=units)
    )
