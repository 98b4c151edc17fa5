"""Moves an installer's money from pending to available when a milestone is reached or due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from common import clock
from common.outbox import announce
from settlement.events import MoneyReleased
from settlement.ledger import Leg, post
from settlement.models import LedgerAccount, Release, Settlement
from settlement.services.parties import account, installer_party

if TYPE_CHECKING:
    from datetime import date


def waiting_kind(part: Release) -> LedgerAccount.Kind:
    """Return the account the part waits on: held when a date frees it, pending otherwise."""
    return LedgerAccount.Kind.PENDING if part.due_on is None else LedgerAccount.Kind.HELD


@transaction.atomic
def release_milestone(*, order_id: int, milestone: str) -> list[Release]:
    """Release every open part of the order's active settlement that waits for the milestone."""
    waiting = (
        Release.objects.select_for_update(of=("self",))
        .select_related("settlement__installer__user", "settlement__work_order")
        .filter(
            settlement__work_order_id=order_id,
            settlement__status=Settlement.Status.ACTIVE,
            milestone=milestone,
            released_at=None,
        )
    )
    return [_release(part) for part in waiting]


@transaction.atomic
def release_due(*, on: date, limit: int = 200) -> int:
    """Release parts whose day has come; return how many."""
    due = (
        Release.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("settlement__installer__user", "settlement__work_order")
        .filter(due_on__lte=on, released_at=None, settlement__status=Settlement.Status.ACTIVE)
        .order_by("due_on", "pk")[:limit]
    )
    return len([_release(part) for part in due])


def _release(part: Release) -> Release:
    settlement = part.settlement
    party = installer_party(settlement.installer)
    if part.amount_fen:
        post(
            kind="release",
            source_key=f"release:{part.pk}",
            legs=[
                Leg(account(party, waiting_kind(part)), -part.amount_fen),
                Leg(account(party, LedgerAccount.Kind.AVAILABLE), part.amount_fen),
            ],
            day=clock.business_day(),
            work_order=settlement.work_order,
        )
    part.released_at = clock.now()
    part.save(update_fields=["released_at"])
    announce(MoneyReleased(release_id=part.pk, installer_id=settlement.installer_id))
    return part
