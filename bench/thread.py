"""Measures the thread: payment to the board, assignment to the phone, completion to the earnings."""

from __future__ import annotations

import itertools
import json
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from bench.figures import Figure, at_most, figure, median, print_figures  # noqa: E402 - finds packages first
from bench.product import (  # noqa: E402 - as above
    Product,
    fetch,
    processes,
    product,
    signed_in_cookie,
)

if TYPE_CHECKING:
    from accounts.models import Installer
    from workorders.models import WorkOrder

COMPANY = "chengyu"
SHOPS = ("10010001", "20010001")
# Sold with their installation: a product without a service line opens no work order.
PRODUCTS = ("P-AC-15", "P-EWH-60", "P-TV-65", "P-RO-800")
RUNS = 10
COMPLETIONS = 50
LIMIT_S = 120.0
PAUSE_S = 0.05
# How often the pages ask by themselves (data-live): the longest wait after the server knows.
BOARD_POLL_S = 10.0
PHONE_POLL_S = 4.0
EARNED_POLL_S = 1.0


def seconds_until(claim: Any, what: str) -> float:
    """Return the seconds until the claim becomes true."""
    started = time.perf_counter()
    while not claim():
        if time.perf_counter() - started > LIMIT_S:
            raise SystemExit(f"{what} took more than {LIMIT_S:.0f} s")
        time.sleep(PAUSE_S)
    return time.perf_counter() - started


def told(running: Product, path: str, wish: dict[str, Any]) -> dict[str, Any]:
    """Ask the simulators' control interface for something; return its answer."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{running.simulators}/control/api/{path}",
        data=json.dumps(wish).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - our own address
        found: dict[str, Any] = json.load(answer)
    return found


def listen(running: Product) -> None:
    """Enter our address at the simulated Youzan, as a shop's owner does there."""
    from integrations.models import Connection

    for shop in Connection.objects.filter(platform="youzan"):
        url = f"http://{COMPANY}.{running.host}:{running.port}/hooks/youzan/{shop.public_id}"
        told(running, f"shops/{shop.shop_key}/callback", {"url": url})


class Desk:
    """The demo company seen by its dispatcher and by its installers."""

    def __init__(self, running: Product) -> None:
        from accounts.models import User

        self.running = running
        self.host = f"{COMPANY}.{running.host}"
        self.dispatcher = User.objects.get(username="diaodu")
        self.cookie = signed_in_cookie(self.dispatcher.pk)
        self.random = Random(7)
        self.phones: dict[int, str] = {}

    def reads(self, cookie: str, path: str, words: str) -> bool:
        """Whether a page shows the words."""
        headers = {"Cookie": cookie}
        status, body = fetch(self.running, self.host, path, headers)
        if status != 200:
            raise SystemExit(f"{path} answered {status}: see {self.running.folder}/web.log")
        return words in body.decode()

    def order_of(self, number: str) -> WorkOrder | None:
        """The work order of a shop order, once it is there."""
        from workorders.selectors import work_orders

        return work_orders().filter(line__order__number=number).order_by("pk").first()

    def reaches_board(self, shop: str) -> tuple[float, WorkOrder]:
        """Seconds from payment until the order is there and the board shows it."""
        started = time.perf_counter()
        wish = {"pay": True, "product": self.random.choice(PRODUCTS)}
        number = str(told(self.running, f"shops/{shop}/orders", wish)["number"])
        seconds_until(lambda: self.order_of(number) is not None, f"order {number} to come in")
        order = self.order_of(number)
        assert order is not None
        path = f"/dispatch/?order={order.number}"
        seconds_until(lambda: self.reads(self.cookie, path, order.number), "the board")
        return time.perf_counter() - started, order

    def assigned(self, order: WorkOrder) -> Installer | None:
        """Send the best installer who can go; None when nobody can."""
        from common.errors import Refused
        from dispatch.selectors import candidates
        from dispatch.services.assigning import assign

        for ranked in candidates(order=order, limit=8):
            try:
                assign(order_id=order.pk, installer_id=ranked.installer.pk, actor=self.dispatcher)
            except Refused:
                continue
            return ranked.installer
        return None

    def phone_of(self, installer: Installer) -> str:
        """The session of an installer."""
        if installer.pk not in self.phones:
            self.phones[installer.pk] = signed_in_cookie(installer.user_id)
        return self.phones[installer.pk]

    def worked(self, order: WorkOrder, installer: Installer) -> None:
        """Do everything but the completion, through the services the phone calls."""
        from common import clock
        from config.demo.pictures import photo, signature
        from workorders.guards import body_of
        from workorders.selectors import work_order_by_id
        from workorders.services.check_ins import check_in
        from workorders.services.evidence import mark_step
        from workorders.services.photos import add_photo
        from workorders.services.progress import Answers, take_transition
        from workorders.services.signatures import add_signature

        me = installer.user
        starts_at = clock.now() + timedelta(minutes=30)

        def take(key: str, **answers: Any) -> None:
            take_transition(order_id=order.pk, key=key, actor=me, answers=Answers(**answers))

        take("accept")
        take("book", appointment=(starts_at, starts_at + timedelta(hours=2)))
        take("set_out")
        address = order.address
        check_in(
            order_id=order.pk,
            actor=me,
            lon=float(address.lon or 0),
            lat=float(address.lat or 0),
            accuracy_m=20,
        )
        take("arrive")
        if work_order_by_id(order.pk).flow_version.key == "repair":
            take("quote", quote_fen=order.paid_fen, note="按标准维修")
            take("start_repair", confirmed=True)
        for step in body_of(order).steps:
            for need in step.photos:
                for _n in range(need.count):
                    add_photo(
                        order_id=order.pk,
                        upload=photo(self.random),
                        actor=me,
                        seq=step.seq,
                        label=need.name,
                    )
            mark_step(order_id=order.pk, seq=step.seq, actor=me)
        add_signature(order_id=order.pk, upload=signature(self.random), actor=me)

    def earned_after(self, order: WorkOrder, installer: Installer) -> float:
        """Complete the order; seconds until the installer's earnings page shows what it brought."""
        from workorders.services.progress import take_transition

        cookie = self.phone_of(installer)
        page = f"/m/earnings/{order.number}/"
        take_transition(order_id=order.pk, key="complete", actor=installer.user)
        return seconds_until(
            lambda: self.reads(cookie, "/m/earnings/", f"/m/earnings/{order.number}/"), page
        )


def figures() -> Iterator[Figure]:
    """Run the thread ten times, then complete more orders; the demo's history goes on meanwhile."""
    boards, phones, earnings = [], [], []
    with product(demo=True) as running, processes(running):
        from django.db import connection

        # Until the end of the process: every query here is the company's.
        connection.set_schema(f"t_{COMPANY}")
        listen(running)
        desk = Desk(running)
        for shop in SHOPS:
            # Untimed: the first order of a shop shows that workers and relay have started.
            desk.reaches_board(shop)
        for shop in itertools.cycle(SHOPS):
            seconds, order = desk.reaches_board(shop)
            boards.append(seconds)
            installer = desk.assigned(order)
            if installer is None:
                continue
            cookie = desk.phone_of(installer)
            shown = f"/m/today/{order.number}/"
            phones.append(
                seconds_until(lambda c=cookie, s=shown: desk.reads(c, "/m/today/", s), "the phone")
            )
            desk.worked(order, installer)
            earnings.append(desk.earned_after(order, installer))
            if len(earnings) >= COMPLETIONS:
                break
    yield from _figures("payment to the board", boards, BOARD_POLL_S, 15)
    yield from _figures("assignment to the installer's list", phones, PHONE_POLL_S, 5)
    yield from _figures("completion to the earnings page", earnings, EARNED_POLL_S, 2)


def _figures(name: str, seconds: list[float], poll_s: float, most_s: float) -> Iterator[Figure]:
    count = len(seconds)
    yield figure(f"{name}, p50 of {count}", median(seconds), "s")
    yield figure(f"{name}, worst of {RUNS}", max(seconds[:RUNS]), "s", aim=at_most(most_s))
    yield figure(f"{name}, worst of {count}", max(seconds), "s")
    yield figure(
        f"{name}, worst of {RUNS} and the page's own poll", max(seconds[:RUNS]) + poll_s, "s"
    )


if __name__ == "__main__":
    print_figures(__doc__, figures)
