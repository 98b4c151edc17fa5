"""Who works on an order and what each of them has finished; the pay is divided by it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db.models import Count, Max, OuterRef, Q

from accounts.models import Installer
from workorders.guards import body_of
from workorders.models import ChosenShare, CrewMember, StepDone, WorkOrder

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from django.db.models import QuerySet

    from accounts.models import User

ALL_BP = 10_000


@dataclass(frozen=True, slots=True)
class Part:
    """One person's part of an order: steps finished, their planned minutes, the part chosen."""

    installer_id: int
    steps: int
    minutes: int
    share_bp: int | None


@dataclass(frozen=True, slots=True)
class Record:
    """Who finished which step, the parts chosen, and who helps now; ids of installers."""

    done: Mapping[int, int]
    chosen: Mapping[int, int]
    helpers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """A person on an order; `left_at` for who had it or helped before."""

    installer: Installer
    part: Part
    leads: bool
    joined_at: datetime | None
    left_at: datetime | None

    @property
    def is_here(self) -> bool:
        """Whether the person works on the order now."""
        return self.leads or (self.joined_at is not None and self.left_at is None)


def parts_of(order: WorkOrder) -> list[Part]:
    """Return the parts the pay is divided by, the responsible installer's first; two queries.

    Whoever finished a step has a part, whether they are still here or not; so has everybody a part
    was chosen for.
    """
    chosen = dict(
        ChosenShare.objects.filter(work_order=order).values_list("installer_id", "share_bp")
    )
    return parts_by(order, done=finished_steps(order), chosen=chosen)


def finished_steps(order: WorkOrder) -> dict[int, int]:
    """Return who finished which step: the installer's id by the step's number."""
    done = StepDone.objects.filter(work_order=order)
    return dict(done.values_list("seq", "installer_id"))


def foreseen_parts(order: WorkOrder, *, lead_id: int, record: Record) -> list[Part]:
    """Return the parts an installer can expect who has the order or may get it, theirs first.

    What is finished belongs to who finished it, and chosen parts stand. Nobody knows yet who will
    finish what is left: its minutes and steps are divided equally among the people on the order.
    """
    chosen = record.chosen if lead_id == order.installer_id else {}
    if not chosen and {lead_id, *record.helpers, *record.done.values()} == {lead_id}:
        return [Part(lead_id, 0, 0, None)]
    there = dict.fromkeys([lead_id, *record.helpers])
    left = [step for step in body_of(order).steps if step.seq not in record.done]
    steps = _evenly(len(left), len(there))
    minutes = _evenly(sum(step.minutes for step in left), len(there))
    more = dict(zip(there, zip(steps, minutes, strict=True), strict=True))
    parts = parts_by(order, done=record.done, chosen=chosen, lead_id=lead_id, others=record.helpers)
    return [
        replace(
            part,
            steps=part.steps + more.get(part.installer_id, (0, 0))[0],
            minutes=part.minutes + more.get(part.installer_id, (0, 0))[1],
        )
        for part in parts
    ]


def _evenly(whole: int, people: int) -> list[int]:
    each, rest = divmod(whole, people)
    return [each + (at < rest) for at in range(people)]


def record_of(order: WorkOrder) -> Record:
    """Return what is known of who works on an order: at most three queries."""
    done = finished_steps(order)
    if order.installer_id is None:
        return Record(done, {}, ())
    places = CrewMember.objects.filter(work_order=order, left_at=None).order_by("pk")
    chosen = ChosenShare.objects.filter(work_order=order)
    return Record(
        done,
        dict(chosen.values_list("installer_id", "share_bp")),
        tuple(places.values_list("installer_id", flat=True)),
    )


def begun_by_others(*, installer: Installer, order: str) -> QuerySet[StepDone]:
    """Return the steps others finished of the order an outer query names: they are paid for them."""
    return StepDone.objects.filter(work_order=OuterRef(order)).exclude(installer=installer)


def parts_by(
    order: WorkOrder,
    *,
    done: Mapping[int, int],
    chosen: Mapping[int, int],
    lead_id: int | None = None,
    others: Iterable[int] = (),
) -> list[Part]:
    """Return the parts that follow from who finished which step, and from chosen parts.

    Those of `lead_id` (as it is: of the responsible installer) first.
    """
    minutes = {step.seq: step.minutes for step in body_of(order).steps}
    first = lead_id or order.installer_id
    lead = [first] if first else []
    people = dict.fromkeys([*lead, *sorted({*done.values(), *chosen, *others})])
    return [
        Part(
            installer_id=who,
            steps=sum(by == who for by in done.values()),
            minutes=sum(minutes.get(seq, 0) for seq, by in done.items() if by == who),
            share_bp=chosen.get(who),
        )
        for who in people
    ]


def people_of(order: WorkOrder) -> list[Person]:
    """Return everybody who works or worked on an order, the responsible one first."""
    parts = {part.installer_id: part for part in parts_of(order)}
    places: dict[int, CrewMember] = {}
    for row in CrewMember.objects.filter(work_order=order).order_by("pk"):
        places[row.installer_id] = row
    ids = dict.fromkeys([*parts, *places])
    known = Installer.objects.select_related("user", "outlet").in_bulk(ids)
    found = []
    for who in ids:
        place = places.get(who)
        leads = who == order.installer_id
        part = parts.get(who) or Part(who, 0, 0, None)
        joined = order.assigned_at if leads else place.joined_at if place else None
        left = None if leads or place is None else place.left_at
        found.append(Person(known[who], part, leads, joined, left))
    return sorted(found, key=lambda each: (not each.leads, not each.is_here))


def on_the_job(*, actor: User) -> Q:
    """Orders an installer works on now: as the responsible one, or as a helper."""
    helping = CrewMember.objects.filter(installer__user=actor, left_at=None)
    return Q(installer__user=actor) | Q(pk__in=helping.values("work_order"))


def had_a_part(*, installer: Installer) -> Q:
    """Orders an installer has, helps or helped on, or had until somebody took over."""
    places = CrewMember.objects.filter(installer=installer)
    return Q(installer=installer) | Q(pk__in=places.values("work_order"))


def helping_ids(*, installer: Installer, wanted: Q) -> list[int]:
    """Return the orders somebody helps on now that fit a condition on orders."""
    helped = WorkOrder.objects.filter(wanted, crew__installer=installer, crew__left_at=None)
    return list(helped.values_list("pk", flat=True))


def helped_orders(*, installer_ids: Iterable[int], since: datetime) -> QuerySet[CrewMember, int]:
    """Return the ids of orders people help or helped on that were not completed before a moment."""
    lasting = Q(work_order__completed_at=None) | Q(work_order__completed_at__gte=since)
    found = CrewMember.objects.filter(lasting, installer_id__in=list(installer_ids))
    return found.values_list("work_order_id", flat=True)


def places_on(order_ids: Iterable[int]) -> dict[int, list[CrewMember]]:
    """Return the helpers of orders with their names, by order id; one query."""
    found: dict[int, list[CrewMember]] = defaultdict(list)
    places = CrewMember.objects.filter(work_order__in=list(order_ids))
    for place in places.select_related("installer__user").order_by("pk"):
        found[place.work_order_id].append(place)
    return found


def open_places_stamp() -> tuple[int, int]:
    """Return what changes when somebody joins or leaves an order that is not completed."""
    here = CrewMember.objects.filter(left_at=None, work_order__completed_at=None)
    found = here.aggregate(last=Max("pk"), count=Count("pk"))
    return int(found["last"] or 0), int(found["count"])


def helpers_on(order: WorkOrder) -> list[str]:
    """Return the names of who helps on an order now."""
    here = [place for place in places_on([order.pk])[order.pk] if place.left_at is None]
    return [place.installer.user.display_name for place in here]


def helper_place(order: WorkOrder, *, actor: User) -> CrewMember | None:
    """Return the place of somebody who helps on the order now; None for anybody else."""
    places = CrewMember.objects.filter(work_order=order, installer__user=actor, left_at=None)
    return places.select_related("installer__user").first()


def names_of(people: Iterable[Person]) -> list[str]:
    """Return the names of people."""
    return [person.installer.user.display_name for person in people]
