"""The roll-up is compared at night and made anew only where it is not what the ledger has."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.nights import hour_of_night, is_hour_of_night
from common.outbox.events import jobs
from common.outbox.schedule import slot_of
from dashboards.handlers import check_every_night
from dashboards.models import RevenueRollup, RollupApplied
from tests.dashboards.hearing import hear, settled


def cells():
    return list(RevenueRollup.objects.order_by("pk").values_list("pk", "revenue_fen"))


def test_a_roll_up_that_is_right_is_neither_locked_nor_written(company):
    settled(company)
    before, applied = cells(), list(RollupApplied.objects.values_list("pk", flat=True))
    with CaptureQueriesContext(connection) as seen:
        check_every_night()
        hear()
    said = " ".join(each["sql"] for each in seen.captured_queries)
    assert "LOCK TABLE" not in said
    for table in (RevenueRollup._meta.db_table, RollupApplied._meta.db_table):
        assert all(f'{words} "{table}"' not in said for words in ("UPDATE", "INTO", "DELETE FROM"))
    assert (cells(), list(RollupApplied.objects.values_list("pk", flat=True))) == (before, applied)


def test_a_roll_up_that_is_wrong_is_made_anew_and_told(company, caplog):
    settled(company)
    right = RevenueRollup.objects.get().revenue_fen
    RevenueRollup.objects.update(revenue_fen=right + 5)
    check_every_night()
    hear()
    assert RevenueRollup.objects.get().revenue_fen == right
    assert "off by 5 fen in 1 cells" in caplog.text


def test_every_company_has_one_hour_of_the_chinese_night_and_they_are_spread():
    hours = Counter(hour_of_night(f"t_{n}") for n in range(400))
    assert set(hours) == {1, 2, 3, 4}
    assert min(hours.values()) > 50


@pytest.mark.django_db
def test_the_job_is_wanted_in_that_hour_alone(tenant, monkeypatch):
    job = next(each for each in jobs() if each.name == "dashboards.rebuild")
    mine = hour_of_night(tenant.schema_name)
    wanted = []
    for hour in range(24):
        at = datetime(2026, 11, 2, hour, 20, tzinfo=UTC)
        monkeypatch.setattr("common.clock.wall_now", lambda at=at: at)
        assert slot_of(job, at).hour == hour
        if job.when():
            wanted.append((hour + 8) % 24)
    assert wanted == [mine]
    assert job.when is is_hour_of_night
