"""Whose money of an order a reader sees: one rule, asked of rows and of a single order alike.

Headquarters sees what every party gets. Finance and region managers see all of the orders their
branch settles. Others see the lines of their own units and of their own outlets' installers; who
only sold an order or lent it out reads nothing of its installer's money. Figures, the lists behind
them, disputes and statistics ask the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from django.db.models import Q, QuerySet

from accounts.roles import Role
from settlement.models import Settlement, SettlementProblem
from settlement.selectors import visible_settlements
from workorders.models import WorkOrder

if TYPE_CHECKING:
    from accounts.models import User

RUN_MONEY = {Role.FINANCE, Role.REGION_MANAGER}
_ALL, _NONE = Q(pk__isnull=False), Q(pk__in=[])


class Reader(Protocol):
    """Who reads: a user, or users of an outer query (`disputes.who`)."""

    @property
    def role(self) -> str:
        """Their role."""

    @property
    def sees_everything(self) -> bool:
        """Whether they are of headquarters."""

    @property
    def units(self) -> Any:
        """Ids of the units they see, or a query of these."""


def whole_money(reader: Reader, settles: str) -> Q:
    """Rows of money every share of which the reader may see; `settles` leads to the settling unit."""
    if reader.sees_everything:
        return _ALL
    if reader.role not in RUN_MONEY:
        return _NONE
    return Q((f"{settles}__in", reader.units))


def all_shares(actor: Reader, order: str = "work_order__") -> Q:
    """Rows whose order's every share the reader may see; `order` leads from the row to the order."""
    return whole_money(actor, f"{order}settled_by")


def payees_money(reader: Reader, payee: str, order: str | None = "work_order__") -> Q:
    """Rows of what one payee gets that the reader may see; `payee` and `order` lead there.

    Besides who sees all of the order's money that is the payee's own unit, and the outlet that
    serves the order, which answers for its people. Without an order the payee alone counts.
    """
    if reader.sees_everything:
        return _ALL
    units = reader.units
    mine = Q((f"{payee}__unit__in", units)) | Q((f"{payee}__installer__outlet__in", units))
    if order is None:
        return mine
    served = Q((f"{payee}__unit", None), (f"{order}served_by__in", units))
    return mine | served | all_shares(reader, order)


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
