"""Questions about work orders; each begins with who asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F, Q, QuerySet

from common.clock import day_span
from network.selectors import served_region_ids
from workorders.crew import had_a_part, helping_ids, on_the_job
from workorders.facts import FactValue, read_value
from workorders.flow import Meaning
from workorders.models import Evidence, OrderImport, ShopOrder, SiteFact, WorkOrder
from workorders.models.order import OPEN_MEANINGS

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import Installer, User

_ON_THE_WAY = [Meaning.ASSIGNED.value, Meaning.EN_ROUTE.value, Meaning.ON_SITE.value]


def work_orders() -> QuerySet[WorkOrder]:
    """Return all work orders with what every screen shows of them joined in.

    The bodies of item and flow version stay behind: they are large, and one order's are read when
    they are needed.
    """
    joined = WorkOrder.objects.select_related(
        "item_version__item",
        "site_region",
        "sold_by",
        "served_by",
        "settled_by",
        "installer__user",
        "installer__outlet",
        "contact",
        "address",
        "flow_version",
        "line__order",
    )
    return joined.defer("item_version__body", "flow_version__body", "flow_version__edits")


def visible_work_orders(*, actor: User) -> QuerySet[WorkOrder]:
    """Return the orders sold, served or settled by the actor's units; those an installer works on.

    An order that waits for somebody is also seen by the units in whose territory its site lies:
    they may send somebody, and nothing else (own_work_orders).
    """
    if actor.is_installer or actor.sees_everything:
        return own_work_orders(actor=actor)
    near = Q(
        installer=None,
        meaning=Meaning.WAITING.value,
        site_region__in=served_region_ids(actor=actor),
    )
    return work_orders().filter(_concerning(actor) | near)


def own_work_orders(*, actor: User) -> QuerySet[WorkOrder]:
    """Return the orders the actor may change: without those seen for their territory alone."""
    if actor.is_installer:
        return work_orders().filter(on_the_job(actor=actor))
    if actor.sees_everything:
        return work_orders()
    return work_orders().filter(_concerning(actor))


def _concerning(actor: User) -> Q:
    units = actor.units
    return Q(sold_by__in=units) | Q(served_by__in=units) | Q(settled_by__in=units)


def unassigned_work_orders(*, actor: User) -> QuerySet[WorkOrder]:
    """Return the actor's orders that wait for an installer, the most pressing first."""
    waiting = visible_work_orders(actor=actor).filter(meaning=Meaning.WAITING.value)
    return waiting.order_by("-urgent", F("due_at").asc(nulls_last=True), "pk")


def installer_day(*, installer: Installer, day: date) -> QuerySet[WorkOrder]:
    """Return what an installer has to do on a Chinese calendar day, in the order of the windows.

    That is every open order with a window up to the end of that day or without one, what waits on
    hold for a call until then, and what was finished on that day; their own and where they help.
    """
    start, end = day_span(day)
    due = Q(meaning__in=_ON_THE_WAY) & (
        Q(window_starts_at__lt=end) | Q(window_starts_at__isnull=True)
    )
    on_hold = Q(meaning=Meaning.ON_HOLD.value, next_contact_at__lt=end)
    finished = Q(completed_at__gte=start, completed_at__lt=end)
    wanted = due | on_hold | finished
    return _with(installer, wanted)


def installer_ahead(*, installer: Installer, day: date) -> QuerySet[WorkOrder]:
    """Return the open orders of an installer that are none of `installer_day`'s.

    Their windows lie behind that Chinese calendar day, or they are on hold for longer.
    """
    end = day_span(day)[1]
    coming = Q(meaning__in=_ON_THE_WAY, window_starts_at__gte=end)
    for_longer = Q(next_contact_at__gte=end) | Q(next_contact_at=None)
    return _with(installer, coming | Q(meaning=Meaning.ON_HOLD.value) & for_longer)


def _with(installer: Installer, wanted: Q) -> QuerySet[WorkOrder]:
    # Two narrow questions: a join over both would look at every order of the company.
    helping = helping_ids(installer=installer, wanted=wanted)
    mine = Q(installer=installer) | Q(pk__in=helping) if helping else Q(installer=installer)
    # A day is short and every stop asks its flow: here the flows' bodies come along.
    orders = work_orders().defer(None).defer("item_version__body").filter(mine)
    return orders.filter(wanted).order_by(F("window_starts_at").asc(nulls_last=True), "pk")


def work_order_for_installer(*, installer: Installer, number: str) -> WorkOrder | None:
    """Return the order of this number when the installer has it or helps on it, else None."""
    here = on_the_job(actor=installer.user)
    return work_orders().filter(here, number=number).first()


def work_order_worked_on(*, installer: Installer, number: str) -> WorkOrder | None:
    """Return the order of this number when the installer has or ever had a part in it, else None."""
    return work_orders().filter(had_a_part(installer=installer), number=number).first()


def work_order_by_id(order_id: int) -> WorkOrder:
    """Return an order for a handler that was told its id; WorkOrder.DoesNotExist when gone."""
    return work_orders().get(pk=order_id)


def linked_orders(order: WorkOrder) -> list[tuple[str, bool]]:
    """Return (number, whether this one comes from it) of the orders that bring it and it brings."""
    linked = WorkOrder.objects.filter(Q(comes_from=order.pk) | Q(pk=order.comes_from_id))
    rows = linked.order_by("pk").values_list("number", "pk")
    return [(number, pk == order.comes_from_id) for number, pk in rows]


def is_open(order: WorkOrder) -> bool:
    """Whether the order is neither done nor cancelled."""
    return order.meaning in OPEN_MEANINGS


def recorded_facts(order: WorkOrder) -> dict[str, FactValue]:
    """Return the facts of the site by kind; of two of one kind the later observed counts."""
    rows = SiteFact.objects.filter(work_order=order).order_by("observed_at", "pk")
    return {row.kind: read_value(row.kind, row.value) for row in rows}


def visible_evidence(*, actor: User) -> QuerySet[Evidence]:
    """Return the pictures and signatures of the orders the actor may see."""
    orders = visible_work_orders(actor=actor).order_by().values("pk")
    return Evidence.objects.select_related("work_order").filter(work_order__in=orders)


def first_work_order(order: ShopOrder) -> WorkOrder:
    """Return the first work order of a shop order; WorkOrder.DoesNotExist when it opened none."""
    return WorkOrder.objects.filter(line__order=order).earliest("pk")


def order_imports(*, actor: User) -> QuerySet[OrderImport]:
    """Return the files the actor imported; people of headquarters see all, the newest first."""
    imports = OrderImport.objects.defer("rows").order_by("-pk")
    return imports if actor.sees_everything else imports.filter(confirmed_by=actor)
