"""Asking a colleague for help from a visit, without a network at first; and what comes of it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from accounts.models import InstallerSkill, Skill
from dispatch.models import HelpRequest
from tests.e2e import visits
from tests.factories import InstallerFactory
from workorders.models import CrewMember
from workorders.services.progress import take_transition

pytestmark = pytest.mark.browser


@pytest.fixture
def colleague(world):
    """Somebody of the same outlet who lives next door to the site and knows the trade."""
    made = InstallerFactory(
        outlet=world.installer.outlet,
        home_lon="120.130000",
        home_lat="30.284100",
        user__display_name="周师傅",
        user__phone="13812340099",
    )
    skill, _made = Skill.objects.get_or_create(code="AC", defaults={"name": "空调"})
    InstallerSkill.objects.create(installer=made, skill=skill, rank=3)
    yield made
    made.is_active = False
    made.save()


def sent(page: Page) -> None:
    page.evaluate("window.kuaquOutbox.flush()")
    expect(page.locator("#x-strip")).to_be_hidden(timeout=20_000)


def test_help_asked_for_without_a_network_reaches_a_colleague_who_comes(
    product, world, phone, axe, colleague
):
    order = visits.accepted_order(world, world.installer, 1)
    take_transition(order_id=order.pk, key="set_out", actor=world.installer.user)
    asks, comes = phone(world.installer.user), phone(colleague.user)
    asks.goto(product.url(f"/m/today/{order.number}/"))
    asks.locator("#x-help > summary").click()
    choice = asks.locator("#x-help-people").get_by_text("周师傅")
    expect(choice).to_be_visible()
    expect(asks.locator("#x-help-people")).to_contain_text("138****0099")
    looked = []
    asks.on("request", lambda each: looked.append(each.url) if "/people/" in each.url else None)
    asks.locator("#x-help > summary").click()
    with asks.expect_response("**/people/"):
        asks.locator("#x-help > summary").click()
    assert len(looked) == 1
    asks.locator(f"#help-call-{colleague.pk} button").click()
    expect(asks.locator(f"#help-call-{colleague.pk} a")).to_have_attribute(
        "href", "tel:13812340099"
    )
    axe(asks)
    choice.click()
    asks.locator("#help-reason").select_option("lifting")
    asks.locator("#help-note").fill("室外机太重")
    asks.context.set_offline(True)
    asks.locator("#x-help form[data-label] > .btn-primary").click()
    expect(asks.locator("#x-help > [data-kept]")).to_be_visible()
    assert not HelpRequest.objects.filter(work_order=order).exists()
    asks.context.set_offline(False)
    sent(asks)
    expect(asks.locator("#x-help-state")).to_contain_text("周师傅")

    comes.goto(product.url("/m/today/"))
    expect(comes.locator("#x-help-wanted")).to_contain_text("室外机太重")
    axe(comes)
    comes.locator("#x-help-wanted .btn-primary").click()
    comes.wait_for_url(f"**/m/today/{order.number}/")
    assert CrewMember.objects.get(work_order=order, left_at=None).installer == colleague
    asked = HelpRequest.objects.get(work_order=order)
    assert (asked.state, asked.note) == (HelpRequest.State.ACCEPTED, "室外机太重")
    asks.evaluate("window.htmx.trigger('#x-help-state', 'live')")
    expect(asks.locator("#x-help-state .x-tag-brand")).to_be_visible()
