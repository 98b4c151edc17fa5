"""A region's values on their way to a version in real browsers: replayed, submitted, approved."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from accounts.roles import Role
from settlement.models import RuleSetVersion, Settlement
from settlement.services.publishing import publish_rules
from tests.factories import UserFactory
from tests.settlement.company import preset
from tests.workorders import walking
from tests.workorders.world import open_order, shop_order

pytestmark = pytest.mark.browser


def test_a_proposal_is_replayed_submitted_approved_and_published(product, world, desk, axe):
    first = publish_rules(key="proof", industry="家电", body=preset(), actor=None).version
    walking.complete(
        open_order(world, shop_order(number="E-PROOF-1", buyer_ref="buyer-proof")), world
    )
    product.drain()
    manager = UserFactory(role=Role.REGION_MANAGER, unit=world.east)
    finance = UserFactory(role=Role.FINANCE, unit=world.hq)

    page = desk(manager)
    values = f"/settlement/rules/sets/{first.rule_set_id}/regions/{world.hangzhou.pk}/"
    page.goto(product.url(values))
    page.get_by_label("空调", exact=True).fill("1_03")
    page.locator(".x-save-bar button").click()
    expect(page.locator(".x-wrong")).to_have_count(1)
    page.get_by_label("空调", exact=True).fill("103.00")
    page.locator(".x-save-bar button").click()
    expect(page.locator("tr[data-changed]")).to_have_count(1)
    axe(page)
    page.locator("#region-values header a.btn").click()
    proposal = page.url
    page.locator("#replay-card button").click()
    page.wait_for_url("**/replays/**")
    product.drain()
    page.reload()
    # Other tests of this company may have settled jobs too: all of them are replayed.
    jobs = Settlement.objects.filter(status="active").count()
    expect(page.locator(".x-kpi-note").nth(1)).to_contain_text(str(jobs))
    axe(page)
    page.locator("[id^=replayed-] a").first.click()
    expect(page.locator(".x-pairs tr[data-changed]").first).to_contain_text(world.hangzhou.name)
    axe(page)
    page.goto(proposal)
    axe(page)
    page.locator("#submit-form button").click()
    expect(page.locator("#decide")).to_be_visible()
    expect(page.locator("#decide textarea")).to_have_count(0)

    other = desk(finance)
    other.goto(proposal)
    other.locator("#id_reason").fill("杭州用工成本上涨")
    for gap in other.locator("input[name=uncovered]").all():
        gap.check()
    axe(other)
    other.locator("#decide .btn-primary").click()
    other.wait_for_url(re.compile(r"/settlement/rules/\d+/$"))
    version = RuleSetVersion.objects.latest("pk")
    assert (version.published_by, version.approved_by) == (manager, finance)
    assert version.body["overrides"] == {world.hangzhou.code: {"/grids/price/fen/空调": 10_300}}
    assert 1 <= version.checks["replay"]["changed"] <= jobs
