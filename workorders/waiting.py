"""What waits for one person of the staff: tasks, ways that need their yes, stages of their role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, Q

from accounts.models import User
from accounts.roles import Role
from common import clock
from workorders.desk_stages import is_at_desk
from workorders.flow import main_way, open_ways
from workorders.flow_facts import facts_of
from workorders.flow_versions import read_version
from workorders.models import FlowVersion, StageApproval, StageTask
from workorders.models.order import OPEN_MEANINGS
from workorders.selectors import own_work_orders

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from django.db.models import QuerySet

    from workorders.flow import Flow, Transition
    from workorders.models import WorkOrder

    Asked = Mapping[int, list[Transition]]

MOST = 200
"""So many of each kind are named at most."""
_AT_DESKS = frozenset(
    {str(Role.REGION_MANAGER), str(Role.OUTLET_MANAGER), str(Role.DISPATCHER), str(Role.FINANCE)}
)
_LOOKS = 10
"""So many times as many are looked at, where conditions of a flow close its ways to most of them."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing to do: `what` on `order`, in `stage`, until `due_at`; `is_approval` or a task.

    `unheld` is the role it waits for where nobody has it, so that headquarters see to it.
    """

    order: WorkOrder
    stage: str
    department: str
    what: str
    since: datetime
    due_at: datetime | None
    is_approval: bool
    unheld: str = ""

    @property
    def is_late(self) -> bool:
        """Whether it should be done by now."""
        return self.due_at is not None and self.due_at < clock.now()


def open_tasks(*, actor: User) -> QuerySet[StageTask]:
    """Return the undone tasks of the actor's roles on orders they may change, the most due first."""
    roles = _roles(actor)
    tasks = StageTask.objects.filter(role__in=roles, done_at=None, stay__left_at=None)
    mine = tasks.filter(work_order__in=own_work_orders(actor=actor).values("pk"))
    return mine.order_by(F("due_at").asc(nulls_last=True), "pk")


def waiting_for(*, actor: User) -> list[Waiting]:
    """Return all that waits for the actor, the most due first; at most 200 of each kind.

    An order that waits for a task or a yes of theirs is not named for its stage besides. To
    headquarters also comes what waits for a role nobody has.
    """
    flows = _flows_in_use(actor)
    found = [*_tasks(actor), *_approvals(actor, flows)]
    named = {each.order.pk for each in found}
    found += _stages(actor, flows, named)
    return sorted(found, key=lambda each: (each.due_at is None, each.due_at or each.since))


def _tasks(actor: User) -> list[Waiting]:
    tasks = list(open_tasks(actor=actor).select_related("stay")[:MOST])
    orders = own_work_orders(actor=actor).in_bulk([task.work_order_id for task in tasks])
    return [
        Waiting(
            order=orders[task.work_order_id],
            stage=task.stay.name,
            department=task.department or task.stay.department,
            what=task.name,
            since=task.stay.entered_at,
            due_at=task.due_at,
            is_approval=False,
            unheld=_unheld(task.role, actor),
        )
        for task in tasks
    ]


def _roles(actor: User) -> frozenset[str]:
    """The actor's role; to headquarters also those that nobody active has."""
    own = frozenset({str(actor.role)})
    if actor.role != Role.HQ_ADMIN:
        return own
    held = User.objects.filter(is_active=True, role__in=_AT_DESKS).values_list("role", flat=True)
    return own | (_AT_DESKS - set(held.distinct()))


def _unheld(role: str, actor: User) -> str:
    return role if role != actor.role else ""


def _flows_in_use(actor: User) -> dict[int, Flow]:
    """The flows that open orders of the actor's units follow, by version: those are few."""
    used = _open(actor).order_by().values("flow_version").distinct()
    return {row.pk: read_version(row) for row in FlowVersion.objects.filter(pk__in=used)}


def _open(actor: User) -> QuerySet[WorkOrder]:
    return own_work_orders(actor=actor).filter(meaning__in=OPEN_MEANINGS)


def _stages(actor: User, flows: Mapping[int, Flow], named: Collection[int]) -> list[Waiting]:
    """Orders that stand in a stage of the actor's role, where the board does not show them.

    Those that are `named` already take no place among them.
    """
    places = Q(pk__in=[])
    roles = _roles(actor)
    for pk, flow in flows.items():
        mine = [stage.key for stage in flow.stages if is_at_desk(stage) and stage.role in roles]
        if mine:
            places |= Q(flow_version=pk, stage__in=mine)
    due = _most_due(_open(actor).filter(places).exclude(pk__in=named))
    found = []
    for order in due[:MOST]:
        flow = flows[order.flow_version_id]
        stage, way = flow.stage(order.stage), main_way(flow, order.stage)
        what = way.name if way is not None and stage.role in way.roles else stage.name
        found.append(
            Waiting(
                order, stage.name, stage.department, what, order.stage_since, order.due_at, False,
                _unheld(stage.role, actor),
            )
        )  # fmt: skip
    return found


def _approvals(actor: User, in_use: Mapping[int, Flow]) -> list[Waiting]:
    """Ways that ask for several people are found by the stages they leave.

    Only those are named that are open to the order as it is, and to which the actor has not agreed.
    """
    roles = _roles(actor)
    asked = {pk: ways for pk, flow in in_use.items() if (ways := _asked(flow, actor, roles))}
    if not asked:
        return []
    flows = {pk: in_use[pk] for pk in asked}
    names = _conditions(flows, asked)
    due = _most_due(_open(actor).filter(_unsaid(asked, actor)))
    found: list[Waiting] = []
    for start in range(0, _LOOKS * MOST, MOST):
        orders = list(due[start : start + MOST])
        found += _of_these(orders, flows, asked, names, actor)
        if len(orders) < MOST or len(found) >= MOST:
            break
    return found[:MOST]


def _most_due(orders: QuerySet[WorkOrder]) -> QuerySet[WorkOrder]:
    return orders.order_by(F("due_at").asc(nulls_last=True), "pk")


def _unsaid(asked: Asked, actor: User) -> Q:
    """Where an order stands at a way that asks for the actor's yes and has not got it."""
    given = StageApproval.objects.filter(
        user=actor, stay__left_at=None, stay__work_order=OuterRef("pk")
    )
    places = Q(pk__in=[])
    for pk, ways in asked.items():
        for way in ways:
            here = Q(flow_version=pk, stage__in=way.sources)
            places |= here & ~Q(Exists(given.filter(way=way.key)))
    return places


def _of_these(
    orders: list[WorkOrder],
    flows: Mapping[int, Flow],
    asked: Asked,
    names: set[str],
    actor: User,
) -> list[Waiting]:
    """The ways open to each order as it is, to which the actor has not agreed."""
    rows = StageApproval.objects.filter(
        user=actor, stay__left_at=None, stay__work_order__in=[order.pk for order in orders]
    )
    agreed = set(rows.values_list("stay__work_order", "way"))
    facts = facts_of(orders, names)
    return [
        Waiting(
            order,
            stage.name,
            stage.department,
            way.name,
            order.stage_since,
            order.due_at,
            True,
            "" if actor.role in way.roles else way.roles[0],
        )
        for order in orders
        for flow in [flows[order.flow_version_id]]
        for stage in [flow.stage(order.stage)]
        for way in open_ways(flow, order.stage, facts[order.pk])
        if way in asked[order.flow_version_id] and (order.pk, way.key) not in agreed
    ]


def _asked(flow: Flow, actor: User, roles: frozenset[str]) -> list[Transition]:
    """The ways that several must agree to, the actor's role among them, or roles nobody has alone."""
    return [
        way
        for way in flow.transitions
        if way.approvals > 1 and (actor.role in way.roles or roles.issuperset(way.roles))
    ]


def _conditions(flows: Mapping[int, Flow], asked: Asked) -> set[str]:
    """The facts by which such ways, and others of their keys, are open or not."""
    found: set[str] = set()
    for pk, flow in flows.items():
        keys = {way.key for way in asked[pk]}
        found |= {each.fact for way in flow.transitions if way.key in keys for each in way.when}
    return found
