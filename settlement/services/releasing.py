"""Moves an installer's money from pending to available when a milestone is reached or due."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from common import clock
from common.outbox import announce
from common.transactions import transactional
from settlement.engine.stages import waits_for_days
from settlement.events import MoneyReleased
from settlement.ledger import Leg, post
from settlement.models import LedgerAccount, Party, Release, Settlement
from settlement.services.parties import account, installer_party
from workorders.milestones import milestone_days
from workorders.models import WorkOrder
from workorders.services.locking import order_held

if TYPE_CHECKING:
    from datetime import date

_ALL_OF_IT = ("self", "settlement", "settlement__work_order")
"""An order in somebody's hands is left for the next time: its settlement may be taken back."""


def waiting_kind(part: Release) -> LedgerAccount.Kind:
    """Return the account the part waits on: held when a date frees it, pending otherwise."""
    return LedgerAccount.Kind.PENDING if part.due_on is None else LedgerAccount.Kind.HELD


def payee_of(part: Release) -> Party:
    """Return whose money it is: one of several people's, or the installer's."""
    return part.payee or installer_party(part.settlement.installer)


def hold_order(order_id: int) -> None:
    """Wait until nobody else has the order, and keep it to the end of the transaction.

    Whoever takes the settlement back holds the order too: a statement of its own, so that what was
    committed while this one waited is seen afterwards.
    """
    if order_held(order_id) is None:
        held = WorkOrder.objects.select_for_update(no_key=True).filter(pk=order_id)
        held.values_list("pk").first()


@transactional
def release_milestone(*, order_id: int, milestone: str) -> list[Release]:
    """Release what of the order's active settlement waits for the milestone; return what moved.

    A part that comes days after it is held until its day from now on.
    """
    hold_order(order_id)
    waiting = (
        Release.objects.select_for_update(of=("self",))
        .select_related("payee", "settlement__installer__user", "settlement__work_order")
        .filter(
            settlement__work_order_id=order_id,
            settlement__status=Settlement.Status.ACTIVE,
            milestone=milestone,
            released_at=None,
        )
    )
    return [moved for part in waiting if (moved := _reach(part)) is not None]


@transactional
def release_due(*, on: date, limit: int = 200) -> int:
    """Release at most `limit` parts whose day has come; return how many."""
    due = (
        Release.objects.select_for_update(of=_ALL_OF_IT, no_key=True, skip_locked=True)
        .select_related("payee", "settlement__installer__user", "settlement__work_order")
        .filter(due_on__lte=on, released_at=None, settlement__status=Settlement.Status.ACTIVE)
        .order_by("due_on", "pk")[:limit]
    )
    return len([_release(part) for part in due])


def _reach(part: Release) -> Release | None:
    """Release a part whose stage is reached, or let its days begin; None where they have already."""
    if not waits_for_days(part.milestone, part.after_days):
        return _release(part)
    if part.due_on is not None:
        return None
    order = part.settlement.work_order
    since = milestone_days([order])[order.pk].get(part.milestone, clock.business_day())
    _move(part, "retention", LedgerAccount.Kind.PENDING, LedgerAccount.Kind.HELD)
    part.due_on = since + timedelta(days=part.after_days or 0)
    part.save(update_fields=["due_on"])
    return part


def _move(part: Release, kind: str, source: LedgerAccount.Kind, target: LedgerAccount.Kind) -> None:
    party = payee_of(part)
    if part.amount_fen:
        post(
            kind=kind,
            source_key=f"{kind}:{part.pk}",
            legs=[
                Leg(account(party, source), -part.amount_fen),
                Leg(account(party, target), part.amount_fen),
            ],
            day=clock.business_day(),
            work_order=part.settlement.work_order,
        )


def _release(part: Release) -> Release:
    settlement = part.settlement
    party = payee_of(part)
    _move(part, "release", waiting_kind(part), LedgerAccount.Kind.AVAILABLE)
    part.released_at = clock.now()
    part.save(update_fields=["released_at"])
    whose = party.installer_id or settlement.installer_id
    announce(MoneyReleased(release_id=part.pk, installer_id=whose))
    return part
