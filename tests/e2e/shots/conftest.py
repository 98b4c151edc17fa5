"""The demo as it is photographed, and browsers signed in to it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from common.machine.system_packages import ensure_picture_font
from config.demo.plan import PASSWORD
from tests.cast import Place
from tests.e2e.shots.camera import DEMO, EMPTY, HERE, Open
from tests.e2e.whole import Whole, running_whole

_FIRST_INSTALLER = """
from django_tenants.utils import schema_context
with schema_context("{schema}"):
    from accounts.models import User
    from network.models import OrgUnit
    from tests.factories import InstallerFactory, UnitFactory
    outlet = UnitFactory(name="第一网点", parent=OrgUnit.objects.get(kind=OrgUnit.Kind.HQ))
    one = InstallerFactory(outlet=outlet, user__username="shifu", user__display_name="陈师傅").user
    one.set_password("{password}")
    one.save()
"""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The browser itself in Chinese too: its dates, and what it says of a field left empty."""
    return browser_type_launch_args | {
        "args": [*browser_type_launch_args["args"], "--lang=zh-CN"],
        "env": {**os.environ, "LANGUAGE": "zh_CN"},
    }


@pytest.fixture(scope="session")
def demo(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Whole]:
    """The product with its demo companies and their first orders."""
    assert ensure_picture_font(), "apt-get install fonts-noto-cjk, or pictures show boxes"
    with (
        django_db_blocker.unblock(),
        running_whole(tmp_path_factory.mktemp("demo"), demo=True) as one,
    ):
        yield one


@pytest.fixture(scope="session")
def empty(demo: Whole) -> Whole:
    """The same product with a company that has just begun: an administrator and an installer."""
    slug = EMPTY.host.split(".", 1)[0]
    made = demo.manage("create_tenant", "空白家电服务", "--slug", slug, "--password", PASSWORD)
    assert made.returncode == 0, made.stderr
    code = _FIRST_INSTALLER.format(schema=EMPTY.schema, password=PASSWORD)
    hired = demo.manage("shell", "-c", code)
    assert hired.returncode == 0, hired.stderr
    return demo


@pytest.fixture
def opened(browser: Browser, demo: Whole) -> Iterator[Open]:
    """Open a browser of a shape, signed in as somebody of the demo company or of another."""
    contexts = []

    def open_as(username: str, shape: dict[str, Any], place: Place = DEMO) -> Page:
        context = browser.new_context(**shape, **HERE)
        contexts.append(context)
        page = context.new_page()
        page.goto(demo.url("/sign-in/", place))
        page.fill("#id_username", username)
        page.fill("#id_password", PASSWORD)
        page.locator("main form button.btn-primary").click()
        expect(page.locator("#id_password")).to_have_count(0)
        return page

    yield open_as
    for context in contexts:
        context.close()
