"""Who could take an order now, among 50,000 people of one metropolis, as the product answers it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from time import perf_counter

from bench.figures import Figure, at_most, figure, median, percentile
from bench.order_list import copy_row
from bench.product import product
from bench.settled import make_company

PEOPLE = 50_000
BASE = 20_000_000
ASKED = 300
LIMIT = 20
WARM = 20
WIDE = 0.6
"""Degrees around the site in which people live and orders lie."""


def figures() -> Iterator[Figure]:
    """Ask for the twenty best of 50,000 people, for a trade many have and for one few have."""
    with product():
        make_company()
        order, trade = an_order()
        hire(order, trade)
        for words, common in (("half of whom", True), ("one in 14 of whom", False)):
            trained(trade, common=common)
            seconds = asked(order)
            name = f"twenty best of {PEOPLE:,} people {words} have the trade"
            yield figure(f"{name}, p50", 1000 * median(seconds), "ms", aim=at_most(15))
            yield figure(f"{name}, p99", 1000 * percentile(seconds, 0.99), "ms", aim=at_most(100))


def an_order():  # type: ignore[no-untyped-def]
    """Return an open order with a place on the map and the trade it needs."""
    from common import clock
    from dispatch.facts import question
    from dispatch.services.candidates import outlets_covering
    from workorders.models import WorkOrder

    for order in WorkOrder.objects.filter(address__lon__isnull=False).select_related(
        "address", "site_region", "item_version__item", "settled_by", "sold_by", "customer"
    ):
        skills = question(order, now=clock.now()).job.skills
        if skills and outlets_covering(order):
            return order, next(iter(skills))
    raise SystemExit("the demo has no order with a place and a trade")


def hire(order, trade: str) -> None:  # type: ignore[no-untyped-def]
    """Copy a person of an outlet near the order 50,000 times, each with a home of their own."""
    from accounts.models import Installer
    from dispatch.services.candidates import assignable_installers
    from tenants.owner import owner_connection

    one = assignable_installers(order=order).select_related("user").first()
    if one is None:
        raise SystemExit("nobody may be asked for the order")
    last = BASE + PEOPLE - 1
    copy_row(one.user, BASE, last, username="'b' || g")
    copy_row(
        one, BASE, last, user_id="g", number="'B' || g",
        home_lon=f"{order.address.lon} + (random() - 0.5) * 2 * {WIDE}",
        home_lat=f"{order.address.lat} + (random() - 0.5) * 2 * {WIDE}",
    )  # fmt: skip
    for row in (*one.hours.all(), *one.certifications.all()):
        step = row.pk * PEOPLE + BASE
        copy_row(row, step, step + PEOPLE - 1, installer_id=f"g - {step - BASE}")
    Installer.objects.filter(pk=one.pk).update(is_active=False)
    with owner_connection() as own:
        own.execute("ANALYZE")


def trained(trade: str, *, common: bool) -> None:
    """Give the trade to every second or to every fourteenth person, and ours to nobody else."""
    from accounts.models import InstallerSkill
    from tenants.owner import owner_connection

    held = InstallerSkill.objects.filter(skill__code=trade, installer_id__lt=BASE).first()
    if held is None:
        raise SystemExit("nobody in the demo has the trade")
    InstallerSkill.objects.filter(installer_id__gte=BASE).delete()
    step = 2 if common else 14
    count = PEOPLE // step
    copy_row(held, BASE, BASE + count - 1, installer_id=f"{BASE} + (g - {BASE}) * {step}", rank="3")
    with owner_connection() as own:
        own.execute("ANALYZE")


def asked(order) -> list[float]:  # type: ignore[no-untyped-def]
    """Return the seconds of each question; the site is another each time."""
    from dispatch.services.candidates import ranked_candidates

    draw = random.Random(1)
    lon, lat = float(order.address.lon), float(order.address.lat)
    seconds = []
    for n in range(ASKED + WARM):
        order.address.lon = lon + draw.uniform(-WIDE, WIDE) / 2
        order.address.lat = lat + draw.uniform(-WIDE, WIDE) / 2
        started = perf_counter()
        found = ranked_candidates(order=order, limit=LIMIT)
        shown = [(str(each.installer), each.reasons) for each in found[:LIMIT]]
        if n >= WARM:
            seconds.append(perf_counter() - started)
        if sum(each.is_feasible for each in found) < LIMIT or len(shown) < LIMIT:
            raise SystemExit(f"fewer than {LIMIT} of {PEOPLE:,} people can take the order")
    order.address.lon, order.address.lat = lon, lat
    return seconds
