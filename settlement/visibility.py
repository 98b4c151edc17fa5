"""Whose money of an order a reader sees: one rule, asked of rows and of a single order alike.

Headquarters sees what every party gets. Finance and region managers see all of the orders their
branch settles. Others see the lines of their own units and of their own outlets' installers; who
only sold an order or lent it out reads nothing of its installer's money.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from accounts.roles import Role
from settlement.models import Settlement, SettlementProblem
from settlement.selectors import visible_settlements
from workorders.models import WorkOrder

if TYPE_CHECKING:
    from accounts.models import User

RUN_MONEY = {Role.FINANCE, Role.REGION_MANAGER}
_ALL, _NONE = Q(pk__isnull=False), Q(pk__in=[])


def all_shares(actor: User, order: str = "work_order__") -> Q:
    """Rows whose order's every share the reader may see; `order` leads from the row to the order."""
    if actor.sees_everything:
        return _ALL
    if actor.role not in RUN_MONEY:
        return _NONE
    return Q((f"{order}settled_by__in", actor.units))


def installers_share(actor: User) -> Q:
    """Settlements whose installer's money the reader may see."""
    return all_shares(actor) | Q(installer__outlet__in=actor.units)


def sees_all_shares(actor: User, order: WorkOrder) -> bool:
    """Whether the reader may see what every party of an order gets; one query."""
    return WorkOrder.objects.filter(all_shares(actor, ""), pk=order.pk).exists()


def sees_installers_share(actor: User, settlement: Settlement) -> bool:
    """Whether the reader may see what the settlement's installer gets; one query."""
    return Settlement.objects.filter(installers_share(actor), pk=settlement.pk).exists()


def settlements_seen_whole(*, actor: User) -> QuerySet[Settlement]:
    """Visible settlements whose every line the reader may see."""
    return visible_settlements(actor=actor).filter(all_shares(actor))


def settlements_seen_paid(*, actor: User) -> QuerySet[Settlement]:
    """Visible settlements whose installer's money the reader may see."""
    return visible_settlements(actor=actor).filter(installers_share(actor))


def problems_seen(*, actor: User) -> QuerySet[SettlementProblem]:
    """Completed orders of the actor's units that are not settled, each with its problem."""
    found = SettlementProblem.objects.all()
    if actor.sees_everything:
        return found
    units = actor.units
    return found.filter(Q(work_order__settled_by__in=units) | Q(work_order__served_by__in=units))
