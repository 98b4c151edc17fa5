"""Measures 200 browsers that poll for a minute, on the real web server with workers and relay."""

from __future__ import annotations

import html
import random
import re
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from bench.figures import (  # noqa: E402 - the script finds its packages first
    Figure,
    at_most,
    figure,
    median,
    needs,
    percentile,
    print_figures,
)
from bench.product import (  # noqa: E402 - as above
    Product,
    fetch,
    processes,
    product,
    signed_in_cookie,
)

SECONDS = 60
COMPANY = "bench"
ORDERS = 200
# How many look at what: who is signed in, the page, and the part of it that polls.
LOOKERS = (
    (90, "dispatcher", "/dispatch/", "x-pool"),
    (30, "installer", "/m/today/", "x-day"),
    (40, "dispatcher", "/orders/", "order-rows"),
    (20, "admin", "/dashboards/boss/", "boss"),
    (20, "manager", "/dashboards/staff/", "staff"),
)


@dataclass
class Browser:
    """One open page: it asks again and again as the part of it that polls says."""

    host: str
    cookie: str
    path: str
    part: str
    times: list[float] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    every_s: float = 0.0
    url: str = ""

    def open(self, running: Product) -> None:
        """Load the page and find its part; SystemExit when the page has none."""
        status, body = fetch(running, self.host, self.path, {"Cookie": self.cookie})
        if status != 200 or not self._read(body.decode()):
            raise SystemExit(f"{self.path} answered {status} without a part {self.part}")

    def _read(self, page: str) -> bool:
        for tag in re.findall(rf'<[^>]*\bid="{self.part}"[^>]*>', page):
            every, url = re.search(r'data-live="(\d+)"', tag), re.search(r'hx-get="([^"]*)"', tag)
            if every and url:
                asked = html.unescape(url[1])
                self.every_s = float(every[1])
                self.url = self.path + asked if asked.startswith("?") else asked
                return True
        return False

    def look(self, running: Product, until: float) -> None:
        """Poll until the end, each time on a connection of its own; the first at a random moment."""
        next_at = time.monotonic() + random.random() * self.every_s
        headers = {"Cookie": self.cookie, "HX-Request": "true", "X-Live": "1"}
        while next_at < until:
            time.sleep(max(0.0, next_at - time.monotonic()))
            started = time.perf_counter()
            try:
                status, body = fetch(running, self.host, self.url, headers)
            except OSError:
                status, body = 0, b""
            self.times.append(time.perf_counter() - started)
            self.statuses.append(status)
            if status == 200:
                self._read(body.decode())
            next_at += self.every_s


def browsers(running: Product) -> list[Browser]:
    """Make a company with orders, and return the browsers of its people."""
    from django.db import connection

    from accounts.roles import Role
    from tenants.provisioning import create_tenant
    from tests.factories import InstallerFactory, UserFactory
    from tests.workorders.world import make_world, open_order, service_line, shop_order
    from workorders.services.progress import assign_installer

    connection.set_tenant(create_tenant(name=COMPANY, slug=COMPANY, admin=None, pack=None))
    world = make_world()
    installers = [InstallerFactory(outlet=world.suzhou) for _n in range(LOOKERS[1][0])]
    for n in range(ORDERS):
        order = open_order(world, shop_order(service_line(), number=f"POLL{n:05d}"))
        if n % 2:
            installer = installers[n % len(installers)]
            assign_installer(order_id=order.pk, installer=installer, actor=world.admin)
    people = {
        "dispatcher": [world.dispatcher],
        "installer": [installer.user for installer in installers],
        "admin": [world.admin],
        "manager": [UserFactory(role=Role.OUTLET_MANAGER, unit=world.suzhou)],
    }
    return [
        Browser(
            f"{COMPANY}.{running.host}",
            signed_in_cookie(people[who][n % len(people[who])].pk),
            path,
            part,
        )
        for count, who, path, part in LOOKERS
        for n in range(count)
    ]


def figures() -> Iterator[Figure]:
    """Open all pages, let them poll for a minute, and count."""
    needs("factory")
    with product() as running, processes(running, "web", "relay", "worker-interactive"):
        looking = browsers(running)
        for browser in looking:
            browser.open(running)
        until = time.monotonic() + SECONDS
        threads = [threading.Thread(target=one.look, args=(running, until)) for one in looking]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    times = [seconds for browser in looking for seconds in browser.times]
    statuses = [status for browser in looking for status in browser.statuses]
    title = f"{len(looking)} pollers for {SECONDS} s"
    yield figure(f"{title}, p50", median(times) * 1000, "ms")
    yield figure(f"{title}, p95", percentile(times, 0.95) * 1000, "ms", aim=at_most(300))
    yield figure(
        f"{title}, errors", sum(s not in (200, 204) for s in statuses), "requests", aim=at_most(0)
    )
    yield figure(f"{title}, requests", len(statuses), "requests")
    yield figure(f"{title}, answered 204", 100 * statuses.count(204) / len(statuses), "%")


if __name__ == "__main__":
    print_figures(__doc__, figures)
