"""Who may do what about a dispute: the one rule behind lists, reminders, cards and refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from accounts.roles import Role
from common.access import Perm
from settlement.disputes.flow import State
from settlement.models import Dispute, DisputeReview
from settlement.visibility import payees_money

if TYPE_CHECKING:
    from settlement.disputes.who import Who

Department = DisputeReview.Department
SETTLES = "settled_by"
VOICES: dict[Role, dict[str, str | None]] = {
    Role.OUTLET_MANAGER: {Department.OUTLET: "served_by"},
    Role.REGION_MANAGER: {Department.BRANCH: SETTLES},
    Role.FINANCE: {Department.FINANCE: SETTLES},
    Role.HQ_ADMIN: dict.fromkeys(Department.values),
}
"""By role the departments it speaks for, and which unit of the order has to be one of its own."""

_DECIDED_BY_A_PERSON = (State.ACCEPTED, State.ESCALATED, State.OVERDUE)
_NONE = Q(pk__in=[])


def waits_for(who: Who) -> Q:
    """Disputes that wait for this person: to be taken up, answered, decided, or added to."""
    mine = _NONE
    if who.has(Perm.DISPUTE_REVIEW):
        mine |= Q(state=State.SUBMITTED) | _asked(who)
    if who.has(Perm.DISPUTE_DECIDE):
        mine |= Q(state__in=_DECIDED_BY_A_PERSON) & heard_beside(who) & runs(who)
    added = Q(state=State.UNDECIDED) & claimed_by(who)
    return (sight(who) & not_own(who) & mine) | added


def claimed_by(who: Who) -> Q:
    """Disputes of the payee the person speaks for, as `subject.own_party` finds that."""
    if who.role == Role.INSTALLER:
        return Q(claimant_party__installer__user=who.pk)
    speaks = who.has(Perm.STATEMENT_VIEW) and not who.sees_everything and who.unit is not None
    return Q(claimant_party__unit=who.unit) if speaks else _NONE


def sight(who: Who) -> Q:
    """Disputes over money that the person may see: whose it is decides, as everywhere."""
    return payees_money(who, "claimant_party")


def runs(who: Who) -> Q:
    """Disputes over money the person's units run: their branch settles the order.

    What is claimed without an order concerns whoever reads it at all.
    """
    return Q() if who.sees_everything else _place(SETTLES, who)


def not_own(who: Who) -> Q:
    """Disputes that the person's own unit does not claim: nobody judges those."""
    return Q() if who.unit is None else ~Q(claimant_party__unit=who.unit)


def heard_beside(who: Who) -> Q:
    """Disputes in which the person is not the only reviewer that was heard, as a decider must be."""
    heard = DisputeReview.objects.filter(by__isnull=False)
    own, others = heard.filter(by=who.inner_pk), heard.exclude(by=who.inner_pk)
    return ~Q(pk__in=own.values("dispute")) | Q(pk__in=others.values("dispute"))


def holds(dispute: Dispute, rule: Q) -> bool:
    """Whether a rule holds for one dispute; one query."""
    return Dispute.objects.filter(rule, pk=dispute.pk).exists()


def _asked(who: Who) -> Q:
    """Disputes in which a department this person speaks for has not answered yet."""
    mine = _NONE
    for department, place in VOICES.get(who.role, {}).items():
        silent = DisputeReview.objects.filter(opinion="", department=department)
        here = Q() if place is None else _place(place, who)
        mine |= Q(pk__in=silent.values("dispute")) & here
    return Q(state=State.COUNTERPARTY_REVIEW) & mine


def _place(place: str, who: Who) -> Q:
    """Disputes whose order has one of the person's units there; without an order, who settles."""
    here = Q((f"work_order__{place}__in", who.units))
    return here | Q(work_order=None) if place == SETTLES else here
