"""From a shop's order to a printed, right and explained line: sold in A, done in B, served from C."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from common import clock
from common.formatting import money
from settlement.models import Settlement
from settlement.statements.selectors import period_called
from tests.e2e import visits
from tests.e2e.thread_company import SHOPS, ThreadCompany, found
from tests.e2e.thread_money import expected, gross_fen, road_metres
from tests.e2e.whole import Whole, running_whole
from workorders.models import WorkOrder
from workorders.services.site_facts import record_fact

pytestmark = pytest.mark.browser

# No sample address of the shop's own lies there: the platform that gives positions gives this one.
SITE = {"province": "浙江省", "city": "杭州市", "district": "余杭区"}
BOARD_MS, PHONE_MS, EARNED_MS = 30_000, 15_000, 15_000


@pytest.fixture(scope="module")
def product(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[Whole]:
    """The whole product instead of the web server alone."""
    # The browser's driver keeps an event loop in this thread; our queries beside it are safe.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with (
        pytest.MonkeyPatch.context() as patch,
        django_db_blocker.unblock(),
        running_whole(tmp_path_factory.mktemp("whole")) as one,
    ):
        patch.setattr(settings, "EGRESS_ALLOW", [one.simulators.removeprefix("http://")])
        yield one
        # Shown with a test that failed: why a part refused something stands in its log alone.
        sys.stderr.write(one.logs())


@pytest.fixture
def thread(product: Whole, company: Any) -> ThreadCompany:
    """The company of the thread, its Youzan shop pushing to the product."""
    made = found(product.simulators)
    hook = product.url(f"/hooks/youzan/{made.connections['youzan'].public_id}")
    product.wish(f"shops/{SHOPS['youzan']}/callback", url=hook)
    return made


@dataclass(frozen=True)
class Booked:
    """What one order brought: what was paid, and the installer's lines of it."""

    paid_fen: int
    lines: list[int]


@dataclass
class Stage:
    """Who looks at what while the thread runs."""

    product: Whole
    people: ThreadCompany
    board: Page
    boss: Page
    phone: Page


@pytest.fixture
def stage(product: Whole, thread: ThreadCompany, desk: Any, phone: Any) -> Stage:
    """The dispatcher's board and the boss's figures stay open from the beginning."""
    board, boss = desk(thread.dispatcher), desk(thread.boss)
    board.goto(product.url("/dispatch/"))
    expect(board.locator("#x-pool .x-empty")).to_be_visible()
    boss.goto(product.url("/dashboards/boss/"))
    return Stage(product, thread, board, boss, phone(thread.installer.user))


def test_a_shops_order_ends_as_a_right_line_on_the_statement(stage, desk):
    booked = {}
    for platform in SHOPS:
        order = bought(stage, platform)
        sent(stage, order)
        if platform == "youzan":
            record_fact(
                order_id=order.pk, kind="rain", value="yes", source="气象局",
                observed_at=clock.now(), actor=stage.people.dispatcher,
            )  # fmt: skip
        worked(stage, order)
        booked[order.number] = earned(stage, order, platform)
        seen_by_its_units(stage, order, desk)
    moved(stage.boss, stage.product, sum(part.paid_fen for part in booked.values()))
    locked(stage, desk)
    printed(stage, desk, booked)
    sound(stage.product)


def bought(stage: Stage, platform: str) -> WorkOrder:
    """A buyer orders and pays; the order appears on the board that is open."""
    shop = SHOPS[platform]
    placed = stage.product.wish(f"shops/{shop}/orders", product="S-AC-MOVE", address=SITE)
    stage.product.wish(f"orders/{placed['number']}/pay")
    known = WorkOrder.objects.filter(line__order__number=placed["number"])
    stage.product.eventually(known.exists, f"the {platform} order to come in")
    order = known.get()
    expect(stage.board.locator(f"#x-job-{order.number}")).to_be_visible(timeout=BOARD_MS)
    return order


def sent(stage: Stage, order: WorkOrder) -> None:
    """The dispatcher clicks the order and the first who is recommended."""
    stage.board.locator(f"#x-job-{order.number}").click()
    expect(stage.board.locator("#x-chosen")).to_have_attribute("data-order", order.number)
    stage.board.locator(".x-candidate .x-send button").first.click()
    expect(stage.board.locator(f"#x-job-{order.number}")).to_have_count(0, timeout=BOARD_MS)
    order.refresh_from_db()
    assert order.installer == stage.people.installer


def worked(stage: Stage, order: WorkOrder) -> None:
    """The installer finds the job on the phone and does it, page by page."""
    page = stage.phone
    page.goto(stage.product.url("/m/today/"))
    link = page.locator(f'a[href="/m/today/{order.number}/"]').first
    expect(link).to_be_visible(timeout=PHONE_MS)
    link.click()
    for part in ("accept", "book", "go", "arrive", "steps", "photos", "materials", "signature"):
        visits.at(page, part)
        if part == "book":
            tomorrow = clock.business_day() + timedelta(days=1)
            page.locator("input[type=date]:visible").fill(f"{tomorrow:%Y-%m-%d}")
        visits.do(page, part)
    visits.at(page, "complete")
    with page.expect_navigation():
        visits.press(page)


def earned(stage: Stage, order: WorkOrder, platform: str) -> Booked:
    """Every party's line is what the contract says, and the phone shows the installer's part."""
    wanted = Settlement.objects.filter(work_order=order, status="active")
    stage.product.eventually(wanted.exists, "the settlement")
    slip = wanted.get()
    order.refresh_from_db()
    outlet, site = stage.people.installer.outlet, order.address
    assert order.distance_m == road_metres(outlet, site)
    materials = [
        (used.quantity_milli, used.material.unit_price_fen)
        for used in order.materials_used.select_related("material").order_by("pk")
    ]
    lines = expected(
        platform=platform, paid_fen=order.paid_fen, distance_m=order.distance_m,
        rain=platform == "youzan", materials=materials,
    )  # fmt: skip
    settled = {(line.party_role, line.code): line.amount_fen for line in slip.lines.all()}
    assert (settled, sum(settled.values())) == (lines, order.paid_fen)
    stage.phone.goto(stage.product.url(f"/m/earnings/{order.number}/"))
    total = money(gross_fen(lines))
    expect(stage.phone.locator("main")).to_contain_text(total, timeout=EARNED_MS)
    own = [fen for (party, _code), fen in lines.items() if party == "installer"]
    return Booked(order.paid_fen, own)


def seen_by_its_units(stage: Stage, order: WorkOrder, desk: Any) -> None:
    """The unit that sold it, the one that settles and the one that serves open it; nobody else."""
    people = stage.people
    parts = (order.sold_by.name, order.settled_by.name, order.served_by.name)
    assert parts == ("广州旗舰店", "浙江分公司", "湖州德清网点")
    for user, status in (
        (people.seller, 200), (people.settler, 200), (people.server, 200), (people.stranger, 404),
    ):  # fmt: skip
        page = desk(user)
        answer = page.goto(stage.product.url(f"/orders/{order.number}/"))
        assert answer.status == status, user.unit
        page.context.close()


def moved(boss: Page, product: Whole, paid_fen: int) -> None:
    """The boss's page, open since before the first order, shows the revenue after its next poll."""

    def shows() -> bool:
        boss.evaluate("htmx.trigger('#boss', 'live')")
        return boss.locator(".x-kpi-value").first.inner_text().strip() == money(paid_fen)

    product.eventually(shows, "the boss's revenue")


def locked(stage: Stage, desk: Any) -> None:
    """Finance computes the period, finds nothing against it, and locks it by typing its name."""
    page = desk(stage.people.finance)
    name = f"{clock.business_day():%Y-%m}"
    page.goto(stage.product.url(f"/settlement/runs/{name}/"))
    page.locator('form[action$="/start/"] button').click()
    expect(page.locator("#lock-form")).to_be_visible(timeout=60_000)
    page.locator("#lock-typed").fill(name)
    page.locator("#lock-form button").click()
    expect(page.locator("#lock-form")).to_have_count(0, timeout=30_000)
    period = period_called(name)
    assert period is not None
    assert (period.state, period.locked_by) == ("locked", stage.people.finance)


def printed(stage: Stage, desk: Any, booked: dict[str, Booked]) -> None:
    """The installer's PDF holds every order with what it brought."""
    page = desk(stage.people.finance)
    name = f"{clock.business_day():%Y-%m}"
    page.goto(stage.product.url(f"/settlement/runs/{name}/?q=李建国"))
    page.locator('a[href^="/settlement/statements/"]').first.click()
    pdf = page.locator('#statement-file a[href$="/file/"]')
    stage.product.eventually(lambda: page.reload() and pdf.count() == 1, "the PDF after the lock")
    with page.expect_download() as got:
        pdf.click()
    reader = PdfReader(got.value.path())
    text = "".join("".join(sheet.extract_text() for sheet in reader.pages).split())
    for number, part in booked.items():
        assert number in text
        for fen in part.lines:
            assert f"{fen / 100:,.2f}" in text
    total = sum(sum(part.lines) for part in booked.values())
    assert f"{total / 100:,.2f}" in text


def sound(product: Whole) -> None:
    """What must always be true is true in every company."""
    done = product.manage("check_invariants", "--all", "--json")
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["ok"]) == (0, True), done.stdout
