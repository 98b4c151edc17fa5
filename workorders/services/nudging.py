"""Reminds whoever is responsible of an order that stands still, once a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.roles import Role
from common import clock
from common.errors import Conflict, Refused, refuse_unless
from common.journal import record
from common.transactions import transactional
from workorders import timeline
from workorders.concerned import people_concerned, responsible_role
from workorders.flow.words import ROLE_NAMES
from workorders.flow_versions import flow_of
from workorders.models import TimelineEvent
from workorders.services.locking import lock_open_order
from workorders.services.staff_notices import tell_staff

if TYPE_CHECKING:
    from accounts.models import User
    from workorders.models import WorkOrder


@transactional
def nudge(*, order_id: int, actor: User) -> list[User]:
    """Leave a notice for those responsible for the order's stage, and return them.

    That is the installer who has the order, where they are to do something, else the people of the
    stage's role who are nearest. Raises Conflict when somebody did so today (Chinese calendar),
    Refused for a closed order and where nobody, or nobody else, holds the role.
    """
    order = lock_open_order(order_id)
    start, end = clock.day_span(clock.business_day())
    today = TimelineEvent.objects.filter(work_order=order, code="nudged", at__gte=start, at__lt=end)
    if today.exists():
        raise Conflict(
            "nudge.today", _("Somebody was reminded of this work order today; once a day is enough")
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
    if role == Role.INSTALLER and order.installer is not None:
        return [order.installer.user]
    role = Role.DISPATCHER.value if role == Role.INSTALLER else role
    people = people_concerned(order, [role]).get(role, [])
    if not people:
        sentence = _("Nobody near this work order holds the role “%(role)s”: remind them yourself")
        raise Refused("nudge.nobody", sentence % {"role": _(ROLE_NAMES[role])})
    return people
