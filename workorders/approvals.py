"""Who has agreed to the ways of an order's stage that several people must agree to, and who is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from workorders.agreed import agreed_names, agreed_words
from workorders.flow import open_ways
from workorders.flow.words import ROLE_NAMES
from workorders.flow_facts import OrderFacts
from workorders.flow_versions import flow_of
from workorders.models import StageApproval

if TYPE_CHECKING:
    from accounts.models import User
    from workorders.flow import Transition
    from workorders.models import WorkOrder


@dataclass(frozen=True, slots=True)
class Yes:
    """One person's yes, with the values they gave in words."""

    approval: StageApproval
    words: str


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """One way with the yeses it has; `is_mine`: the reader's is among them."""

    way: Transition
    given: tuple[Yes, ...]
    is_mine: bool

    @property
    def missing(self) -> int:
        """How many more people have to agree."""
        return max(0, self.way.approvals - len(self.given))

    @property
    def roles(self) -> str:
        """Whose yes counts, in words."""
        return "、".join(_(ROLE_NAMES[role]) for role in self.way.roles)


def approvals_of(order: WorkOrder, *, reader: User) -> list[ApprovalView]:
    """Return the ways out of the present stage that ask for several people; no query without one."""
    if not order.is_open:
        return []
    ways = [
        way
        for way in open_ways(flow_of(order), order.stage, OrderFacts(order))
        if way.approvals > 1
    ]
    if not ways:
        return []
    rows = StageApproval.objects.filter(
        stay__work_order=order, stay__left_at=None, user__is_active=True
    )
    given = list(rows.select_related("user").order_by("pk"))
    names = agreed_names(each.values for each in given)
    found = []
    for way in ways:
        said = [each for each in given if each.way == way.key]
        yeses = tuple(Yes(each, agreed_words(each.values, names)) for each in said)
        found.append(ApprovalView(way, yeses, any(each.user_id == reader.pk for each in said)))
    return found
