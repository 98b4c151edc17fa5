"""The settings of how orders are given in a browser: readable to everybody, on the desk's width."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page

from accounts.models import Skill
from dispatch.models import AssignmentRule, AssignmentSeason
from dispatch.ways.keeping import save_rule
from dispatch.ways.running import begin_run
from dispatch.ways.steps import Step
from network.models import ServiceTerritory
from tests.dispatch.town import person, waiting

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("WAY_PICTURES", "")


def shoot(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def test_the_rules_their_form_and_the_board_are_readable(world, desk, product, axe):
    ServiceTerritory.objects.get_or_create(outlet=world.suzhou, region=world.hangzhou)
    Skill.objects.get_or_create(code="AC", defaults={"name": "空调"})
    desk_page = desk(world.admin)
    desk_page.goto(product.url("/dispatch/rules/"))
    shoot(desk_page, "rules-none")
    rule = save_rule(
        rule=AssignmentRule(name="最近网点优先", region=world.hangzhou, share_pct=100),
        steps=[Step("offer", "outlet", 10), Step("offer", "all", 15)],
        actor=world.admin,
    )
    AssignmentSeason.objects.create(
        rule=rule,
        name="双11",
        starts_on=date(2026, 11, 1),
        ends_on=date(2026, 11, 12),
        share_pct=90,
    )
    person(world, km=2)
    order = waiting(world)
    begin_run(order_id=order.pk)
    for path, name in (
        ("/dispatch/rules/", "rules"),
        (f"/dispatch/rules/{rule.pk}/", "rule"),
        ("/dispatch/rules/pool/", "pool-rule"),
        (f"/dispatch/?order={order.number}", "board"),
        (f"/orders/{order.number}/", "order"),
    ):
        desk_page.goto(product.url(path))
        shoot(desk_page, name)
        axe(desk_page)
