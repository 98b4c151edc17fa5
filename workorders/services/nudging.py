"""Reminds whoever is responsible of an order that stands still, once a day and stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.roles import Role
from common.errors import Conflict, Refused, refuse_unless
from common.journal import record
from common.transactions import transactional
from workorders import timeline
from workorders.concerned import people_concerned, responsible_role, roles_of_tasks
from workorders.flow.words import ROLE_NAMES
from workorders.flow_versions import flow_of
from workorders.late_rows import nudged_today
from workorders.services.locking import lock_open_order
from workorders.services.staff_notices import tell_staff

if TYPE_CHECKING:
    from accounts.models import User
    from workorders.models import WorkOrder


@transactional
def nudge(*, order_id: int, actor: User) -> list[User]:
    """Leave a notice for those responsible for the order's stage, and return them.

    That is the installer who has the order, where they are to do something, else the people of the
    stage's role who are nearest; and those of the roles whose tasks are undone. Raises Conflict
    when somebody did so today (Chinese calendar) since the order came to its stage, Refused for a closed order and where nobody, or nobody else, holds the role.
    """
    order = lock_open_order(order_id)
    if nudged_today([order]):
        raise Conflict(
            "nudge.today",
            _("Somebody was reminded of this work order today; once a day and stage is enough"),
        )
    people = [person for person in _responsible(order) if person != actor]
    refuse_unless(
        people, "nudge.self", _("It is you who is responsible for this work order: nobody else")
    )
    stage = flow_of(order).stage(order.stage).name
    tell_staff(order, people, code="nudged", sender=actor, stage=stage)
    names = "、".join(person.display_name for person in people)
    timeline.note(order, "nudged", kind=timeline.Kind.PEOPLE, actor=actor, name=names)
    record(actor, "workorder.nudged", order, people=[person.pk for person in people])
    return people


def _responsible(order: WorkOrder) -> list[User]:
    role = responsible_role(flow_of(order).stage(order.stage).role, order.meaning)
    roles = roles_of_tasks([order]).get(order.pk, [])
    people: list[User] = []
    if role == Role.INSTALLER and order.installer is not None:
        people.append(order.installer.user)
    else:
        roles = [Role.DISPATCHER.value if role == Role.INSTALLER else role, *roles]
    near = people_concerned(order, set(roles))
    people += [person for each in dict.fromkeys(roles) for person in near.get(each, [])]
    if not people:
        sentence = _("Nobody near this work order holds the role “%(role)s”: remind them yourself")
        names = "、".join(_(ROLE_NAMES[each]) for each in dict.fromkeys(roles))
        raise Refused("nudge.nobody", sentence % {"role": names})
    return people
