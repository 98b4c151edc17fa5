"""Making an adjustment, approving it by a second person, and posting it into the open period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from common import clock
from common.errors import Conflict, Forbidden, Refused, refuse_unless
from common.journal import record
from common.outbox import announce
from common.transactions import transactional
from settlement.adjustments.events import AdjustmentPosted
from settlement.adjustments.moves import ADJUSTMENT, legs, paid_over
from settlement.adjustments.selectors import parties_of
from settlement.ledger import post
from settlement.models import Settlement, SettlementAdjustment
from settlement.services.settling import active_settlement, locked_order
from settlement.visibility import sees_all_shares
from workorders.services.staff_notices import tell_staff

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User
    from settlement.models import Dispute, JournalEntry, Party, SettlementLine
    from workorders.models import WorkOrder

State = SettlementAdjustment.State
MOST_FEN = 100_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants to adjust: fen from the payer to the payee; negative the other way."""

    payee: Party
    payer: Party
    amount_fen: int
    reason: str
    evidence: str = ""
    line: SettlementLine | None = None


@transactional
def make_adjustment(*, settlement: Settlement, wish: Wish, actor: User) -> SettlementAdjustment:
    """Keep an adjustment of an active settlement's order; a second person approves it.

    Refused without a reason, for nothing, for more than a million yuan, between a payee and
    itself, and when the settlement was taken back meanwhile.
    """
    order = locked_order(settlement.work_order_id)
    active = order.settlements.filter(pk=settlement.pk, status=Settlement.Status.ACTIVE)
    if not active.exists():
        raise Conflict("adjustment.stale", _("This settlement was replaced; open the new one"))
    refuse_strangers(order, actor, (wish.payee, wish.payer))
    refuse_unless(wish.reason.strip(), "adjustment.reason", _("Give the reason of the adjustment"))
    refuse_unless(wish.amount_fen, "adjustment.nothing", _("Enter an amount other than 0"))
    refuse_unless(
        abs(wish.amount_fen) <= MOST_FEN,
        "adjustment.too_much",
        _("An adjustment is at most 1,000,000 yuan"),
    )
    refuse_unless(
        wish.payee != wish.payer,
        "adjustment.same",
        _("Choose two different payees: one gets what the other gives"),
    )
    kept = SettlementAdjustment.objects.create(
        work_order=order,
        settlement=settlement,
        line=wish.line,
        payee=wish.payee,
        payer=wish.payer,
        amount_fen=wish.amount_fen,
        reason=wish.reason.strip()[:200],
        evidence=wish.evidence.strip()[:200],
        made_by=actor,
        made_at=clock.now(),
    )
    record(actor, "adjustment.made", kept, amount_fen=kept.amount_fen, reason=kept.reason)
    return kept


@transactional
def decide_adjustment(
    *, adjustment_id: int, approve: bool, reason: str, actor: User
) -> SettlementAdjustment:
    """Post an adjustment, or refuse it with a reason; never by the person who made it.

    It belongs to the order: settled anew meanwhile, it is posted beside what counts now. Conflict
    when somebody was faster, or where one of the two has no part in the order any more; Forbidden
    for who could not have made it.
    """
    found = SettlementAdjustment.objects.filter(pk=adjustment_id).first()
    if found is None or found.work_order_id is None:
        raise Refused("adjustment.unknown", _("There is no such adjustment"))
    order = locked_order(found.work_order_id)
    kept = SettlementAdjustment.objects.select_related("payee", "payer").get(pk=adjustment_id)
    if kept.state != State.WAITING:
        words = {"state": kept.get_state_display()}
        raise Conflict("adjustment.decided", _("It is already “%(state)s”") % words)
    refuse_strangers(order, actor, (kept.payee, kept.payer))
    refuse_unless(
        kept.made_by_id != actor.pk,
        "adjustment.own",
        _("You made this adjustment: somebody else has to approve it"),
    )
    reason = reason.strip()[:200]
    refuse_unless(approve or reason, "adjustment.refusal", _("Say why it is refused"))
    if approve:
        _follow(kept, order)
    kept.decided_by, kept.decided_at, kept.decision = actor, clock.now(), reason
    kept.state = State.APPROVED if approve else State.REFUSED
    if approve:
        kept.entry = _post(kept, ADJUSTMENT, f"{ADJUSTMENT}:{kept.pk}")
    kept.save()
    record(actor, "adjustment.decided", kept, state=kept.state, reason=reason)
    if approve:
        announce(AdjustmentPosted(kept.pk, order.pk))
    else:
        told = {"page": reverse("settlement:adjustment-list"), "reason": reason}
        tell_staff(order, [kept.made_by], code="adjustment_refused", sender=actor, **told)
    return kept


def _follow(kept: SettlementAdjustment, order: WorkOrder) -> None:
    """Let an adjustment stand beside the settlement that counts now, and beside its line there."""
    active = active_settlement(order)
    if active is not None and active.pk == kept.settlement_id:
        return
    if active is None or not {kept.payee, kept.payer} <= set(parties_of(active)):
        raise Conflict(
            "adjustment.stale",
            _("This settlement was replaced since: refuse it, and adjust the new one if needed"),
        )
    kept.settlement = active
    if kept.line is not None:
        same = active.lines.filter(code=kept.line.code, payee=kept.line.payee_id)
        kept.line = same.order_by("seq").first()


def refuse_strangers(order: WorkOrder, actor: User, parties: Iterable[Party] = ()) -> None:
    """Forbid it to who does not settle the order, or would move the money of other units."""
    own = actor.units
    inside = actor.sees_everything or (
        sees_all_shares(actor, order)
        and all(
            party.unit_id in own
            or (party.installer is not None and party.installer.outlet_id in own)
            for party in parties
        )
    )
    if not inside:
        sentence = _(
            "You adjust money between payees of your own units; headquarters adjusts the rest"
        )
        raise Forbidden("adjustment.outside", sentence)


def adjust_for_dispute(
    dispute: Dispute, *, payer: Party, fen: int, actor: User | None, reason: str, kind: str
) -> SettlementAdjustment:
    """Post what an upheld dispute gives its claimant: reviewed and decided there already.

    `reason` is that of the decision: both sides read it beside the money. Without an actor it was
    confirmed by silence, and what was claimed is the reason.
    """
    kept = SettlementAdjustment(
        work_order=dispute.work_order,
        settlement=_settlement_of(dispute),
        line=dispute.line,
        payee=dispute.claimant_party,
        payer=payer,
        amount_fen=fen,
        reason=reason[:200],
        evidence=dispute.number,
        state=State.APPROVED,
        dispute=dispute,
        made_by=dispute.claimant,
        made_at=dispute.filed_at,
        decided_by=actor,
        decided_at=clock.now(),
    )
    kept.entry = _post(kept, kind, f"{kind}:{dispute.pk}")
    kept.save()
    if kept.work_order_id is not None:
        announce(AdjustmentPosted(kept.pk, kept.work_order_id))
    return kept


def _settlement_of(dispute: Dispute) -> Settlement | None:
    """The settlement a dispute's answer is shown with: its line's, else the order's latest."""
    if dispute.line is not None:
        return dispute.line.settlement
    found = Settlement.objects.filter(work_order=dispute.work_order).order_by("pk")
    return found.last() if dispute.work_order_id is not None else None


def _post(kept: SettlementAdjustment, kind: str, source_key: str) -> JournalEntry:
    """Into the first open period: what is locked stays as it was."""
    moves = paid_over(payee=kept.payee, payer=kept.payer, fen=kept.amount_fen)
    return post(
        kind=kind,
        source_key=source_key,
        legs=legs(moves),
        day=clock.business_day(),
        work_order=kept.work_order,
    )
