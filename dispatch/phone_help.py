"""Help as the phone and the order's page show it: whom one may ask, what was asked, what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from common import clock
from dispatch.board.stamps import stamp_of
from dispatch.colleagues import colleagues_for
from dispatch.models import HelpRequest
from dispatch.phone_offers import street_without_door

if TYPE_CHECKING:
    from accounts.models import Installer
    from dispatch.colleagues import Colleague
    from workorders.models import WorkOrder

MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request as the asked colleague sees it: where the job is, never the door."""

    help: HelpRequest
    title: str
    place: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What asks this installer; `stamp` changes with it."""

    rows: list[Wanted]
    stamp: str


@dataclass(frozen=True, slots=True)
class State:
    """What came of asking on an order, the newest first; `stamp` changes with it."""

    number: str
    rows: list[HelpRequest]
    stamp: str

    @property
    def is_open(self) -> bool:
        """Whether somebody is being asked."""
        return any(row.state == HelpRequest.State.OPEN for row in self.rows)


def wanted_of(installer: Installer) -> Asked:
    """Return the requests that wait for this installer's answer."""
    open_now = HelpRequest.objects.filter(
        colleague=installer, state=HelpRequest.State.OPEN, expires_at__gt=clock.now()
    ).select_related("asker__user", "work_order__address", "work_order__item_version")
    rows = [
        Wanted(
            each, each.work_order.item_version.name, street_without_door(each.work_order.address)
        )
        for each in open_now.defer("work_order__item_version__body").order_by("asked_at", "pk")
    ]
    return Asked(rows, stamp_of([row.help.pk for row in rows]))


def help_state(order: WorkOrder) -> State:
    """Return whom was asked on an order."""
    asked = HelpRequest.objects.filter(work_order=order)
    rows = list(asked.select_related("asker__user", "colleague__user").order_by("-pk")[:20])
    return State(order.number, rows, stamp_of([(row.pk, row.state) for row in rows]))


def people_to_ask(order: WorkOrder, *, asker: Installer) -> list[Colleague]:
    """Return the first few who may be asked."""
    return colleagues_for(order, asker=asker)[:MOST_SHOWN]
