"""Whom a dispute waits for: what a person has to do, and who has to do something about one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from accounts.models import User
from accounts.roles import Role, perms_of
from common.access import Perm
from settlement.disputes.flow import State
from settlement.disputes.selectors import visible_disputes
from settlement.models import DisputeReview

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from settlement.models import Dispute

Department = DisputeReview.Department
_DECIDED_BY_A_PERSON = (State.ACCEPTED, State.ESCALATED, State.OVERDUE)
_REVIEWERS = [role for role in Role.values if Perm.DISPUTE_REVIEW in perms_of(role)]


def awaiting(*, actor: User) -> QuerySet[Dispute]:
    """Disputes that wait for this person: to be taken up, to give an opinion on, or to be decided.

    Of what their own unit claims they have nothing to do.
    """
    found = visible_disputes(actor=actor)
    if actor.unit_id is not None:
        found = found.exclude(claimant_party__unit=actor.unit_id)
    mine = Q(pk__in=[])
    if actor.has(Perm.DISPUTE_REVIEW):
        mine |= Q(state=State.SUBMITTED) | _asked(actor)
    if actor.has(Perm.DISPUTE_DECIDE):
        mine |= Q(state__in=_DECIDED_BY_A_PERSON)
    return found.filter(mine)


def who_acts(dispute: Dispute) -> list[User]:
    """Return the people an open dispute waits for now, by name; the claimant where more is asked.

    Administrators of headquarters may do everything: they are named when a decision is overdue, and
    where there is nobody else.
    """
    if dispute.state == State.UNDECIDED:
        return [dispute.claimant]
    people = User.objects.filter(is_active=True, role__in=_REVIEWERS).select_related("unit")
    found = [one for one in people.order_by("display_name", "pk") if _waits_for(dispute, one)]
    others = [one for one in found if one.role != Role.HQ_ADMIN]
    return found if dispute.state == State.OVERDUE or not others else others


def _waits_for(dispute: Dispute, person: User) -> bool:
    return awaiting(actor=person).filter(pk=dispute.pk).exists()


def _asked(actor: User) -> Q:
    """Disputes in which a department this person speaks for has not answered yet."""
    silent = DisputeReview.objects.filter(opinion="")
    departments = {
        Role.OUTLET_MANAGER: Q(department=Department.OUTLET, dispute__work_order__served_by__in=actor.units),
        Role.REGION_MANAGER: Q(department=Department.BRANCH, dispute__work_order__settled_by__in=actor.units),
        Role.FINANCE: Q(department=Department.FINANCE),
        Role.HQ_ADMIN: Q(),
    }  # fmt: skip
    asked = departments.get(Role(actor.role))
    if asked is None:
        return Q(pk__in=[])
    return Q(state=State.COUNTERPARTY_REVIEW, pk__in=silent.filter(asked).values("dispute"))
