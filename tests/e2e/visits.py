"""What a person does on the phone during a visit, and the orders they do it on."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import count

from playwright.sync_api import Page, expect

from accounts.models import Installer
from common import clock
from tests.workorders.world import World, open_order, photo, shop_order, tomorrow
from workorders.models import WorkOrder
from workorders.services import progress
from workorders.services.progress import assign_installer

_numbers = count(1)
_heights = count(49)  # no photo of a run is the same as another
REFUND = "买家已退款"
_WISHES = "[data-page]:visible [data-wish]:has(form[data-photo])"


def fresh_order(world: World) -> WorkOrder:
    """An order assigned to the world's installer, with a window tomorrow."""
    facts = shop_order(number=f"E-visit-{next(_numbers)}", buyer_ref=f"buyer-{next(_numbers)}")
    order = open_order(world, facts)
    return assign_installer(
        order_id=order.pk, installer=world.installer, actor=world.dispatcher, window=tomorrow()
    )


def press(page: Page) -> None:
    """Tap the one primary action of the page."""
    page.locator(".x-action-bar:visible .btn-primary:visible").click()


def at(page: Page, part: str) -> None:
    """Wait until this part of the visit is shown."""
    expect(page.locator(f'[data-part="{part}"]:visible')).to_have_count(1, timeout=15_000)


def take_photos(page: Page) -> None:
    """Take every photo the page asks for, each another picture."""
    for number, wish in enumerate(page.locator(_WISHES).all()):
        for shot in range(int(wish.get_attribute("data-wish") or 0)):
            picture = photo(20 + 50 * number + 25 * shot, size=(64, next(_heights)))
            form = wish.locator("form").nth(shot)
            form.locator("input[type=file]").set_input_files(
                {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture.read()}
            )
            form.locator("img").wait_for()
            # Seen is not kept: only what the phone has stored survives a reload.
            expect(form).to_have_attribute(
                "data-outbox-state", re.compile("stored|sent"), timeout=10_000
            )


def draw(page: Page) -> None:
    """Let the customer sign."""
    canvas = page.locator("canvas:visible")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 140, box["y"] + 120, steps=6)
    page.mouse.move(box["x"] + 260, box["y"] + 40, steps=6)
    page.mouse.up()


def tick_steps(page: Page) -> None:
    """Tick off every step."""
    for step in page.locator("[data-step] button").all():
        step.click()


def end_by_shop(order: WorkOrder) -> None:
    """Let the shop refund the order's line."""
    progress.end_by_shop(order_id=order.pk, reason=REFUND)


def accepted_order(world: World, installer: Installer, hours: int) -> WorkOrder:
    """An order this installer has accepted, with a window so many hours after eight today.

    Counted from now it would lie in tomorrow when the tests run in the evening.
    """
    order = open_order(world, shop_order(number=f"E-visit-{next(_numbers)}"))
    start = clock.day_span(clock.business_day())[0] + timedelta(hours=8 + hours)
    window = (start, start + timedelta(hours=2))
    progress.assign_installer(
        order_id=order.pk, installer=installer, actor=world.dispatcher, window=window
    )
    return progress.take_transition(order_id=order.pk, key="accept", actor=installer.user)


def do(page: Page, part: str) -> None:
    """Do what this part of the visit asks for and go on."""
    doing = {"steps": tick_steps, "photos": take_photos, "signature": draw}
    if part in doing:
        doing[part](page)
    press(page)
