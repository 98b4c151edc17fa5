"""A part that comes days after a stage waits for the stage and then for its day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.translation import gettext

from common import clock
from settlement.earnings import earned_by
from settlement.engine.stages import delay_words
from settlement.releases.selectors import due_days, release_words
from settlement.rule_sheets import sheet_of
from settlement.services.releasing import release_due, release_milestone
from settlement.services.settling import reverse_settlement, settle_work_order
from tests.browsing import TenantClient
from tests.settlement.company import Company, approve, completed, hear, settled
from tests.settlement.milestones import WHOLE, broken, mine, part, published

HALF = WHOLE // 2


def test_days_after_completion_pass_before_the_part_is_paid(company: Company) -> None:
    published([part("REL1", "completed", bp=5_000, days=30), part("REL2", "completed")])
    settlement = settled(company)
    first = settlement.releases.get(code="REL1")
    due = settlement.done_on + timedelta(days=30)
    assert (first.due_on, first.released_at) == (due, None)
    assert mine(company) == (0, HALF, HALF)
    release_milestone(order_id=settlement.work_order_id, milestone="completed")
    assert release_due(on=due - timedelta(days=1)) == 0
    assert mine(company) == (0, HALF, HALF)
    assert broken() == []
    assert release_due(on=due) == 1
    assert mine(company) == (0, 0, WHOLE)
    assert broken() == []


def test_days_after_the_follow_up_begin_with_the_follow_up(company: Company) -> None:
    published([part("REL1", "completed", bp=5_000), part("REL2", "followed_up", days=365)])
    settlement = settled(company)
    last = settlement.releases.get(code="REL2")
    assert (last.due_on, mine(company)) == (None, (HALF, 0, HALF))
    assert due_days(company.installer) == []
    assert delay_words("followed_up", 365, gettext) in release_words(last)
    assert release_due(on=settlement.done_on + timedelta(days=365)) == 0
    with clock.moved_to(clock.now() + timedelta(days=10)):
        approve(settlement.work_order, company)
        hear()
        due = clock.business_day() + timedelta(days=365)
        last.refresh_from_db()
        assert (last.due_on, last.released_at) == (due, None)
        assert mine(company) == (0, HALF, HALF)
        assert release_milestone(order_id=settlement.work_order_id, milestone="followed_up") == []
        assert [(day.on, day.amount_fen) for day in due_days(company.installer)] == [(due, HALF)]
        earned = earned_by(settlement.work_order, company.installer)
        assert earned is not None
        assert [(each.state, each.note) for each in earned.parts] == [
            ("done", "REL1款 50%"), ("", "REL2款 50%"),
        ]  # fmt: skip
        assert broken() == []
    assert release_due(on=due - timedelta(days=1)) == 0
    assert release_due(on=due) == 1
    assert mine(company) == (0, 0, WHOLE)
    reverse_settlement(order_id=settlement.work_order_id, reason="test")
    assert mine(company) == (0, 0, 0)


def test_an_order_settled_late_counts_its_days_from_the_follow_up(company: Company) -> None:
    published([part("REL1", "completed", bp=5_000), part("REL2", "followed_up", days=20)])
    order = approve(completed(company), company)
    for later, held in ((5, HALF), (21, 0)):
        with clock.moved_to(order.stage_since + timedelta(days=later)):
            settlement = settle_work_order(order_id=order.pk)
            assert settlement is not None
            due = clock.business_day(order.stage_since) + timedelta(days=20)
            assert settlement.releases.get(code="REL2").due_on == due
            assert mine(company) == (0, held, WHOLE - held)
            reverse_settlement(order_id=order.pk, reason="test")
    assert broken() == []


def test_the_slip_and_the_rules_say_when_a_part_comes(
    company: Company, client: TenantClient
) -> None:
    version = published(
        [part("REL1", "completed", bp=5_000, days=30), part("REL2", "followed_up", days=365)]
    )
    settlement = settled(company)
    client.force_login(company.world.admin)
    address = reverse("settlement:slip-detail", args=[settlement.pk], urlconf="config.urls")
    page = client.get(address, headers={"Accept-Language": "en"}).content.decode()
    assert "365" in page
    assert "365" in str(sheet_of(version))


@pytest.mark.parametrize(
    ("stage", "words"),
    [("completed", "7 days after completion"), ("warranty", "7 days after completion"),
     ("followed_up", "7 days after “follow-up passed”"), ("试运行", "7 days after “试运行”")],
)  # fmt: skip
def test_days_are_told_with_what_they_follow(stage: str, words: str) -> None:
    assert delay_words(stage, 7, str) == words
