"""Every part a visit can have, whatever the company's flow makes of it, fits a hand and is accessible.

The parts of the flows' own making: where an answer decides, a form of every kind of field, a
quotation, the customer's code, a photo half-way, somebody who helps; what stands beside them:
charges, questions, side ways. Together the visits show every `Part` there is.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from catalog.models import ProductMapping
from tests.e2e.test_phone_offline import open_visit
from tests.workorders.own_flows import another, edited, order_with, publish
from tests.workorders.test_acceptance import ASKS
from tests.workorders.test_branches import DEAR
from tests.workorders.test_charges import charge
from tests.workorders.test_visit_runs import SWAPS
from tests.workorders.walking import arrive, assign, step
from workorders.flow.words import FIELD_KINDS
from workorders.services.asking import ask_again
from workorders.services.crew import add_helper
from workorders.visit_path import Part

pytestmark = pytest.mark.browser

_MORE = {
    "number": {"unit": "米", "decimals": 1},
    "choice": {"options": [{"code": "a", "label": "合格"}, {"code": "b", "label": "不合格"}]},
    "choices": {"options": [{"code": "a", "label": "左侧"}, {"code": "b", "label": "右侧"}]},
    "photo": {"count": 2, "example": "表盘读数和测点同框"},
    "computed": {"formula": "sum", "of": ["number", "number2"], "unit": "米"},
}
EVERYTHING = {
    "key": "all",
    "name": "全部字段",
    "fields": [
        {"key": "number2", "label": "第二个数", "kind": "number"},
        *(
            {"key": kind, "label": str(label), "kind": kind, "hint": "说明"} | _MORE.get(kind, {})
            for kind, label in FIELD_KINDS.items()
        ),
    ],
}
HALF_WAY = {
    "op": "way", "stage": "accepted", "way": "set_out", "nth": 0, "alone": False,
    "guards": ["has_appointment", "has_a_photo"],
}  # fmt: skip


@pytest.fixture(autouse=True)
def plain_flows(world) -> Iterator[None]:
    """What a test publishes is none of the next one's."""
    yield
    publish(edited())
    publish(edited(of="repair"))


def asides(page: Page) -> None:
    """Open all that stands beside the parts, and what is folded in it."""
    for selector in (".x-aside:visible > summary", ".x-aside:visible .x-more > summary"):
        for summary in page.locator(selector).all():
            if summary.locator("xpath=..").get_attribute("open") is None:
                summary.click()


def show(page: Page, fits, name: str, seen: set[str]) -> None:
    """Show each part of the visit that lies on its way; check each that was not seen before."""
    for section in page.locator("[data-page]").all():
        place = section.get_attribute("data-page")
        page.evaluate(f"window.location.hash = '#p{place}'")
        page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
        if not section.is_visible():
            continue
        part = section.get_attribute("data-part") or ""
        if part not in seen:
            fits(page, f"part-{name}-{part}")
        seen.add(part)
    asides(page)
    fits(page, f"part-{name}-beside")


def visit(product, phone, user, order) -> Page:
    """Open a visit and wait for all that comes after its first part."""
    page = phone(user)
    open_visit(page, product, order)
    page.wait_for_load_state("networkidle")
    expect(page.locator("[data-page]:visible")).to_have_count(1)
    return page


def test_every_part_there_is_fits_a_hand(product, world, phone, fits):
    me = world.installer.user
    seen: set[str] = set()

    order = assign(order_with(world, HALF_WAY), world)
    show(visit(product, phone, me, order), fits, "new", seen)

    form = {"op": "form", "form": EVERYTHING, "stage": "on_site"}
    order = arrive(order_with(world, ASKS, form), world)
    ask_again(order_id=order.pk, text="可以用替代件吗？", actor=world.dispatcher)
    charge(order, world, signed=False)
    page = visit(product, phone, me, order)
    expect(page.locator("[data-part=form] [data-computed]")).to_have_count(1)
    show(page, fits, "form", seen)

    order = arrive(order_with(world, *SWAPS), world)
    show(visit(product, phone, me, order), fits, "branch", seen)

    ProductMapping.objects.create(product_code="SVC-FIX", item=world.repair)
    order = assign(order_with(world, DEAR, of="repair"), world)
    show(visit(product, phone, me, order), fits, "repair-new", seen)
    order = assign(order_with(world, of="repair"), world)
    show(visit(product, phone, me, order), fits, "repair", seen)

    order = arrive(another(world), world)
    add_helper(order_id=order.pk, installer=world.other_installer, actor=world.dispatcher)
    show(visit(product, phone, world.other_installer.user, order), fits, "helping", seen)

    step(order, "hold", me, reason="缺件", next_contact_at=order.created_at.replace(year=2040))
    show(visit(product, phone, me, order), fits, "held", seen)
    assert {part.value for part in Part} - seen == set()
