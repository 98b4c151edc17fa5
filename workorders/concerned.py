"""Who of the staff a work order concerns: the people of its units and of those above."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Q

from accounts.models import User
from accounts.roles import Role
from network.models import OrgUnit
from workorders.flow import Meaning
from workorders.models import StageTask

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from workorders.models import WorkOrder

_GIVEN = (Meaning.ASSIGNED.value, Meaning.EN_ROUTE.value, Meaning.ON_SITE.value)
MOST = 20
"""So many people of a role are named or told at most: more would each leave it to the others."""


def people_concerned(order: WorkOrder, roles: Collection[str]) -> Mapping[str, list[User]]:
    """Return the active people of some roles by role, in two queries; a role nobody has is not there.

    People of headquarters are named only where nobody nearer has the role.
    """
    return people_of_orders([(order, roles)])[order.pk]


def people_of_orders(
    wanted: Sequence[tuple[WorkOrder, Collection[str]]],
) -> dict[int, Mapping[str, list[User]]]:
    """Return the same for several orders by their ids, in two queries for all of them."""
    roles = {role for _order, each in wanted for role in each}
    found: dict[int, Mapping[str, list[User]]] = {order.pk: {} for order, _roles in wanted}
    if not roles:
        return found
    units = {pk for order, _roles in wanted for pk in _places(order)}
    paths = dict(OrgUnit.objects.filter(pk__in=units).values_list("pk", "path"))
    above = {
        order.pk: {
            int(part) for pk in _places(order) for part in paths.get(pk, "").split(".") if part
        }
        for order, _roles in wanted
    }
    people = User.objects.filter(
        Q(unit__in=set().union(*above.values())) | Q(unit__kind=OrgUnit.Kind.HQ),
        role__in=roles,
        is_active=True,
    ).select_related("unit")
    ordered = list(people.order_by("display_name", "pk"))
    for order, each in wanted:
        theirs: dict[str, list[User]] = defaultdict(list)
        for person in ordered:
            is_top = person.unit is not None and person.unit.kind == OrgUnit.Kind.HQ
            is_near = person.unit_id in above[order.pk] or is_top
            if person.role in each and is_near:
                theirs[person.role].append(person)
        found[order.pk] = {role: _nearest(some)[:MOST] for role, some in theirs.items()}
    return found


def responsible_role(role: str, meaning: str) -> str:
    """Return who sees to an order in a stage: its role, else the installer or the dispatcher."""
    return role or (Role.INSTALLER.value if meaning in _GIVEN else Role.DISPATCHER.value)


def roles_of_tasks(orders: Iterable[WorkOrder]) -> dict[int, list[str]]:
    """Return the roles whose tasks some orders wait for in their present stage, by order."""
    rows = StageTask.objects.filter(
        work_order__in=[order.pk for order in orders], done_at=None, stay__left_at=None
    )
    found: dict[int, list[str]] = {}
    for pk, role in rows.order_by("pk").values_list("work_order", "role"):
        known = found.setdefault(pk, [])
        if role not in known:
            known.append(role)
    return found


def _places(order: WorkOrder) -> list[int]:
    return [each for each in (order.sold_by_id, order.served_by_id, order.settled_by_id) if each]


def _nearest(people: list[User]) -> list[User]:
    return [person for person in people if not person.sees_everything] or people
