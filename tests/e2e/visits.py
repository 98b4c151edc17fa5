"""What a person does on the phone during a visit, and the orders they do it on."""

from __future__ import annotations

from itertools import count

from playwright.sync_api import Page

from tests.workorders.world import World, open_order, photo, shop_order, tomorrow
from workorders.models import WorkOrder
from workorders.services.progress import assign_installer

_numbers = count(1)


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


def part(page: Page) -> str:
    """Which part of the visit is shown."""
    return page.locator("[data-page]:visible").get_attribute("data-part") or ""


def take_photos(page: Page) -> None:
    """Take every photo that is asked for, each another picture."""
    for number, wish in enumerate(page.locator("[data-wish]").all()):
        for shot in range(int(wish.get_attribute("data-wish") or 0)):
            picture = photo(20 + 50 * number + 25 * shot)
            form = wish.locator("form").nth(shot)
            form.locator("input[type=file]").set_input_files(
                {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture.read()}
            )
            form.locator("img").wait_for()


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
