"""Measures when the phone's pages show their largest part, on a slow line and a slow processor.

Chromium's own protocol slows both: 150 ms until an answer begins, 1.6 Mbit/s down, a processor four times slower
(what Lighthouse calls a mid-range phone on slow 4G). Each page is opened with an empty cache.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from bench.figures import (  # noqa: E402 - the script finds its packages first
    Figure,
    at_most,
    figure,
    median,
    needs,
    print_figures,
)
from bench.product import (  # noqa: E402 - as above
    Product,
    processes,
    product,
    signed_in_cookie,
)

COMPANY, TURNS = "bench", 5
LATENCY_MS, DOWN_BITS_S, UP_BITS_S, SLOWER = 150, 1_638_400, 750_000, 4
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True}
# What was the largest part at last: read before anything is touched, which would end the watch.
WATCH = """() => new Promise((done) => {
  let last = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) last = entry.startTime;
  }).observe({type: "largest-contentful-paint", buffered: true});
  setTimeout(() => done(last), 500);
})"""


def prepared() -> tuple[str, dict[str, str]]:
    """Make a company with an installer's day; returns their cookie and the pages by name."""
    from django.db import connection

    from tenants.provisioning import create_tenant
    from tests.e2e import visits
    from tests.workorders.walking import arrive
    from tests.workorders.world import make_world, open_order, shop_order

    connection.set_tenant(create_tenant(name=COMPANY, slug=COMPANY, admin=None, pack=None))
    world = make_world()
    me = world.installer
    for n in range(4):
        visits.accepted_order(world, me, 2 * n + 1)
    visit = arrive(open_order(world, shop_order(number="LCP1", buyer_ref="lcp")), world)
    pages = {
        "today": "/m/today/",
        "a visit": f"/m/today/{visit.number}/",
        "jobs to grab": "/m/pool/",
        "earnings": "/m/earnings/",
    }
    return signed_in_cookie(me.user.pk), pages


def shown_ms(browser: Any, running: Product, cookie: str, path: str) -> float:
    """Open a page anew in a browser of its own; return the milliseconds to its largest part."""
    host = f"{COMPANY}.{running.host}"
    context = browser.new_context(**PHONE, service_workers="block")
    name, _equals, value = cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "domain": host, "path": "/"}])
    page = context.new_page()
    protocol = context.new_cdp_session(page)
    protocol.send("Network.enable")
    line = {
        "offline": False, "latency": LATENCY_MS, "downloadThroughput": DOWN_BITS_S / 8,
        "uploadThroughput": UP_BITS_S / 8,
    }  # fmt: skip
    protocol.send("Network.emulateNetworkConditions", line)
    protocol.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    answer = page.goto(f"http://{host}:{running.port}{path}", wait_until="load")
    if answer is None or answer.status != 200 or path not in page.url:
        raise SystemExit(f"{path} did not open: {page.url}")
    found = float(page.evaluate(WATCH))
    context.close()
    return found


def figures() -> Iterator[Figure]:
    """Open each of the four pages several times, by turns."""
    needs("factory", "playwright")
    from playwright.sync_api import sync_playwright

    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not chromium:
        raise SystemExit("there is no Chromium on this machine")
    with product() as running, processes(running, "web"):
        cookie, pages = prepared()
        times: dict[str, list[float]] = {name: [] for name in pages}
        options = [
            "--no-sandbox",
            "--disable-gpu",
            "--host-resolver-rules=MAP *.localhost 127.0.0.1",
        ]
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=chromium, args=options)
            for _turn in range(TURNS):
                for name, path in pages.items():
                    times[name].append(shown_ms(browser, running, cookie, path))
            browser.close()
    for name, found in times.items():
        yield figure(
            f"phone, {name}: largest part shown, median of {TURNS}",
            median(found),
            "ms",
            aim=at_most(1_800),
        )
        yield figure(f"phone, {name}: the slowest of {TURNS}", max(found), "ms")


if __name__ == "__main__":
    print_figures(__doc__, figures)
