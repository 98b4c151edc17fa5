"""The decision: what it would post, and posting it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from common.access import Perm
from common.errors import Forbidden, Refused, refuse_unless
from settlement.adjustments.moves import Move, given_back, paid_over, summed
from settlement.disputes import flow
from settlement.disputes.paying import pay, payers, payers_of, sign
from settlement.disputes.reviewing import refuse_claimant
from settlement.disputes.rights import heard_beside, holds, not_own, runs
from settlement.disputes.steps import lock_dispute, take_step
from settlement.disputes.who import this
from settlement.ledger import balances
from settlement.models import LedgerAccount, Party

if TYPE_CHECKING:
    from accounts.models import User
    from network.models import OrgUnit
    from settlement.models import Dispute

Kind = LedgerAccount.Kind
OUTCOMES = ("uphold", "reject", "leave_open")


@dataclass(frozen=True, slots=True)
class Decision:
    """An outcome of OUTCOMES with its reason; an upheld one names the amount and who pays it."""

    outcome: str
    reason: str
    fen: int = 0
    payer_unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """What a decision would do to one account, in whole fen."""

    party: str
    account: str
    before_fen: int
    change_fen: int

    @property
    def after_fen(self) -> int:
        """The balance afterwards."""
        return self.before_fen + self.change_fen


def effects(dispute: Dispute, *, outcome: str, fen: int, payer: OrgUnit | None) -> list[Effect]:
    """Return what the decision would post, account by account; nothing is written.

    The changes sum to 0: they are the entries the decision itself makes.
    """
    target = flow.MOVES[outcome].target
    back = dispute.held_fen if flow.gives_back(dispute.state, target) else 0
    claimant = dispute.claimant_party
    moves = given_back(party=claimant, fen=back)
    if outcome == "uphold" and payer is not None:
        # A payer nobody has posted to yet has no party: shown all the same, and not made here.
        known = Party.objects.filter(unit=payer).first() or Party(unit=payer, name=payer.name)
        moves += paid_over(payee=claimant, payer=known, fen=fen)
    now = {move.party.pk: balances(move.party) if move.party.pk else {} for move in moves}
    return [_effect(move, now[move.party.pk]) for move in summed(moves)]


def _effect(move: Move, now: dict[str, int]) -> Effect:
    label = _("Held back") if move.kind == Kind.HELD else str(move.kind.label)
    return Effect(move.party.name, label, now.get(move.kind.value, 0), move.fen)


@transaction.atomic
def decide_dispute(*, dispute_id: int, decision: Decision, actor: User) -> Dispute:
    """Decide a dispute that is ready for it, with a reason, once.

    Upheld: the amount goes from the payer's to the claimant's available money. Whatever is held
    comes back, unless the decision leaves the dispute open for more evidence. Conflict names who
    was faster; Refused without a reason, for an amount beyond the claim, for a unit without a part
    in the order, or when the actor's opinion is the only one that was heard. Forbidden when another
    branch settles the order, and for a payer outside the actor's units: nobody charges others.
    """
    dispute = lock_dispute(dispute_id)
    outcome, reason = decision.outcome, decision.reason.strip()
    refuse_unless(outcome in OUTCOMES, "dispute.outcome", _("Choose how to decide"))
    refuse_unless(reason, "dispute.decision_reason", _("Give the reason of the decision"))
    refuse_claimant(actor, dispute)
    _refuse_outsider(dispute, actor)
    _refuse_judge_in_own_cause(dispute, actor)
    if outcome != "uphold":
        if outcome == "reject":
            sign(dispute, fen=0, actor=actor)
        return take_step(dispute, outcome, actor=actor, text=reason)
    payer = next((unit for unit in payers(dispute) if unit.pk == decision.payer_unit_id), None)
    if payer is None:
        raise Refused("dispute.payer", _("Choose who pays"))
    if payer not in payers_of(dispute, actor=actor):
        sentence = _("You let your own units pay; headquarters decides where others do")
        raise Forbidden("dispute.payer_outside", sentence)
    refuse_unless(
        0 < decision.fen <= dispute.claimed_fen,
        "dispute.decided_amount",
        _("The amount must be more than nothing and no more than what was claimed"),
    )
    sign(dispute, fen=decision.fen, payer=payer, actor=actor)
    take_step(dispute, outcome, actor=actor, text=reason)
    pay(dispute, reason=reason, actor=actor)
    return dispute


def may_decide(dispute: Dispute, *, actor: User) -> bool:
    """Whether a person may decide a dispute as far as it depends on them."""
    if not actor.has(Perm.DISPUTE_DECIDE):
        return False
    who = this(actor)
    return holds(dispute, not_own(who) & heard_beside(who) & runs(who))


def _refuse_outsider(dispute: Dispute, actor: User) -> None:
    if not holds(dispute, runs(this(actor))):
        sentence = _("The branch that settles the order decides, or headquarters")
        raise Forbidden("dispute.outsider", sentence)


def _refuse_judge_in_own_cause(dispute: Dispute, actor: User) -> None:
    refuse_unless(
        holds(dispute, heard_beside(this(actor))),
        "dispute.own_review",
        _("You were the only reviewer: somebody else has to decide"),
    )
