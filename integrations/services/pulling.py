"""Reads what changed in a shop, in windows that overlap, and notes each reading."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from common.clock import wall_now
from common.outbox import announce, brought_home
from common.outbox.models import OutboxRow
from integrations.errors import MappingError, PlatformError
from integrations.events import PullDue
from integrations.models import Connection, SyncRun
from integrations.reaching import SHOPS, shop_of
from integrations.services import storing
from integrations.services.known_refunds import (
    are_known,
    has_refund,
    hear,
    heard_refunds,
    known_lines,
)
from integrations.shop import Listed, ListedRefund
from workorders.models import ShopOrder

if TYPE_CHECKING:
    from integrations.refunds import Refund
    from integrations.shop import Shop

PULL, COMPARE = "pull", "compare"
OVERLAP = timedelta(minutes=10)
LONGEST_PULL = timedelta(hours=12)
"""More is read in several pulls, so that none outlives a worker's patience."""
COMPARED = timedelta(days=3)
FURTHEST = timedelta(days=30)
"""A comparison looks back three days, or to the last one that succeeded, at most this far."""
_ASKED_AT_ONCE = 500


@dataclass(slots=True)
class Differences:
    """What a shop lists and we have not, or not so new; orders here in their newest version whose
    lines do not know a listed refund; the listed refunds with their orders' numbers; and those
    nobody can read.
    """

    listed: int = 0
    missing: list[Listed] = field(default_factory=list)
    stale: list[Listed] = field(default_factory=list)
    refunded: list[str] = field(default_factory=list)
    unreadable: list[ListedRefund] = field(default_factory=list)
    numbers: set[str] = field(default_factory=set)
    refunds: list[tuple[str, str]] = field(default_factory=list)


@transaction.atomic
def ask_for_pulls(kind: str) -> int:
    """Announce a reading of every active shop, each in a row of its own; returns how many.

    A shop whose earlier reading is not finished is left out: a slow one never piles up.
    """
    waiting = OutboxRow.objects.filter(topic=PullDue.topic(), done_at=None, dead_at=None)
    busy = set(waiting.filter(payload__kind=kind).values_list("payload__connection_id", flat=True))
    found = Connection.objects.filter(is_active=True, platform__in=SHOPS).order_by("pk")
    asked = [pk for pk in found.values_list("pk", flat=True) if pk not in busy]
    for pk in asked:
        announce(PullDue(pk, kind))
    return len(asked)


def has_active_shop() -> bool:
    """Return True when there is anything to pull from."""
    return Connection.objects.filter(is_active=True, platform__in=SHOPS).exists()


def pull(*, connection_id: int, kind: str = PULL) -> SyncRun | None:
    """Read one shop: what is new or newer there is stored and taken in by rows of its own.

    The cursor moves only when every page was read; a failed reading is noted and read again from
    the same place. Returns the noted run, None for a connection that is switched off.
    """
    connection = Connection.objects.select_related("sold_by").get(pk=connection_id)
    if not connection.is_active or connection.platform not in SHOPS:
        return None
    start, end = _window(connection, kind)
    started = monotonic()
    run = SyncRun(
        connection=connection,
        kind=kind,
        window_starts_at=start,
        window_ends_at=end,
        started_at=wall_now(),
    )
    shop, failure = shop_of(connection), None
    rows: list[Listed] = []
    refunds: list[ListedRefund] = []
    try:
        # All is fetched before anything is written: no transaction is open while a shop is slow.
        rows = list(shop.changed(start, end, thorough=kind == COMPARE))
        refunds = list(shop.refunds(start, end)) if kind == COMPARE else []
    except (PlatformError, MappingError) as error:
        failure = error
    with brought_home():
        if failure is not None:
            _note_failure(connection, run, failure)
        else:
            shop.finish()
            _keep(connection, shop, run, differences(connection, rows, refunds))
            _note_success(connection, run)
        run.duration_ms = round((monotonic() - started) * 1000)
        run.save()
    return run


def differences(
    connection: Connection, rows: Iterable[Listed], refunds: Iterable[ListedRefund] = ()
) -> Differences:
    """Compare a shop's lists with the orders we have."""
    found = Differences()
    by_order: dict[str, list[Refund]] = defaultdict(list)
    for row in refunds:
        if row.refund is None:
            found.unreadable.append(row)
        else:
            by_order[row.number].append(row.refund)
    by_number = {listed.number: listed for listed in rows}
    numbers = list(by_number | dict.fromkeys(by_order))
    for first in range(0, len(numbers), _ASKED_AT_ONCE):
        part = numbers[first : first + _ASKED_AT_ONCE]
        known = dict(
            ShopOrder.objects.filter(
                platform=connection.platform, shop_key=connection.shop_key, number__in=part
            ).values_list("number", "version")
        )
        lines, heard = known_lines(connection, part), heard_refunds(connection, part)
        for number in part:
            listed = by_number.get(number, Listed(number, 0))
            if by_order[number] or has_refund(lines[number]):
                # What the list wrote may be silent about the refund; the detail is not.
                listed = Listed(number, listed.version)
            if number not in known:
                found.missing.append(listed)
            elif listed.version > known[number]:
                found.stale.append(listed)
            elif not are_known(by_order[number], lines[number], heard[number]):
                found.refunded.append(number)
    found.listed, found.numbers = len(numbers), set(numbers)
    found.refunds = [(number, one.refund_id) for number, rows in by_order.items() for one in rows]
    return found


def _window(connection: Connection, kind: str) -> tuple[datetime, datetime]:
    now = wall_now()
    if kind == COMPARE:
        good = SyncRun.objects.filter(connection=connection, kind=COMPARE, error="")
        last = good.order_by("-pk").values_list("window_ends_at", flat=True).first()
        # Also what nobody pushed or pulled while the shop was away or switched off for long.
        since = now - COMPARED if last is None else min(now - COMPARED, last - OVERLAP)
        return max(since, now - FURTHEST), now
    start = (connection.pulled_until or now - LONGEST_PULL) - OVERLAP
    return start, min(now, start + LONGEST_PULL + OVERLAP)


def _keep(connection: Connection, shop: Shop, run: SyncRun, found: Differences) -> None:
    run.pulled = found.listed
    hear(connection, found.refunds)
    for listed in (*found.missing, *found.stale):
        told = (
            storing.store_order(connection, listed.number, listed.payload, storing.LISTED)
            if listed.payload is not None
            else storing.Told(
                storing.LISTED, f"{listed.number}:{listed.version}", "order", listed.number, ""
            )
        )
        event, is_new = storing.store(connection, told)
        if is_new:
            storing.take_later(event)
        elif event.state in (storing.State.DEAD, storing.State.PARKED):
            run.failed += 1
    for number in found.refunded:
        # Not an event of its own: as long as a line does not know, every comparison asks anew.
        storing.look_again(connection.pk, number)
    for refund in found.unreadable:
        storing.store(connection, storing.unreadable_refund(refund))
    run.failed += len(found.unreadable)
    run.created, run.updated = len(found.missing), len(found.stale) + len(found.refunded)


def _note_success(connection: Connection, run: SyncRun) -> None:
    changes: dict[str, object] = {
        "last_pull_at": run.started_at,
        "last_error": "",
        "failures_in_a_row": 0,
    }
    if run.kind == PULL:
        changes["pulled_until"] = run.window_ends_at
        if run.started_at - run.window_ends_at > OVERLAP:
            announce(PullDue(connection.pk, PULL))
    Connection.objects.filter(pk=connection.pk).update(**changes)


def _note_failure(
    connection: Connection, run: SyncRun, error: PlatformError | MappingError
) -> None:
    run.error = str(error)[:300]
    Connection.objects.filter(pk=connection.pk).update(
        last_pull_at=run.started_at,
        last_error=run.error,
        failures_in_a_row=F("failures_in_a_row") + 1,
    )
