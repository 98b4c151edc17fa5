"""The oldest browser the phone is for opens its pages and sends what it kept without a network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e import visits
from tests.e2e.conftest import session_cookies
from tests.e2e.heavy import heavy_order
from tests.e2e.old_chromium import OldPage, old_page, program
from tests.workorders.walking import arrive
from tests.workorders.world import open_order, photo, shop_order
from workorders.models import Evidence

pytestmark = pytest.mark.browser
LOADED = """(one) => Array.from(document.scripts).some((script) => script.src === one.href)
  && performance.getEntriesByName(one.href).length"""


@pytest.fixture
def old(tmp_path: Path, company: Any) -> Iterator[OldPage]:
    """A page of Chromium 80 whose scripts may not fail."""
    browser = program()
    if browser is None:
        pytest.skip("Chromium 80 comes from the npm registry, which cannot be reached from here")
    with old_page(browser, tmp_path) as page:
        assert "80.0." in page.ask("Browser.getVersion")["product"]
        yield page
        assert page.faults == []


def test_the_four_pages_of_the_phone_open_in_chromium_80_without_a_fault(product, world, old):
    order = visits.accepted_order(world, world.installer, 1)
    cookies = session_cookies(world.installer.user)
    for path in ("/m/today/", f"/m/today/{order.number}/", "/m/pool/", "/m/earnings/", "/m/me/"):
        old.open(product.url(path), **cookies)
        assert old.run("location.pathname") == path
        assert old.run("document.querySelectorAll('h1').length") == 1, path
        assert old.run("document.documentElement.scrollWidth <= innerWidth"), path


def test_form_branch_code_and_charges_run_in_chromium_80_without_a_fault(product, world, old):
    order = heavy_order(world)
    old.open(product.url(f"/m/today/{order.number}/"), **session_cookies(order.installer.user))
    old.until(f"Array.from(document.querySelectorAll('link[rel=x-later]')).every({LOADED})")
    for part in ("form", "branch", "acceptance", "signature"):
        place = old.run(f"document.querySelector('[data-part={part}]').dataset.page")
        old.run(f"location.hash = '#p{place}'")
        old.until(f"document.querySelector('[data-part={part}]').offsetHeight > 0")
        assert old.run("document.documentElement.scrollWidth <= innerWidth"), part
    old.run("document.querySelector('[data-part=form] [value=part]').click()")
    old.run("document.querySelector('[data-part=acceptance] [name=code]').focus()")
    aside = "document.querySelector('#x-charges')"
    old.run("Array.from(document.querySelectorAll('details')).forEach(d => { d.open = true; })")
    assert old.run(f"{aside}.textContent.includes('¥123.00')")


def test_a_script_that_fails_in_chromium_80_is_noticed(product, old):
    old.open(product.url("/sign-in/"))
    old.run("new Promise((go) => { setTimeout(() => { setTimeout(go); null ?? missing; }); })")
    assert "missing" in old.faults.pop()


def test_a_photo_taken_without_a_network_is_sent_by_chromium_80_once_it_is_back(
    product, world, old, tmp_path
):
    order = arrive(open_order(world, shop_order(number="E-visit-80", buyer_ref="b-80")), world)
    picture = tmp_path / "a.jpg"
    picture.write_bytes(photo(33).read())
    old.open(product.url(f"/m/today/{order.number}/"), **session_cookies(world.installer.user))
    old.until("window.kuaquPhoto")
    old.offline(state=True)
    old.choose_file("[data-part=photos] form[data-photo] input[type=file]", picture)
    old.until("document.querySelector('#x-waiting-list li')")
    assert not Evidence.objects.filter(work_order=order).exists()
    old.offline(state=False)
    old.run("window.kuaquOutbox.flush()")
    old.until("document.querySelector('#x-strip').hidden")
    assert Evidence.objects.get(work_order=order).kind == "photo"
