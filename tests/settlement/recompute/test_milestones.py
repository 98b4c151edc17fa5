"""Milestones go on as they stood when an order is computed again: each by its payee and code."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.models import Installer
from common import clock
from settlement.models import RecomputeRun, Release, Settlement
from settlement.services.parties import installer_party
from settlement.services.releasing import release_due
from tests.browsing import TenantClient
from tests.factories import InstallerFactory
from tests.settlement.company import Company, approve, hear, settled
from tests.settlement.milestones import WHOLE, body_with, broken, mine, part, published
from tests.settlement.recompute.cast import approved, dearer, proposed
from tests.settlement.test_crew import done, on_site
from workorders.services.crew import add_helper
from workorders.services.evidence import mark_step

TWO_WARRANTIES = [
    part("REL1", "completed", bp=7_000), part("REL2", "warranty", bp=2_000, days=30),
    part("REL3", "warranty", days=365),
]  # fmt: skip


@pytest.fixture
def wang(company: Company) -> Installer:
    return InstallerFactory(outlet=company.installer.outlet)


def active() -> Settlement:
    return Settlement.objects.get(status="active")


def standing() -> dict[str, tuple[date | None, bool]]:
    return {
        each.code: (each.due_on, each.released_at is not None)
        for each in active().releases.order_by("seq")
    }


def test_two_parts_of_one_stage_keep_what_was_paid_of_each(company: Company) -> None:
    published(TWO_WARRANTIES)
    first = settled(company)
    with clock.moved_to(clock.now() + timedelta(days=40)):
        assert release_due(on=clock.business_day()) == 1
        before = standing()
        paid = mine(company)[2]
        approved(
            company,
            proposed(company, dearer("10", components=body_with(TWO_WARRANTIES)["components"])),
        )
        assert standing() == before
        assert [paid for _due, paid in before.values()] == [True, True, False]
        pending, held, available = mine(company)
        assert (pending, held + available) == (0, active().gross_fen)
        assert available >= paid
        assert held == active().releases.get(code="REL3").amount_fen
    assert first.gross_fen == WHOLE < active().gross_fen
    assert broken() == []


def test_a_day_moved_by_hand_is_moved_for_that_person_alone(
    company: Company, wang: Installer
) -> None:
    published(TWO_WARRANTIES)
    order = on_site(company)
    add_helper(order_id=order.pk, installer=wang, actor=company.world.dispatcher)
    mark_step(order_id=order.pk, seq=1, actor=wang.user)
    settlement = done(order, company)
    of_li = settlement.releases.filter(payee=installer_party(company.installer), code="REL3")
    moved = settlement.done_on + timedelta(days=400)
    of_li.update(due_on=moved)
    approved(
        company, proposed(company, dearer("10", components=body_with(TWO_WARRANTIES)["components"]))
    )
    days = {
        (each.payee.installer_id, each.code): each.due_on
        for each in active().releases.exclude(due_on=None).select_related("payee")
    }
    month, year = (settlement.done_on + timedelta(days=each) for each in (30, 365))
    assert days == {
        (company.installer.pk, "REL2"): month, (company.installer.pk, "REL3"): moved,
        (wang.pk, "REL2"): month, (wang.pk, "REL3"): year,
    }  # fmt: skip
    assert broken() == []


def test_parts_without_a_code_go_on_in_their_order(company: Company) -> None:
    published(TWO_WARRANTIES)
    settled(company)
    with clock.moved_to(clock.now() + timedelta(days=40)):
        release_due(on=clock.business_day())
        before = standing()
        Release.objects.update(code="")
        approved(
            company,
            proposed(company, dearer("10", components=body_with(TWO_WARRANTIES)["components"])),
        )
        assert standing() == before
    assert broken() == []


def test_a_new_part_of_a_stage_that_was_reached_is_paid(company: Company) -> None:
    published([part("REL1", "completed", bp=7_000), part("REL2", "warranty", days=30)])
    approve(settled(company).work_order, company)
    hear()
    plan = [
        part("REL1", "completed", bp=7_000), part("REL2", "followed_up", bp=2_000),
        part("REL3", "warranty", days=30),
    ]  # fmt: skip
    rules = dearer("10", components=body_with(plan)["components"])
    approved(company, proposed(company, rules))
    assert [paid for _due, paid in standing().values()][:2] == [True, True]
    assert mine(company)[0] == 0
    assert broken() == []


def test_the_page_of_a_run_says_that_rules_change_when_money_comes(
    company: Company, client: TenantClient
) -> None:
    settled(company)
    client.force_login(company.finance)

    def shown(run: RecomputeRun) -> bool:
        page = reverse("settlement:recompute-detail", args=[run.pk])
        return bool(client.get(page).context["other_days"])

    assert not shown(proposed(company, dearer()))
    other = proposed(company, published(TWO_WARRANTIES))
    assert shown(other)
    page = client.get(reverse("settlement:recompute-detail", args=[other.pk]))
    assert "里程碑" in page.content.decode()
