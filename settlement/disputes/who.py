"""A person as questions about disputes know them: one user, or every user of an outer query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef

from accounts.roles import Role, perms_of
from network.models import OrgUnit

if TYPE_CHECKING:
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
    """Return one person; queries nothing by itself."""
    units = [] if actor.sees_everything else actor.units
    role = Role(actor.role)
    return Who(role, actor.sees_everything, actor.pk, actor.pk, actor.unit_id, units)


def each(role: Role, *, sees_everything: bool) -> Who:
    """Return every user of a role in an outer query, of headquarters or of elsewhere."""
    path = OuterRef(OuterRef("unit__path"))
    units = OrgUnit.objects.filter(path__startswith=path).values("pk")
    return Who(
        role, sees_everything, OuterRef("pk"), OuterRef(OuterRef("pk")), OuterRef("unit"), units
    )
