"""No page of the phone, of work orders at the desk or of their customers has an accessibility fault.

Each row of the permission matrix that answers a page there is opened by somebody who may, with the
matrix's own objects, in the second company of the running product.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, Page

from accounts.roles import Role
from tenants.models import Tenant
from tests import cast, databases
from tests.architecture.doors import may_open, rows_of_company, said, url_of
from tests.architecture.matrix_world import Matrix, make_matrix, number_on
from tests.e2e.conftest import AXE_RULES, DESK, PHONE, session_cookies
from tests.e2e.product import Product, at_company

pytestmark = pytest.mark.browser

OF_CUSTOMERS = ("repair/", "report/", "agree/", "answer/", "s/", "code/")
OF_PHONE = ("m/", "me/")
OF_DESK = ("orders/", "dispatch/help/")
_NO_PAGE = (".csv", ".pdf", ".js", "photo/", "evidence/<int:pk>/", "request-photos/<int:pk>/",
            "examples/<int:pk>/")  # fmt: skip


def pages(prefixes: tuple[str, ...]) -> list[tuple[str, dict[str, Any]]]:
    """The rows that answer a page under some addresses."""
    return [
        (route, row)
        for route, row in rows_of_company()
        if route.startswith(prefixes) and not route.endswith(_NO_PAGE) and "get" in row
    ]


@pytest.fixture(scope="module")
def matrix(product: Product, django_db_blocker: Any) -> Iterator[Matrix]:
    """The matrix's people and objects in the second company."""
    with django_db_blocker.unblock():
        databases.use(product.database)
        tenant = Tenant.objects.select_related("plan").get(schema_name=cast.BETA.schema)
        with at_company(product, tenant):
            # A connection that is saved must be allowed; nobody answers there.
            allowed, settings.EGRESS_ALLOW = settings.EGRESS_ALLOW, ["127.0.0.1:9"]
            number_on()
            yield make_matrix()
            settings.EGRESS_ALLOW = allowed


def opened_by(browser: Browser, product: Product, user: Any, shape: dict[str, Any]) -> Page:
    """A browser of the user's at the second company; nobody's with None."""
    context = browser.new_context(**shape)
    address = product.url("/", cast.BETA)
    if user is not None:
        cookies = session_cookies(user).items()
        context.add_cookies([{"name": n, "value": v, "url": address} for n, v in cookies])
    return context.new_page()


def faults(
    browser: Browser, product: Product, matrix: Matrix, prefixes: tuple[str, ...], role: str | None
) -> tuple[int, dict[str, list[str]]]:
    """How many pages were opened, and by address what axe found there."""
    shape = PHONE if role in (None, Role.INSTALLER) else DESK
    page = opened_by(browser, product, matrix.near[role] if role else None, shape)
    tool, seen, found = Axe(), 0, {}
    for route, row in pages(prefixes):
        if role is None and row["may"] != "open":
            continue
        if role is not None and not (may_open(row, role) and said(row, "get", role) == 200):
            continue
        url = url_of(route, row, matrix.objects)
        answer = page.goto(product.url(url, cast.BETA))
        assert answer is not None
        if "<!doctype" not in answer.text()[:200].lower():
            continue  # a part of a page
        seen += 1
        options = {"runOnly": {"type": "tag", "values": AXE_RULES}}
        report = tool.run(page, options=options).response
        wrong = [
            f"{each['id']}: {node['target']} {node['html'][:160]}"
            for each in report["violations"]
            for node in each["nodes"]
        ]
        if answer.status != 200:
            wrong.append(f"status {answer.status}")
        if wrong:
            found[url] = wrong
    page.context.close()
    return seen, found


def test_no_page_of_the_phone_has_an_accessibility_fault(browser, product, matrix):
    seen, found = faults(browser, product, matrix, OF_PHONE, Role.INSTALLER)
    assert found == {}
    assert seen >= 10


def test_no_page_of_work_orders_has_an_accessibility_fault(browser, product, matrix):
    seen, found = faults(browser, product, matrix, OF_DESK, Role.HQ_ADMIN)
    assert found == {}
    assert seen >= 25


def test_no_page_of_customers_has_an_accessibility_fault(browser, product, matrix):
    seen, found = faults(browser, product, matrix, OF_CUSTOMERS, None)
    assert found == {}
    assert seen >= 6
