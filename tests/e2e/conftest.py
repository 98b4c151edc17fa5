"""Fixtures for tests through a real browser and a real web server.

- `product` (session): the web server on a clone of its own; `product.url("/m/today/")`,
  `product.drain()` runs the outbox.
- `company`: the tenant `alpha`; inside the test this process's queries go to the product's
  database and commit, so make your own people and orders and expect those of other tests.
- `world`: people, units and items of `tests.workorders.world`, made once a session.
- `phone`: a function that opens a browser of its own at 390×844 with touch, signed in as a user:
  `page = phone(user)`, or with nobody signed in: `phone(None)`; `desk(user)` does the same at
  1440×900. Faults of a page's scripts and of its content security policy fail the test.
- `axe`: `axe(page)` asserts that the page has no accessibility violation; `fits(page, name)` that
  it also suits a hand.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.utils.crypto import get_random_string
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.models import Installer, User
from tenants.host_lookup import forget_hosts
from tenants.models import Tenant
from tests import cast, databases
from tests.e2e.fitting import fitting
from tests.e2e.product import Product, at_company, running_product
from tests.workorders.world import World, make_world

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1440, "height": 900}}
# Colours halfway through a drawer's opening are nobody's to read.
SETTLED = """() => Promise.all(document.getAnimations()
  .filter((one) => one.effect && one.effect.getComputedTiming().endTime !== Infinity)
  .map((one) => one.finished.catch(() => null))).then(() => null)"""
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]

Open = Callable[[User | None], Page]

# Two processes of these share two cores; what is not there by then is not coming.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium; every company's host leads to this machine."""
    return browser_type_launch_args | {
        "executable_path": "/usr/bin/chromium",
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--host-resolver-rules=MAP *.localhost 127.0.0.1",
        ],
    }


@pytest.fixture(scope="session")
def product(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[Product]:
    """The running product."""
    # The browser's driver keeps an event loop in this thread; our queries beside it are safe.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with django_db_blocker.unblock(), running_product(tmp_path_factory.mktemp("product")) as one:
        yield one


@pytest.fixture
def company(product: Product, django_db_blocker: Any) -> Iterator[Tenant]:
    """The company `alpha` on the product's database, for real."""
    cache.clear()
    forget_hosts()
    with django_db_blocker.unblock():
        databases.use(product.database)
        tenant = Tenant.objects.select_related("plan").get(schema_name=cast.ALPHA.schema)
        with at_company(product, tenant):
            yield tenant


@pytest.fixture(scope="session")
def worlds() -> dict[str, World]:
    """The company's people and items, made once for all tests."""
    return {}


@pytest.fixture
def world(company: Tenant, worlds: dict[str, World]) -> World:
    """The units, people and items of `tests.workorders.world` in the running product."""
    if not worlds:
        worlds["alpha"] = make_world()
    return worlds["alpha"]


@pytest.fixture
def nobody_else(world: World) -> Iterator[None]:
    """Nobody at work but whom the test brings; afterwards all who were before, and only they."""
    before = list(Installer.objects.filter(is_active=True).values_list("pk", flat=True))
    Installer.objects.update(is_active=False)
    yield
    Installer.objects.update(is_active=False)
    Installer.objects.filter(pk__in=before).update(is_active=True)


@pytest.fixture
def opened(browser: Browser) -> Iterator[list[BrowserContext]]:
    """The browsers of a test, closed at its end."""
    contexts: list[BrowserContext] = []
    yield contexts
    for context in contexts:
        context.close()


@pytest.fixture
def phone(
    browser: Browser, product: Product, company: Tenant, opened: list[BrowserContext]
) -> Iterator[Open]:
    """Open a phone for a user."""
    yield from _opener(browser, product, opened, PHONE)


@pytest.fixture
def desk(
    browser: Browser, product: Product, company: Tenant, opened: list[BrowserContext]
) -> Iterator[Open]:
    """Open a desk for a user."""
    yield from _opener(browser, product, opened, DESK)


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Assert that a page has no accessibility violation."""
    tool = Axe()

    def check(page: Page) -> None:
        page.evaluate(SETTLED)
        found = tool.run(page, options={"runOnly": {"type": "tag", "values": AXE_RULES}})
        assert found.violations_count == 0, found.generate_report()

    return check


@pytest.fixture
def fits(axe: Callable[[Page], None]) -> Callable[[Page, str], None]:
    """Assert that a page is accessible, has big targets and does not scroll sideways."""
    return fitting(axe)


def session_cookies(user: User) -> dict[str, str]:
    """Make a session of a user, as the sign-in form would; return the browser's cookies."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    # With the secret against forged forms, as signing in leaves it: without, the first two pages
    # a browser asks for at once would each be given another, and the forms of one be refused.
    return {"sid": str(session.session_key), "csrftoken": get_random_string(32)}


def sign_in(context: BrowserContext, product: Product, user: User) -> None:
    """Give a browser the session of a user."""
    cookies = session_cookies(user).items()
    context.add_cookies(
        [{"name": name, "value": value, "url": product.url("/")} for name, value in cookies]
    )


def _opener(
    browser: Browser, product: Product, opened: list[BrowserContext], shape: dict[str, Any]
) -> Iterator[Open]:
    faults: list[str] = []

    def open_for(user: User | None) -> Page:
        context = browser.new_context(**shape)
        opened.append(context)
        if user is not None:
            sign_in(context, product, user)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if "Policy" in line.text else None)
        return page

    yield open_for
    assert faults == []
