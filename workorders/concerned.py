"""Who of the staff a work order concerns: the people of its units and of those above."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Q

from accounts.models import User
from network.models import OrgUnit

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from workorders.models import WorkOrder

MOST = 20
"""So many people of a role are named or told at most: more would each leave it to the others."""


def people_concerned(order: WorkOrder, roles: Collection[str]) -> Mapping[str, list[User]]:
    """Return the active people of some roles by role, in two queries; a role nobody has is not there.

    People of headquarters are named only where nobody nearer has the role.
    """
    if not roles:
        return {}
    places = [each for each in (order.sold_by_id, order.served_by_id, order.settled_by_id) if each]
    paths = OrgUnit.objects.filter(pk__in=places).values_list("path", flat=True)
    above = {int(part) for path in paths for part in path.split(".") if part}
    people = User.objects.filter(
        Q(unit__in=above) | Q(unit__kind=OrgUnit.Kind.HQ), role__in=roles, is_active=True
    ).select_related("unit")
    found: dict[str, list[User]] = defaultdict(list)
    for person in people.order_by("display_name", "pk"):
        found[person.role].append(person)
    return {role: _nearest(each)[:MOST] for role, each in found.items()}


def _nearest(people: list[User]) -> list[User]:
    return [person for person in people if not person.sees_everything] or people
