"""A suggested price per service and city, with every step of its calculation; plain Python.

The calculation uses nothing but what happened: what the job cost there, what the service leaves
over elsewhere, and what nobody was paid for: second visits, changed appointments, parts beyond the
usual.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from settlement.engine.money import share_fen
from settlement.suggestions.limits import WHOLE_BP, WHOLE_YUAN, highest_fen

MONTHS_SHOWN = 3
LEAST_ORDERS = 12
"""Below it the medians of a city are an accident."""


class Done(NamedTuple):
    """One settled order, money per unit of quantity, in fen; nothing of it was paid on site."""

    item_id: int
    city_id: int
    paid_fen: int
    installer_fen: int
    outside_fen: int  # channel, tax, dealers and suppliers
    second_visits: int  # further days somebody checked in on site
    unpaid_visits: int  # those without a fee, and that no rule paid the installer for
    changed_appointments: int
    parts_milli: int  # materials used, all kinds
    unpaid_changes: int = 0  # changed appointments no rule paid for, beside unpaid second visits
    returns: int = 0  # how often rules paid for coming again
    returns_fen: int = 0  # and how much
    parts_fen: int = 0  # materials at their purchase price, less what others were paid for them
    borne_fen: int = 0  # and less what the company's own units were: what whoever worked bore
    month: str = ""  # of completion, ISO
    done_on: str = ""  # ISO day


class Month(NamedTuple):
    """What a service cost and needed in a city in one month; medians per unit in fen."""

    month: str
    orders: int
    price_fen: int
    installer_fen: int
    second_visits_bp: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a service costs in a city now, what is suggested, and why; money per unit in fen."""

    item_id: int
    city_id: int
    orders: int
    low_fen: int  # first quartile of the price
    price_fen: int  # median
    high_fen: int  # third quartile
    installer_fen: int  # median
    second_visits_bp: int  # per order
    changed_bp: int
    parts_bp: int  # parts used against the service's median elsewhere; 10,000 is the same
    unpaid_fen: int  # second visits that were not paid for, spread over all orders
    changed_fen: int  # changed appointments that were not paid for, spread over all orders
    return_fen: int  # what rules pay the service's installers for one, on average; 0 unknown
    parts_fen: int  # parts at purchase price beyond the service's median elsewhere
    outside_bp: int  # channel and tax, of the price
    target_bp: int  # what the service leaves over in all cities together, of the price
    suggested_fen: int
    start_fen: int = 0  # median price at the start of the period raises are measured by
    latest_fen: int = 0  # median price of the latest orders
    full_fen: int = 0  # what would be suggested without a limit
    borne_fen: int = 0  # parts beyond the usual that the company did not supply either
    trend: tuple[Month, ...] = ()  # the latest months with orders, the oldest first

    @property
    def is_limited(self) -> bool:
        """Whether the period's cap keeps the suggested price below what costs ask for."""
        return self.suggested_fen < self.full_fen

    @property
    def was_raised(self) -> bool:
        """Whether customers pay more by now than at the start of the period."""
        return self.latest_fen > self.start_fen > 0

    @property
    def cost_fen(self) -> int:
        """What the job costs an order: the installer's part and what nobody was paid for."""
        return self.installer_fen + self.unpaid_fen + self.changed_fen + self.parts_fen

    @property
    def owed_fen(self) -> int:
        """What an order took of its installer and nobody paid for: what the rules leave out."""
        return self.unpaid_fen + self.changed_fen + self.borne_fen

    @property
    def change_bp(self) -> int:
        """The suggested price against today's median."""
        return share_fen(self.suggested_fen - self.price_fen, WHOLE_BP, self.price_fen)


def suggestions(orders: Iterable[Done], start: str = "") -> list[Suggestion]:
    """Return a suggestion for every service and city with enough orders, the largest change first.

    suggested = (installer's median + unpaid second visits + unpaid changed appointments + parts
    beyond the usual) / (1 − channel and tax − margin), where the margin is the service's own over
    all cities; rounded to whole yuan. A second visit is taken to cost what the first one pays; a
    changed appointment without one what rules paid the service's installers for coming again, on
    average, and nothing where they never did; parts their purchase price, as far as nobody was paid
    for them, the city's median less that of all. Services without revenue are left out. A raise is measured
    against the price at the `start` (ISO day) of the period and limited, or orders under a raised
    price would suggest the next one: no more than limits.highest_fen of it, or what is paid now.
    """
    by_item: dict[int, list[Done]] = defaultdict(list)
    for order in orders:
        if order.paid_fen > 0:
            by_item[order.item_id].append(order)
    found = []
    for everywhere in by_item.values():
        by_city: dict[int, list[Done]] = defaultdict(list)
        for order in everywhere:
            by_city[order.city_id].append(order)
        for here in by_city.values():
            if len(here) >= LEAST_ORDERS:
                found += _suggested(here, everywhere, start)
    return sorted(found, key=lambda each: (-abs(each.change_bp), each.item_id, each.city_id))


def _suggested(here: Sequence[Done], everywhere: Sequence[Done], start: str) -> list[Suggestion]:
    prices = sorted(order.paid_fen for order in here)
    price = median(prices)
    installer = median(sorted(order.installer_fen for order in here))
    second_bp = _rate_bp(sum(order.second_visits for order in here), len(here))
    unpaid_bp = _rate_bp(sum(order.unpaid_visits for order in here), len(here))
    unpaid = share_fen(installer, unpaid_bp, WHOLE_BP)
    outside_bp = _rate_bp(sum(order.outside_fen for order in here), sum(prices))
    target_bp = _margin_bp(everywhere)
    left_bp = WHOLE_BP - outside_bp - target_bp
    if left_bp <= 0 or installer <= 0:
        return []
    again = _each(everywhere)
    changed = share_fen(again, sum(order.unpaid_changes for order in here), len(here))
    excess = _beyond([one.parts_fen for one in here], [one.parts_fen for one in everywhere])
    borne = _beyond([one.borne_fen for one in here], [one.borne_fen for one in everywhere])
    exact = share_fen(installer + unpaid + changed + excess, WHOLE_BP, left_bp)
    full = share_fen(exact, 1, WHOLE_YUAN) * WHOLE_YUAN
    before, latest = _prices_over_time(here, start)
    usual_parts = median(sorted(order.parts_milli for order in everywhere))
    parts = median(sorted(order.parts_milli for order in here))
    return [
        Suggestion(
            item_id=here[0].item_id,
            city_id=here[0].city_id,
            orders=len(here),
            low_fen=prices[len(prices) // 4],
            price_fen=price,
            high_fen=prices[len(prices) * 3 // 4],
            installer_fen=installer,
            second_visits_bp=second_bp,
            changed_bp=_rate_bp(sum(order.changed_appointments for order in here), len(here)),
            parts_bp=_rate_bp(parts, usual_parts) if usual_parts else WHOLE_BP,
            unpaid_fen=unpaid,
            changed_fen=changed,
            return_fen=again,
            parts_fen=excess,
            outside_bp=outside_bp,
            target_bp=target_bp,
            suggested_fen=min(full, max(price, highest_fen(before))),
            start_fen=before,
            latest_fen=latest,
            full_fen=full,
            borne_fen=borne,
            trend=trend_of(here),
        )
    ]


def _each(orders: Sequence[Done]) -> int:
    """What coming again once brought installers where rules paid for it; 0 where they never did."""
    times = sum(order.returns for order in orders)
    return share_fen(sum(order.returns_fen for order in orders), 1, times) if times else 0


def _beyond(here: Sequence[int], everywhere: Sequence[int]) -> int:
    """By how much a city's median is above that of all."""
    return max(0, median(sorted(here)) - median(sorted(everywhere)))


def _prices_over_time(orders: Sequence[Done], start: str) -> tuple[int, int]:
    """Return the median price before the start of the period, and that of the latest orders.

    Before enough orders were done by then, of the first ones there were.
    """
    in_order = list(orders)
    in_order.reverse()  # they come newest first, also those of one day
    in_order.sort(key=lambda each: each.done_on)
    until = sum(each.done_on < start for each in in_order)
    before = in_order[: max(until, LEAST_ORDERS)][-LEAST_ORDERS:]
    first, latest = (
        median(sorted(each.paid_fen for each in some))
        for some in (before, in_order[-LEAST_ORDERS:])
    )
    return first, latest


def trend_of(orders: Iterable[Done]) -> tuple[Month, ...]:
    """Return the latest three months that had orders, the oldest first."""
    by_month: dict[str, list[Done]] = defaultdict(list)
    for order in orders:
        if order.month:
            by_month[order.month].append(order)
    return tuple(
        Month(
            month=month,
            orders=len(done),
            price_fen=median(sorted(each.paid_fen for each in done)),
            installer_fen=median(sorted(each.installer_fen for each in done)),
            second_visits_bp=_rate_bp(sum(each.second_visits for each in done), len(done)),
        )
        for month, done in sorted(by_month.items())[-MONTHS_SHOWN:]
    )


def median(values: Sequence[int]) -> int:
    """Return the middle of sorted values; of an even number the lower middle, which did happen."""
    return values[(len(values) - 1) // 2]


def _margin_bp(orders: Sequence[Done]) -> int:
    paid = sum(order.paid_fen for order in orders)
    kept = paid - sum(order.installer_fen + order.outside_fen for order in orders)
    return max(0, _rate_bp(kept, paid))


def _rate_bp(part: int, whole: int) -> int:
    return share_fen(part, WHOLE_BP, whole) if whole else 0
