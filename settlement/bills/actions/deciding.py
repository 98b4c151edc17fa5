"""A second person's decision about an acceptance that is more than one person accepts alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from common.errors import Conflict, refuse_unless
from settlement.bills.actions.accepting import post_acceptance
from settlement.bills.actions.effects import open_parts
from settlement.bills.actions.held import held, key_of, note, reason_given, save_and_judge
from settlement.bills.matching import APPROVAL, match
from settlement.models import BillAction
from workorders.services.staff_notices import tell_staff

if TYPE_CHECKING:
    from accounts.models import User
    from settlement.models import BillPosition


@transaction.atomic
def decide_acceptance(*, position_id: int, approve: bool, reason: str, actor: User) -> BillAction:
    """Post a proposed acceptance, or refuse it with a reason, which who proposed it is told.

    Never by the same person. Conflict when somebody was faster, or when bill or books say something
    else by now than what was proposed.
    """
    position = held(position_id)
    proposal = proposal_of(position)
    if proposal is None or proposal.by is None:
        raise Conflict("bill.not_proposed", _("No acceptance waits for approval here (any more)"))
    refuse_unless(
        proposal.by_id != actor.pk,
        "bill.second_person",
        _("You proposed this acceptance: somebody else has to approve it"),
    )
    return (
        _approve(position, proposal, actor)
        if approve
        else _refuse(position, proposal, reason, actor)
    )


def proposal_of(position: BillPosition) -> BillAction | None:
    """Return the proposal that waits for approval; None where none does."""
    if position.hold != APPROVAL:
        return None
    found = position.actions.select_related("by", "bearer").filter(kind=BillAction.Kind.PROPOSE)
    return found.order_by("pk").last()


def _approve(position: BillPosition, proposal: BillAction, actor: User) -> BillAction:
    parts = proposal.gross_fen, proposal.fee_fen
    match([key_of(position)])
    position = held(position.pk)
    if position.hold != APPROVAL or open_parts(position) != parts or proposal.bearer is None:
        sentence = _("Bill or books changed since it was proposed: refuse it, and look again")
        raise Conflict("bill.proposal_stale", sentence)
    return post_acceptance(
        position, parts, bearer=proposal.bearer, reason=proposal.reason, actor=actor
    )


def _refuse(position: BillPosition, proposal: BillAction, reason: str, actor: User) -> BillAction:
    why = reason_given(reason)
    position.hold, position.wait_until = "", None
    action = note(position, BillAction.Kind.REFUSE, actor, reason=why)
    save_and_judge(position)
    tell_staff(
        None,
        [proposal.by] if proposal.by else [],
        code="acceptance_refused",
        sender=actor,
        page=reverse("settlement:bill-detail", args=[position.pk]),
        what=position.order_number,
        reason=why,
    )
    return action
