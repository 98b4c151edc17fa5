"""The phone pages fit a hand: readable by everyone, big targets, light, no sideways scrolling."""

from __future__ import annotations

import gzip
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Response, expect

from common.static_files import slimmed
from tests.e2e import visits
from tests.e2e.heavy import heavy_order
from tests.factories import InstallerFactory

pytestmark = pytest.mark.browser
MOST_BYTES = 80 * 1024


def weight(answer: Response) -> int:
    """Bytes of an answer as production sends it: scripts and styles slimmed, all compressed."""
    name = urlsplit(answer.url).path.removeprefix("/static/")
    return len(gzip.compress(slimmed(name, answer.body()), 6))


def test_every_part_of_a_visit_fits_a_hand(product, world, phone, fits):
    order = visits.fresh_order(world)
    order.address.note = "地下车库限高 2.1 米，需登记"
    order.address.save()
    page = phone(world.installer.user)
    page.goto(product.url("/m/today/"))
    fits(page, "today-fresh")
    page.goto(product.url(f"/m/today/{order.number}/"))
    for part in ("accept", "go", "arrive", "steps", "photos", "materials", "signature"):
        visits.at(page, part)
        fits(page, f"visit-{part}")
        visits.do(page, part)
    visits.at(page, "complete")
    fits(page, "visit-complete")
    for aside in page.locator(".x-aside:visible > summary").all():
        aside.click()
    for way in page.locator(".x-aside:visible .x-more > summary").all():
        way.click()
    fits(page, "visit-not-to-plan")
    with page.expect_navigation():
        visits.press(page)
    fits(page, "visit-done")


def test_the_day_fits_a_hand_when_it_is_full_and_when_it_is_empty(product, world, phone, fits):
    idle = phone(InstallerFactory(outlet=world.suzhou).user)
    idle.goto(product.url("/m/today/"))
    fits(idle, "today-empty")
    me = InstallerFactory(outlet=world.suzhou)
    for hours in (1, 3):
        visits.accepted_order(world, me, hours)
    lost = visits.accepted_order(world, me, 5)
    page = phone(me.user)
    page.goto(product.url("/m/today/"))
    page.locator(".x-next [hx-post]").click()
    expect(page.locator('.x-next a[href^="tel:"]')).to_have_attribute("href", "tel:13712345678")
    fits(page, "today-next")
    visits.end_by_shop(lost)
    expect(page.locator(".x-told")).to_contain_text(visits.REFUND, timeout=15_000)
    fits(page, "today-lost")
    page.goto(product.url(f"/m/today/{lost.number}/"))
    fits(page, "visit-lost")


def test_an_open_visit_says_at_once_that_it_was_cancelled(product, world, phone):
    order = visits.fresh_order(world)
    page = phone(world.installer.user)
    page.goto(product.url(f"/m/today/{order.number}/"))
    visits.at(page, "accept")
    visits.end_by_shop(order)
    page.evaluate("window.htmx.trigger('#x-news', 'live')")
    expect(page.locator("#x-news")).to_contain_text(visits.REFUND)


def weights(page: Page, address: str) -> dict[str, int]:
    """Open a page and return what each of its parts weighs, also what comes for its last parts."""
    answers: dict[str, Response] = {}

    def note(answer: Response) -> None:
        # Only the day's visits, and what the worker keeps, are fetched beside the page.
        if answer.request.resource_type not in ("fetch", "xhr"):
            answers.setdefault(answer.url, answer)

    page.on("response", note)
    page.goto(address, wait_until="networkidle")
    later = page.eval_on_selector_all("link[rel=x-later]", "links => links.map((one) => one.href)")
    while not set(later) <= set(answers):
        page.wait_for_event("response")
    return {one.url: weight(one) for one in answers.values() if one.status == 200}


@pytest.mark.parametrize(
    "path", ["/m/today/", "/m/today/{number}/", "/m/pool/", "/m/earnings/", "/m/me/"]
)
def test_a_phone_page_weighs_less_than_80_kilobytes(product, world, phone, path):
    order = visits.fresh_order(world)
    page = phone(world.installer.user)
    found = weights(page, product.url(path.format(number=order.number)))
    assert len(found) > 5
    assert sum(found.values()) <= MOST_BYTES, heaviest(found)


def test_a_visit_with_form_branch_code_charges_and_question_weighs_no_more(product, world, phone):
    order = heavy_order(world)
    page = phone(order.installer.user)
    found = weights(page, product.url(f"/m/today/{order.number}/"))
    parts = page.eval_on_selector_all("[data-part]", "all => all.map((one) => one.dataset.part)")
    assert {"form", "branch", "acceptance"} <= set(parts)
    expect(page.locator("#x-charges")).to_contain_text("¥123.00")
    files = {urlsplit(url).path.rsplit("/", 1)[-1] for url in found}
    assert {"answers.js", "branch.js", "digits.js", "charges.js", "share.js"} <= files
    assert sum(found.values()) <= MOST_BYTES, heaviest(found)


def heaviest(found: dict[str, int]) -> list[tuple[int, str]]:
    return sorted((weight, url.split("/")[-1]) for url, weight in found.items())
