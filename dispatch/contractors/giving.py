"""Gives an order to a contractor with a link, renews the link, and ends links that are over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common import clock
from common.errors import Conflict, Refused
from common.journal import record
from common.transactions import transactional
from dispatch.contractors.people import contractor_of
from dispatch.models import ContractorLink
from settlement.services.agreeing import agree_pay
from workorders.services.locking import lock_order
from workorders.services.progress import assign_installer

if TYPE_CHECKING:
    from accounts.models import Installer, User
    from network.models import OrgUnit
    from workorders.models import WorkOrder

State = ContractorLink.State
USUAL_DAYS, MOST_DAYS = 7, 60


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a dispatcher enters: who, at which outlet, for how much, for how long.

    `agreed_fen` None: the company's rules decide the pay. With a `reason` the order is taken from
    who has it, `believed` names whose it was when the dispatcher looked.
    """

    name: str
    phone: str
    outlet: OrgUnit
    agreed_fen: int | None
    days: int = USUAL_DAYS
    reason: str = ""
    believed: int | None = None


@transactional
def give_to_contractor(*, order_id: int, wanted: Wanted, actor: User | None) -> ContractorLink:
    """Give an order to a contractor and return the link they work through.

    Raises Conflict when somebody else has become faster, Refused for a phone of somebody with an
    account and for what the order's flow does not allow.
    """
    order = lock_order(order_id)
    if order.installer is not None and order.installer_id != wanted.believed:
        raise Conflict(
            "order.taken",
            _("%(name)s was faster and has this work order now")
            % {"name": order.installer.user.display_name},
        )
    person = contractor_of(name=wanted.name, phone=wanted.phone, outlet=wanted.outlet, actor=actor)
    agree_pay(order_id=order.pk, installer=person, amount_fen=wanted.agreed_fen, actor=actor)
    order = assign_installer(order_id=order.pk, installer=person, actor=actor, reason=wanted.reason)
    return _made(order, person, days=wanted.days, actor=actor)


@transactional
def renew_link(*, order_id: int, days: int, actor: User | None) -> ContractorLink:
    """Replace an order's link: the one before ends at once, on whichever phone it is open."""
    order = lock_order(order_id)
    installer = order.installer
    if installer is None or installer.kind != installer.Kind.CONTRACTOR:
        raise Refused("contractor.nobody", _("No contractor has this work order now"))
    return _made(order, installer, days=days, actor=actor)


@transactional
def revoke_link(*, order_id: int, actor: User | None) -> None:
    """End an order's link; the contractor keeps the order until somebody takes it back."""
    lock_order(order_id)
    _end(order_id, State.REVOKED, actor)


@transactional
def end_links_of_others(*, order_id: int) -> None:
    """End the links of an order that is no longer with their contractor; idempotent."""
    order = lock_order(order_id)
    live = ContractorLink.objects.filter(work_order=order, state=State.LIVE)
    over = live if order.cancelled_at is not None else live.exclude(installer=order.installer_id)
    over.update(state=State.MOVED, ended_at=clock.now())


def _made(order: WorkOrder, person: Installer, *, days: int, actor: User | None) -> ContractorLink:
    _end(order.pk, State.REPLACED, None)
    now = clock.now()
    made = ContractorLink.objects.create(
        work_order=order,
        installer=person,
        made_by=actor,
        made_at=now,
        expires_at=now + timedelta(days=days),
    )
    record(actor, "contractor.link_made", order, link=made.pk, days=days)
    return made


def _end(order_id: int, state: State, actor: User | None) -> None:
    live = ContractorLink.objects.filter(work_order=order_id, state=State.LIVE)
    for link in live:
        link.state, link.ended_at = state, clock.now()
        link.save(update_fields=["state", "ended_at"])
        record(actor, "contractor.link_ended", link.work_order, link=link.pk, state=str(state))
