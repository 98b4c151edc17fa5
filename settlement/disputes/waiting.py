"""Whom a dispute waits for: what a person has to do, and who has to do something about one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db.models import Exists, Q

from accounts.models import User
from accounts.roles import Role, perms_of
from common.access import Perm
from network.models import OrgUnit
from settlement.disputes.flow import State
from settlement.disputes.rights import claimed_by, waits_for
from settlement.disputes.selectors import of_table
from settlement.disputes.who import Who, each, this
from settlement.models import Dispute

if TYPE_CHECKING:
    from django.db.models import QuerySet

Rule = Callable[[Who], Q]
_DESK = [role for role in Role if Perm.DISPUTE_REVIEW in perms_of(role)]
_AT_HQ = Q(unit__kind=OrgUnit.Kind.HQ)


def awaiting(*, actor: User) -> QuerySet[Dispute]:
    """Disputes that wait for this person: to be taken up, to give an opinion on, or to be decided.

    Of what their own unit claims they have only to add what was missing.
    """
    return of_table().filter(waits_for(this(actor))) if actor.is_active else of_table().none()


def who_acts(dispute: Dispute) -> list[User]:
    """Return the people an open dispute waits for now, by name; nobody where nobody may act.

    Administrators of headquarters may do everything: they are named when a decision is overdue, and
    where there is nobody else. One query, however many people there are.
    """
    found = _people(dispute, waits_for)
    others = [one for one in found if one.role != Role.HQ_ADMIN]
    return found if dispute.state == State.OVERDUE or not others else others


def claimants(dispute: Dispute) -> list[User]:
    """Return the people who speak for the payee that claims, by name; one query."""
    return _people(dispute, claimed_by)


def who_appoints() -> list[User]:
    """Return the administrators, who can give somebody the right to act where nobody has it."""
    found = User.objects.filter(is_active=True, role=Role.HQ_ADMIN)
    return list(found.order_by("display_name", "pk"))


def _people(dispute: Dispute, rule: Rule) -> list[User]:
    """Return the active users for whom a rule finds the dispute, by name."""
    one = Dispute.objects.filter(pk=dispute.pk)

    def found(role: Role, *, sees_everything: bool) -> Q:
        return Q(Exists(one.filter(rule(each(role, sees_everything=sees_everything)))))

    fits = Q(role=Role.INSTALLER) & found(Role.INSTALLER, sees_everything=False)
    for role in _DESK:
        elsewhere = ~_AT_HQ & found(role, sees_everything=False)
        fits |= Q(role=role) & (_AT_HQ & found(role, sees_everything=True) | elsewhere)
    return list(User.objects.filter(fits, is_active=True).order_by("display_name", "pk"))
