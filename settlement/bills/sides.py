"""Both sides of many order lines at once: the platforms' lines and our books, few queries each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q, Sum

from settlement.bills.judging import Ours, Theirs
from settlement.models import BillLine, Settlement
from workorders.flow import Meaning
from workorders.item_parts import living_together
from workorders.models import ShopOrderLine

if TYPE_CHECKING:
    from datetime import date

    from workorders.models import WorkOrder

CHANNEL = "channel"


class Key(NamedTuple):
    """An order line of a shop; `line_id` is empty where a bill names the whole order."""

    platform: str
    shop_key: str
    order_number: str
    line_id: str


@dataclass(frozen=True, slots=True)
class Bookings:
    """What a platform's lines say of one key, and the first day they were booked on."""

    theirs: Theirs
    first_on: date


@dataclass(frozen=True, slots=True)
class Books:
    """What we have of one key: the line (None for a whole order), and when its work was done."""

    ours: Ours
    line_pk: int | None
    done_on: date | None


def bookings(keys: Iterable[Key]) -> dict[Key, Bookings]:
    """Return the platforms' side; keys without a line on any bill are left out. One query a shop."""
    wanted = set(keys)
    found: dict[Key, list[BillLine]] = defaultdict(list)
    for (platform, shop_key), numbers in _by_shop(wanted).items():
        rows = BillLine.objects.filter(
            platform=platform, shop_key=shop_key, order_number__in=numbers
        ).only("order_number", "line_id", "kind", "amount_fen", "fee_fen", "booked_on")
        for row in rows.order_by("pk"):
            key = Key(platform, shop_key, row.order_number, row.line_id)
            if key in wanted:
                found[key].append(row)
    return {key: _summed(rows) for key, rows in found.items()}


def joined(parts: Iterable[Bookings]) -> Bookings | None:
    """Return the bookings of several keys that count for one; None for none."""
    total: Bookings | None = None
    for part in parts:
        if total is None:
            total = part
            continue
        a, b = total.theirs, part.theirs
        total = Bookings(
            Theirs(
                a.paid_fen + b.paid_fen,
                a.refunded_fen + b.refunded_fen,
                a.adjusted_fen + b.adjusted_fen,
                a.fee_fen + b.fee_fen,
                a.lines + b.lines,
                a.again_fen + b.again_fen,
            ),
            min(total.first_on, part.first_on),
        )
    return total


def books(keys: Iterable[Key]) -> dict[Key, Books]:
    """Return our side; keys nobody here knows are left out.

    Two queries a shop, and more only where orders left steps to each other (`living_together`).
    """
    wanted = set(keys)
    found: dict[Key, Books] = {}
    for (platform, shop_key), numbers in _by_shop(wanted).items():
        rows = list(
            ShopOrderLine.objects.filter(
                order__platform=platform, order__shop_key=shop_key, order__number__in=numbers
            )
            .exclude(order__paid_at=None)
            .select_related("order", "work_order")
            .order_by("pk")
        )
        money = _settled([row.work_order for row in rows if _has_order(row)])
        for row in rows:
            mine = _of_line(row, money)
            key = Key(platform, shop_key, row.order.number, row.line_id)
            whole = key._replace(line_id="")
            if key in wanted:
                found[key] = mine
            if whole in wanted and key != whole:
                found[whole] = _with(found[whole], mine) if whole in found else _alone(mine)
    return found


def _by_shop(keys: Iterable[Key]) -> dict[tuple[str, str], set[str]]:
    shops: dict[tuple[str, str], set[str]] = defaultdict(set)
    for key in keys:
        shops[key.platform, key.shop_key].add(key.order_number)
    return shops


def _summed(rows: list[BillLine]) -> Bookings:
    kinds = BillLine.Kind
    sums = {kind: sum(row.amount_fen for row in rows if row.kind == kind) for kind in kinds}
    payments = Counter(row.amount_fen for row in rows if row.kind == kinds.PAYMENT)
    again_fen = sum(fen * (times - 1) for fen, times in payments.items())
    theirs = Theirs(
        paid_fen=sums[kinds.PAYMENT],
        refunded_fen=-sums[kinds.REFUND],
        adjusted_fen=sums[kinds.ADJUSTMENT],
        fee_fen=sum(row.fee_fen for row in rows),
        lines=len(rows),
        again_fen=again_fen,
    )
    return Bookings(theirs, min(row.booked_on for row in rows))


class _Money(NamedTuple):
    """What a settlement gives the channel and everybody else, and the day the work was done."""

    fee_fen: int
    payable_fen: int
    charged_fen: int
    done_on: date


def _settled(orders: list[WorkOrder]) -> dict[int, _Money]:
    """What orders gave, each with those that do a part of its item: none until all are settled."""
    together = living_together(orders)
    alone = _settled_alone([pk for members in together.values() for pk in members])
    return {
        pk: _added([alone[each] for each in members])
        for pk, members in together.items()
        if members and all(each in alone for each in members)
    }


def _added(parts: list[_Money]) -> _Money:
    return _Money(
        sum(part.fee_fen for part in parts),
        sum(part.payable_fen for part in parts),
        sum(part.charged_fen for part in parts),
        max(part.done_on for part in parts),
    )


def _settled_alone(order_ids: list[int]) -> dict[int, _Money]:
    is_channel = Q(lines__party_role=CHANNEL)
    rows = (
        Settlement.objects.filter(work_order_id__in=order_ids, status=Settlement.Status.ACTIVE)
        .annotate(
            fee=Sum("lines__amount_fen", filter=is_channel),
            rest=Sum("lines__amount_fen", filter=~is_channel),
        )
        .values_list("work_order_id", "fee", "rest", "facts__charged_fen", "done_on")
    )
    return {
        order: _Money(int(fee or 0), int(rest or 0), int(charged or 0), day)
        for order, fee, rest, charged, day in rows
    }


def _has_order(row: ShopOrderLine) -> bool:
    return hasattr(row, "work_order")


def _of_line(row: ShopOrderLine, money: dict[int, _Money]) -> Books:
    ours = Ours(row.paid_fen, row.refunded_fen, has_service=_has_order(row))
    if not _has_order(row):
        return Books(ours, row.pk, None)
    order = row.work_order
    if order.meaning == Meaning.CANCELLED:
        # Nothing will be settled: what the platform keeps or gives back is between it and the shop.
        return Books(replace(ours, has_service=False), row.pk, None)
    ours = replace(ours, is_listed=order.price_included)
    if (settled := money.get(order.pk)) is None:
        return Books(ours, row.pk, None)
    ours = replace(
        ours,
        fee_fen=settled.fee_fen,
        payable_fen=settled.payable_fen,
        charged_fen=settled.charged_fen,
    )
    return Books(ours, row.pk, settled.done_on)


def _alone(one: Books) -> Books:
    return replace(one, line_pk=None)


def _with(a: Books, b: Books) -> Books:
    """Two lines of one order together; goods beside a service add to what was paid alone."""
    x, y = a.ours, b.ours
    services = [side for side in (x, y) if side.has_service]
    is_open = any(side.fee_fen is None for side in services)
    ours = Ours(
        x.paid_fen + y.paid_fen,
        x.refunded_fen + y.refunded_fen,
        has_service=bool(services),
        fee_fen=None if is_open or not services else sum(s.fee_fen or 0 for s in services),
        payable_fen=None if is_open or not services else sum(s.payable_fen or 0 for s in services),
        charged_fen=sum(s.charged_fen for s in services),
        # Goods in the order: their fee and their money are none of the settlement's.
        is_listed=any(side.is_listed or not side.has_service for side in (x, y)),
    )
    days = [day for day in (a.done_on, b.done_on) if day is not None]
    return Books(ours, None, max(days, default=None))
