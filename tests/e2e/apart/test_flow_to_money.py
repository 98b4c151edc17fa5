"""From the designer to the money: a library flow is copied, changed, published, worked and settled."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import Installer, User
from accounts.roles import Role
from catalog.services.items import publish_item
from common.formatting import money
from settlement.models import Settlement
from settlement.services.publishing import publish_rules
from tests.e2e import visits
from tests.e2e.product import Product
from tests.factories import UserFactory
from tests.settlement.company import preset
from tests.workorders.library_plans import plain_plan
from tests.workorders.library_walking import Walk
from tests.workorders.world import INSTALL_BODY, World, service_line, shop_order, tomorrow
from workorders.flow import read_flow
from workorders.models import Evidence, FlowVersion, FormAnswers, StepDone, WorkOrder
from workorders.services.fates import Chosen
from workorders.services.intake import take_in
from workorders.services.progress import assign_installer

pytestmark = pytest.mark.browser
RECIPE, NAME = "alarm_inspection", "我们的年检"
BLOCK, BEHIND, ADDED = "customer_signature", "fire_check", "现场签收"


@dataclass(frozen=True)
class Office:
    """Two people in every role of the office, and the installer."""

    people: Mapping[str, tuple[User, ...]]
    installer: Installer


@pytest.fixture
def office(world: World) -> Office:
    """The people the flow names."""
    places = {
        Role.HQ_ADMIN: world.hq,
        Role.FINANCE: world.hq,
        Role.OUTLET_MANAGER: world.east,
        Role.REGION_MANAGER: world.east,
    }
    people = {
        role.value: tuple(UserFactory(role=role, unit=unit) for _each in range(2))
        for role, unit in places.items()
    }
    return Office(people | {Role.DISPATCHER.value: (world.dispatcher,)}, world.installer)


def published(page: Page, product: Product) -> FlowVersion:
    """Copy the flow out of the library, put a block in, and publish it."""
    page.goto(product.url(f"/orders/flows/library/{RECIPE}/"))
    page.locator("#id_name").fill(NAME)
    page.locator("form[action$='/copy/'] button").click()
    page.wait_for_url("**/flows/drafts/**")
    stages = page.locator("#x-stage-list .x-part")
    before = stages.count()
    page.locator(f"#x-open-{BEHIND}").click()
    page.locator("#x-put-in").click()
    page.locator(f"button.x-block[value={BLOCK}]").click()
    expect(stages).to_have_count(before + 1)
    expect(stages.filter(has_text=ADDED)).to_have_count(1)
    page.goto(f"{page.url.split('?')[0]}publish/")
    for warning in page.locator("input[name=warning]").all():
        warning.check()
    page.locator("#x-publish-now").click()
    page.wait_for_url("**/flows/versions/**")
    return FlowVersion.objects.get(name=NAME)


def opened(world: World, version: FlowVersion) -> WorkOrder:
    """A shop sells the service that follows the flow; the dispatcher gives it to the installer."""
    body = replace(INSTALL_BODY, code="T-OWN", name="空调年检", flow=version.key)
    item = publish_item(body=body, industry="家电", actor=None).item
    facts = shop_order(service_line(outer_item_id="T-OWN"), number="E-MONEY-1")
    chosen = {"L1": Chosen(item.pk, item.current, price_included=False)}
    made = take_in(facts, sold_by=world.shop, decided=chosen).opened
    return assign_installer(
        order_id=made[0], installer=world.installer, actor=world.dispatcher, window=tomorrow()
    )


def started(page: Page, product: Product, order: WorkOrder) -> None:
    """Open the visit, with the worker that keeps its page in place, and say yes."""
    page.goto(product.url("/m/today/"))
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.goto(product.url(f"/m/today/{order.number}/"))
    page.wait_for_load_state("networkidle")
    visits.at(page, "accept")
    visits.press(page)
    visits.at(page, "arrive")
    expect(page.locator("#x-strip")).to_be_hidden(timeout=15_000)


def worked(page: Page, product: Product, order: WorkOrder) -> None:
    """Do the visit, its middle without a network and through a reload; the customer signs."""
    page.goto(product.url(f"/m/today/{order.number}/"))
    page.wait_for_load_state("networkidle")
    visits.at(page, "arrive")
    visits.press(page)
    form = shown(page, "form")
    page.context.set_offline(True)
    for label, number in (("已测点数", "24"), ("不合格点数", "0"), ("备用电源放电", "60")):
        form.get_by_label(label).fill(number)
    visits.press(page)
    expect(shown(page, "move")).to_contain_text("开始消防检查")
    visits.press(page)
    shown(page, "form").get_by_label("孔洞防火封堵", exact=True).check()
    visits.take_photos(page)
    page.reload()
    form = shown(page, "form")
    expect(page.locator("#x-strip")).to_have_attribute("data-state", "offline")
    expect(form.get_by_label("孔洞防火封堵", exact=True)).to_be_checked()
    visits.press(page)
    expect(shown(page, "move")).to_contain_text("请客户签收")
    visits.press(page)
    for part in ("steps", "photos", "materials"):
        shown(page, part)
        visits.do(page, part)
    form = shown(page, "form")
    for choice in ("本人", "已清理", "满意"):
        form.get_by_label(choice, exact=True).check()
    visits.draw(page)
    signing = form.locator("form[data-part-of-form]")
    signing.get_by_role("button", name="保存签名").click()
    expect(signing).to_have_attribute(
        "data-outbox-state", re.compile("stored|sent"), timeout=10_000
    )
    visits.press(page)
    shown(page, "signature")
    visits.do(page, "signature")
    page.context.set_offline(False)
    shown(page, "complete")
    visits.press(page)
    page.evaluate("window.kuaquOutbox.flush()")
    expect(page.locator("#x-strip")).to_be_hidden(timeout=30_000)


def shown(page: Page, part: str) -> Locator:
    """Wait until a page of this part is the one that is shown."""
    found = page.locator(f'[data-page]:visible[data-part="{part}"]')
    expect(found).to_have_count(1, timeout=15_000)
    return found


def test_a_library_flow_is_changed_published_worked_without_a_network_signed_and_settled(
    product, world, office, desk, phone
):
    publish_rules(key="flow-money", industry="家电", body=preset(), actor=None)
    version = published(desk(office.people[Role.HQ_ADMIN][0]), product)
    assert ADDED in [stage["name"] for stage in version.body["stages"]]
    order = opened(world, version)
    assert order.flow_version == version

    page = phone(world.installer.user)
    started(page, product, order)
    Walk(office, refreshed(order), plain_plan(read_flow(version.body))).do_tasks()
    worked(page, product, order)
    assert refreshed(order).stage == "archive"
    assert StepDone.objects.filter(work_order=order).count() == 3
    kinds = Counter(Evidence.objects.filter(work_order=order).values_list("kind", flat=True))
    assert (kinds["signature"], kinds["consent"]) == (1, 1)
    filled = FormAnswers.objects.filter(work_order=order, task=None, complete=True)
    assert set(filled.values_list("form", flat=True)) == {"alarm_points", "fire_check", "signing"}

    done = Walk(office, refreshed(order), plain_plan(read_flow(version.body))).to_the_end()
    assert done.stage == "done"
    product.drain()
    settled = Settlement.objects.get(work_order=order, status="active")
    assert sum(line.amount_fen for line in settled.lines.all()) == settled.paid_fen == 28_000

    page = desk(office.people[Role.FINANCE][0])
    page.goto(product.url("/settlement/slips/"))
    page.locator(f"a[href$='/slips/{settled.pk}/']").first.click()
    page.wait_for_url(re.compile(rf"/slips/{settled.pk}/$"))
    main = page.locator("main")
    expect(main).to_contain_text(order.number)
    expect(main).to_contain_text(money(settled.gross_fen))
    why = page.locator(".x-lines details").first
    if why.get_attribute("open") is None:
        why.locator("summary").click()
    expect(why).to_contain_text("单价 ¥100.00 × 1 × ")


def refreshed(order: WorkOrder) -> WorkOrder:
    """The order as it stands now."""
    return WorkOrder.objects.select_related("installer__user", "flow_version").get(pk=order.pk)
