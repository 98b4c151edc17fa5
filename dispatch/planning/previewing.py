"""Tries new weights on the orders of a day that is over, and publishes them afterwards."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from psycopg.types.range import Range

from accounts.models import Installer
from common import clock
from common.errors import Conflict, refuse_unless
from common.journal import record
from common.outbox import announce
from common.remembering import remembering
from dispatch.bookings import HELD
from dispatch.engine.batch.replaying import Replay, replay
from dispatch.events import PolicyPreviewWanted
from dispatch.models import Assignment, DispatchPolicy, PolicyPreview
from dispatch.planning.building import build_day
from dispatch.policy import (
    current_weights,
    plain_weights,
    policy_in_force,
    preset_of,
    refuse_bad_weights,
    weights_of,
)
from network.models import OrgUnit
from workorders.models import WorkOrder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from accounts.models import User
    from dispatch.engine.facts import Weights

State = PolicyPreview.State
MOST_ORDERS = 300
"""Of a longer day these many, the first ones: enough to see the difference in half a minute."""
SHOWN = 60


@dataclass(frozen=True, slots=True)
class Side:
    """A day as some weights would have given it out; money in fen, lateness in minutes."""

    given: int = 0
    unassigned: int = 0
    travel_m: int = 0
    travel_min: int = 0
    late_min: int = 0
    cost_fen: int = 0


@dataclass(frozen=True, slots=True)
class Changed:
    """An order that another person would have got; an empty name is nobody."""

    number: str
    title: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Result:
    """Both sides, how many orders were tried and how many would have changed hands."""

    orders: int
    changed: int
    old: Side
    new: Side
    rows: tuple[Changed, ...]


def read_result(stored: Mapping[str, Any]) -> Result:
    """Return what `compute_preview` stored."""
    return Result(
        orders=stored.get("orders", 0),
        changed=stored.get("changed", 0),
        old=Side(**stored.get("old", {})),
        new=Side(**stored.get("new", {})),
        rows=tuple(Changed(**each) for each in stored.get("rows", ())),
    )


@transaction.atomic
def start_preview(*, weights: Weights, actor: User) -> PolicyPreview:
    """Try weights on the orders of yesterday against those in force. Refused outside the limits."""
    refuse_bad_weights(weights)
    policy = policy_in_force()
    preview = PolicyPreview.objects.create(
        day=clock.business_day() - timedelta(days=1),
        preset=preset_of(weights),
        weights=plain_weights(weights),
        against=policy.number if policy else 0,
        asked_by=actor,
        asked_at=clock.now(),
    )
    record(actor, "dispatch_policy.previewed", preview, **preview.weights)
    announce(PolicyPreviewWanted(preview.pk), key=f"policy-preview:{preview.pk}")
    return preview


@transaction.atomic
def compute_preview(*, preview_id: int) -> PolicyPreview:
    """Give the day out twice, by the weights in force and by the new ones, and keep both."""
    preview = PolicyPreview.objects.select_for_update().get(pk=preview_id)
    if preview.state != State.WORKING:
        return preview
    orders = _orders_of(preview.day)
    outlets = list(OrgUnit.objects.filter(is_active=True, installers__is_active=True).distinct())
    new, now_in_force = weights_of(preview.weights), current_weights()
    sides: list[Replay] = []
    with remembering():
        for weights in (now_in_force, new):
            day = build_day(
                orders=orders, outlets=outlets, day=preview.day, weights=weights, anew=True
            )
            sides.append(_together([replay(part.problem, part.wishes) for part in day.parts]))
    preview.result = _plain(orders, sides[0], sides[1])
    preview.state, preview.finished_at = State.READY, clock.now()
    preview.save()
    return preview


@transaction.atomic
def publish_policy(*, preview_id: int, note: str, actor: User) -> DispatchPolicy:
    """Put the weights of a preview into force as a new version.

    Conflict when a version was published since the preview, Refused while it is computed.
    """
    preview = PolicyPreview.objects.select_for_update().get(pk=preview_id)
    refuse_unless(preview.state != State.WORKING, "policy.computing", _("Wait for the preview"))
    policy = policy_in_force()
    number = policy.number if policy else 0
    sentence = _("Other weights were published since this preview. Preview yours again.")
    if preview.against != number or preview.state == State.PUBLISHED:
        raise Conflict("policy.stale", sentence)
    weights = weights_of(preview.weights)
    refuse_bad_weights(weights)
    try:
        with transaction.atomic():
            made = DispatchPolicy.objects.create(
                number=number + 1,
                preset=preview.preset,
                weights=plain_weights(weights),
                note=note,
                published_by=actor,
                published_at=clock.now(),
            )
    except IntegrityError as error:
        raise Conflict("policy.stale", sentence) from error
    preview.state = State.PUBLISHED
    preview.save(update_fields=["state"])
    before = plain_weights(weights_of(policy.weights if policy else {}))
    changed = {name: value for name, value in made.weights.items() if before[name] != value}
    record(actor, "dispatch_policy.published", made, number=made.number, note=note, **changed)
    return made


def _orders_of(day: date) -> list[WorkOrder]:
    """What was on somebody's day, as it came in."""
    held = Assignment.objects.filter(HELD, span__overlap=Range(*clock.day_span(day)))
    found = WorkOrder.objects.filter(pk__in=held.values("work_order"), cancelled_at=None)
    joined = found.select_related("address", "site_region", "item_version__item", "customer")
    return list(joined.order_by("pk")[:MOST_ORDERS])


def _together(found: list[Replay]) -> Replay:
    return Replay(
        given={pk: each for part in found for pk, each in part.given.items()},
        homeless=tuple(pk for part in found for pk in part.homeless),
        travel_m=sum(part.travel_m for part in found),
        travel_s=sum(part.travel_s for part in found),
    )


def _plain(orders: list[WorkOrder], old: Replay, new: Replay) -> dict[str, Any]:
    def who(side: Replay, pk: int) -> int:
        given = side.given.get(pk)
        return given.tech_id if given else 0

    changed = [each for each in orders if who(old, each.pk) != who(new, each.pk)]
    shown = changed[:SHOWN]
    ids = {who(side, each.pk) for side in (old, new) for each in shown}
    people = Installer.objects.filter(pk__in=ids).select_related("user")
    names = {each.pk: each.user.display_name for each in people}
    rows = [
        Changed(
            number=each.number,
            title=each.item_version.name,
            old=names.get(who(old, each.pk), ""),
            new=names.get(who(new, each.pk), ""),
        )
        for each in shown
    ]
    result = Result(len(orders), len(changed), _side(old, orders), _side(new, orders), tuple(rows))
    return asdict(result)


def _side(side: Replay, orders: list[WorkOrder]) -> Side:
    return Side(
        given=len(side.given),
        # Also those that no outlet of the company serves.
        unassigned=len(orders) - len(side.given),
        travel_m=side.travel_m,
        travel_min=side.travel_s // 60,
        late_min=sum(each.late_s for each in side.given.values()) // 60,
        cost_fen=sum(each.paid_fen for each in side.given.values()),
    )
