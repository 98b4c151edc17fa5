"""A person as questions about disputes know them: one user, or every user of an outer query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef

from accounts.roles import Role, perms_of
from network.models import OrgUnit

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User
    from common.access import Perm


@dataclass(frozen=True, slots=True)
class Who:
    """Values of one person, or references to the users outside a query of disputes.

    `unit` is the id of their unit and `units` are those they see, as ids or as a query; `inner_pk`
    is `pk` as a query inside the one of disputes names it.
    """

    role: Role
    sees_everything: bool
    pk: Any
    inner_pk: Any
    unit: Any
    units: Any

    def has(self, perm: Perm) -> bool:
        """Whether their role carries a permission."""
        return perm in perms_of(self.role)


def this(actor: User) -> Who:
    """Return one person; of headquarters its units as a query, since few of its lists ask for them."""
    unit, role = actor.unit, Role(actor.role)
    everything = unit is not None and actor.sees_everything
    units = _below(unit.path) if unit is not None and everything else actor.units
    return Who(role, everything, actor.pk, actor.pk, actor.unit_id, units)


def each(role: Role, *, sees_everything: bool) -> Who:
    """Return every user of a role in an outer query, of headquarters or of elsewhere."""
    units = _below(OuterRef(OuterRef("unit__path")))
    return Who(
        role, sees_everything, OuterRef("pk"), OuterRef(OuterRef("pk")), OuterRef("unit"), units
    )


def _below(path: Any) -> QuerySet[OrgUnit, Any]:
    """Return the unit of a path and all below it, as a query of ids."""
    return OrgUnit.objects.filter(path__startswith=path).values("pk")
