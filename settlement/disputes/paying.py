"""Who answers for a claim, and paying what was confirmed: by a decision or by silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common import clock
from network.models import OrgUnit
from settlement.adjustments.making import adjust_for_dispute
from settlement.disputes.holding import ADJUSTMENT
from settlement.services.parties import unit_party

if TYPE_CHECKING:
    from accounts.models import User
    from settlement.models import Dispute


def payers(dispute: Dispute) -> list[OrgUnit]:
    """Return the units that may have to pay a claim; the first answers for it when all are silent.

    Who gave (or got) what an adjustment moved, the settling branch, headquarters, then the outlet
    that served; never the claimant.
    """
    order = dispute.work_order
    found: list[OrgUnit | None] = [_other_side(dispute)]
    found += [order.settled_by] if order else []
    found.append(OrgUnit.objects.filter(kind=OrgUnit.Kind.HQ, parent=None).first())
    found += [order.served_by] if order else []
    own = dispute.claimant_party.unit_id
    return list(dict.fromkeys(unit for unit in found if unit is not None and unit.pk != own))


def payers_of(dispute: Dispute, *, actor: User) -> list[OrgUnit]:
    """Return those of `payers` a person may let pay: of their own units, for headquarters all."""
    found = payers(dispute)
    return found if actor.sees_everything else [unit for unit in found if unit.pk in actor.units]


def _other_side(dispute: Dispute) -> OrgUnit | None:
    """The unit that stands opposite the claimant in a doubted adjustment."""
    made = getattr(dispute.entry, "adjustment", None) if dispute.entry else None
    if made is None:
        return None
    claims = made.payee_id == dispute.claimant_party_id
    other: OrgUnit | None = (made.payer if claims else made.payee).unit
    return other


def sign(
    dispute: Dispute, *, fen: int, payer: OrgUnit | None = None, actor: User | None = None
) -> None:
    """Write who decided what onto a locked dispute; the step that follows saves it."""
    dispute.payer = unit_party(payer) if payer is not None else None
    dispute.decided_fen, dispute.decided_by, dispute.decided_at = fen, actor, clock.now()


def pay(dispute: Dispute, *, reason: str, actor: User | None = None) -> None:
    """Post what a signed dispute gives its claimant and why, in the transaction of its step."""
    if dispute.payer is not None and dispute.decided_fen:
        adjust_for_dispute(
            dispute,
            payer=dispute.payer,
            fen=dispute.decided_fen,
            actor=actor,
            reason=reason,
            kind=ADJUSTMENT,
        )
