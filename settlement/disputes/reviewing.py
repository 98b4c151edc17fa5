"""The counterparty's side: which departments are asked, and what each of them says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.roles import Role
from common import clock
from common.errors import Conflict, refuse_unless
from settlement.disputes.rights import SETTLES, VOICES
from settlement.disputes.said import asked_text, opinion_text
from settlement.disputes.steps import lock_dispute, take_step, write_step
from settlement.models import Dispute, DisputeReview

if TYPE_CHECKING:
    from accounts.models import User

Department = DisputeReview.Department
Opinion = DisputeReview.Opinion


def departments(dispute: Dispute) -> list[str]:
    """Return the departments that may be asked: those with a part in the order, never the claimant."""
    order, own = dispute.work_order, dispute.claimant_party.unit_id
    found = [Department.FINANCE.value]
    if order is not None and order.settled_by_id not in {None, own}:
        found.insert(0, Department.BRANCH.value)
    if order is not None and order.served_by_id not in {None, own}:
        found.insert(0, Department.OUTLET.value)
    return found


def claims_it(actor: User, dispute: Dispute) -> bool:
    """Whether a person belongs to the unit that claims: they neither review nor decide it."""
    return actor.unit_id is not None and actor.unit_id == dispute.claimant_party.unit_id


def refuse_claimant(actor: User, dispute: Dispute) -> None:
    """Refuse who would judge what their own unit claims."""
    refuse_unless(
        not claims_it(actor, dispute),
        "dispute.own_claim",
        _("Your own unit claims this: somebody else reviews and decides it"),
    )


def speaks_for(actor: User, dispute: Dispute) -> set[str]:
    """Return the departments a person may speak for in a dispute."""
    if claims_it(actor, dispute):
        return set()
    voices = VOICES.get(Role(actor.role), {})
    return {
        name for name, place in voices.items() if place is None or _is_at(place, actor, dispute)
    }


def _is_at(place: str, actor: User, dispute: Dispute) -> bool:
    """Whether the actor's units have this part in the order; without one, who settles has."""
    order = dispute.work_order
    if order is None:
        return place == SETTLES
    return getattr(order, f"{place}_id") in actor.units


@transaction.atomic
def ask_departments(*, dispute_id: int, asked: Iterable[str], actor: User) -> Dispute:
    """Begin the review: every department named gives an opinion. Refused when none is named."""
    dispute = lock_dispute(dispute_id)
    refuse_claimant(actor, dispute)
    chosen = [name for name in departments(dispute) if name in set(asked)]
    refuse_unless(chosen, "dispute.nobody_asked", _("Name at least one department"))
    take_step(dispute, "ask", actor=actor, text=asked_text(chosen))
    DisputeReview.objects.bulk_create(
        DisputeReview(dispute=dispute, department=name) for name in chosen
    )
    return dispute


@transaction.atomic
def give_opinion(
    *, dispute_id: int, department: str, opinion: str, text: str, actor: User
) -> Dispute:
    """Note what a department thinks; the last one moves the dispute on.

    All agree: accepted. One refuses: handed up to be decided. Conflict when a colleague of the
    department has spoken already; Refused without a reason or for a foreign department.
    """
    dispute = lock_dispute(dispute_id)
    refuse_unless(
        department in speaks_for(actor, dispute),
        "dispute.not_your_department",
        _("You do not speak for this department"),
    )
    refuse_unless(opinion in Opinion.values, "dispute.opinion", _("Choose one of the two answers"))
    refuse_unless(text.strip(), "dispute.opinion_reason", _("Give the reason of your opinion"))
    review = dispute.reviews.select_related("by").filter(department=department).first()
    if review is None or dispute.state != Dispute.State.COUNTERPARTY_REVIEW:
        raise Conflict("dispute.not_asked", _("This department is not being asked (any more)"))
    if review.opinion:
        sentence = _("%(who)s has answered for this department already")
        who = review.by.display_name if review.by else "—"
        raise Conflict("dispute.opinion_given", sentence % {"who": who})
    review.opinion, review.text, review.by, review.at = opinion, text.strip(), actor, clock.now()
    review.save()
    said = opinion_text(review)
    opinions = list(dispute.reviews.values_list("opinion", flat=True))
    if not all(opinions):
        write_step(dispute, "opinion", source=dispute.state, actor=actor, text=said)
    elif Opinion.REFUSES in opinions:
        take_step(dispute, "hand_up", actor=actor, text=said)
    else:
        take_step(dispute, "agree", actor=actor, text=said)
    return dispute
