"""Times on site and the region of a settled order are corrected by proposals, and money follows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.urls import reverse

from common import clock
from common.errors import Refused
from customers.models import Address
from network.models import Region
from settlement.models import JournalEntry, RecomputeRun, Settlement
from settlement.recompute.place import corrected_region
from settlement.recompute.running import approve_recompute
from settlement.recompute.times import corrected_visits
from settlement.services.settling import resettle_work_order
from tests.browsing import TenantClient
from tests.factories import RegionFactory
from tests.settlement.company import Company, hear, settled
from tests.settlement.recompute.cast import broken, work_off
from tests.settlement.statement_cast import locked
from workorders.services.site_facts import record_fact
from workorders.visits import Visit


def url(name: str, *args: Any) -> str:
    return reverse(f"settlement:{name}", args=args, urlconf="config.urls")


def china(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


def now_of(slip: Settlement) -> Settlement:
    return Settlement.objects.get(work_order=slip.work_order_id, status="active")


def fields_of(client: TenantClient, address: str) -> dict[str, str]:
    """What the form shows, as a browser would send it back."""
    form = client.get(address).context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def approved(company: Company) -> RecomputeRun:
    work_off()
    run = RecomputeRun.objects.latest("pk")
    approve_recompute(run_id=run.pk, actor=company.world.admin)
    work_off()
    run.refresh_from_db()
    return run


@pytest.fixture
def finance(company: Company, client: TenantClient) -> TenantClient:
    client.force_login(company.finance)
    return client


def test_a_corrected_visit_brings_its_night_work_into_the_open_period(
    company: Company, finance: TenantClient
) -> None:
    slip = settled(company)
    period = locked(company.finance)
    address = url("recompute-visits", slip.pk)
    typed = fields_of(finance, address) | {
        "from_1": "2026-11-02T22:10", "to_1": "2026-11-02T23:40", "source": "客户来电",
        "reason": "到场时间记错",
    }  # fmt: skip
    assert finance.post(address, typed).status_code == 302
    run = approved(company)
    now = now_of(slip)
    assert (now.facts["work_min"], now.facts["night"]) == (90, True)
    assert now.lines.get(code="NIGHT").amount_fen > 0
    assert now.gross_fen > slip.gross_fen
    entry = JournalEntry.objects.get(kind="difference")
    assert entry.corrects.period == period
    assert entry.period.state == "open"
    assert run.asked["value"] == "11-02 22:10–23:40"
    assert now.work_order.timeline.filter(code="visits_corrected").count() == 1
    hear()
    resettle_work_order(order_id=now.work_order_id)
    assert now_of(slip) == now  # what phones recorded does not take it away again
    assert broken() == []


def test_night_work_recorded_later_counts_also_with_corrected_visits(
    company: Company, finance: TenantClient
) -> None:
    slip = settled(company)
    address = url("recompute-visits", slip.pk)
    typed = fields_of(finance, address) | {
        "from_1": "2026-11-02T22:10", "to_1": "2026-11-02T23:40", "source": "客户来电",
        "reason": "到场时间记错",
    }  # fmt: skip
    assert finance.post(address, typed).status_code == 302
    approved(company)
    record_fact(
        order_id=slip.work_order_id, kind="night", value="no", source="调度", actor=None,
        observed_at=clock.now(),
    )  # fmt: skip
    hear()
    now = now_of(slip)
    assert (now.facts["night"], now.facts["work_min"]) == (False, 90)


def test_what_nobody_touched_is_no_difference(company: Company, finance: TenantClient) -> None:
    slip = settled(company)
    address = url("recompute-visits", slip.pk)
    typed = fields_of(finance, address) | {"source": "核对", "reason": "核对"}
    assert finance.post(address, typed).status_code == 302
    work_off()
    assert not RecomputeRun.objects.get().differences.exists()


def test_a_missing_visit_is_added_and_one_that_was_none_is_emptied(
    company: Company, finance: TenantClient
) -> None:
    slip = settled(company)
    address = url("recompute-visits", slip.pk)
    typed = fields_of(finance, address) | {
        "from_1": "", "to_1": "", "from_0": "2026-11-01T09:00", "to_0": "2026-11-01T10:00",
        "source": "门卫登记", "reason": "补登",
    }  # fmt: skip
    assert finance.post(address, typed).status_code == 302
    assert RecomputeRun.objects.get().asked["facts"]["work_min"] == 60


def test_a_second_correction_begins_with_what_the_first_one_found(
    company: Company, finance: TenantClient
) -> None:
    slip = settled(company)
    first = {
        "from_1": "2026-11-02T22:10",
        "to_1": "2026-11-02T23:40",
        "source": "电话",
        "reason": "记错",
    }
    address = url("recompute-visits", slip.pk)
    finance.post(address, fields_of(finance, address) | first)
    approved(company)
    again = fields_of(finance, url("recompute-visits", now_of(slip).pk))
    assert [again["from_1"], again["to_1"]] == [first["from_1"], first["to_1"]]


@pytest.mark.parametrize(
    "typed",
    [
        {"from_1": "2026-11-02T10:00", "to_1": ""},
        {"from_1": "", "to_1": ""},
        {"from_1": "2026-11-02T10:00", "to_1": "2026-11-02T09:00"},
        {"from_1": "2026-11-01T08:00", "to_1": "2026-11-02T09:00"},
        {"from_1": "2026-11-05T08:00", "to_1": "2026-11-05T09:00"},
        {"from_1": "2026-08-05T08:00", "to_1": "2026-08-05T09:00"},
        {"from_1": "0001-01-01T00:00", "to_1": "0001-01-01T00:01"},
        {"from_1": "x", "to_1": "2026-11-02T09:00"},
        {"source": " "},
        {"reason": ""},
    ],
)
def test_times_that_cannot_be_come_back_with_the_form(
    typed: dict[str, str], company: Company, finance: TenantClient
) -> None:
    slip = settled(company)
    address = url("recompute-visits", slip.pk)
    good = {"from_1": "2026-11-02T10:00", "to_1": "2026-11-02T11:00", "source": "客户",
            "reason": "记错"}  # fmt: skip
    answer = finance.post(address, fields_of(finance, address) | good | typed)
    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert not RecomputeRun.objects.exists()


def test_one_person_is_not_on_site_twice_at_once(company: Company) -> None:
    slip = settled(company)
    twice = [
        Visit(slip.installer_id, china("2026-11-02T10:00"), china("2026-11-02T12:00")),
        Visit(slip.installer_id, china("2026-11-02T11:00"), china("2026-11-02T13:00")),
    ]
    with pytest.raises(Refused) as refused:
        corrected_visits(slip, visits=twice, source="客户")
    assert refused.value.code == "visits.overlap"


@pytest.fixture
def other(company: Company) -> Region:
    """Another city of the same province, in a lower level than where orders are settled."""
    made: Region = RegionFactory(
        parent=company.world.hangzhou.parent, code="ZJ-JH", name="金华", level=Region.Level.CITY,
        city_level="C4",
    )  # fmt: skip
    return made


def test_a_corrected_region_changes_level_and_city_and_is_kept_on_the_order(
    company: Company, finance: TenantClient, other: Region
) -> None:
    slip = settled(company)
    branch = slip.work_order.settled_by
    address = url("recompute-region", slip.pk)
    answer = finance.post(address, {"region": other.pk, "source": "地图", "reason": "定位到隔壁市"})
    assert answer.status_code == 302
    run = approved(company)
    now = now_of(slip)
    assert (now.facts["city"], now.facts["city_level"]) == (other.code, "C4")
    assert now.facts["region_path"][-1] == other.code
    assert (run.differences.exists(), now.gross_fen != slip.gross_fen) == (True, True)
    order = now.work_order
    assert (order.site_region, order.settled_by) == (other, branch)
    assert order.timeline.filter(code="region_corrected").count() == 1
    hear()
    resettle_work_order(order_id=order.pk)
    assert now_of(slip) == now
    assert broken() == []


def test_the_region_that_counts_already_is_no_correction(company: Company) -> None:
    slip = settled(company)
    with pytest.raises(Refused) as refused:
        corrected_region(slip, region=slip.work_order.site_region, source="地图")
    assert refused.value.code == "region.same"


def test_an_address_located_anew_offers_the_correction_with_its_region(
    company: Company, finance: TenantClient, other: Region
) -> None:
    slip = settled(company)
    address = url("recompute-region", slip.pk)
    page = url("slip-detail", slip.pk)
    order_page = reverse("workorders:order-detail", args=[slip.work_order.number])
    assert "已重新定位" not in finance.get(page).content.decode()
    Address.objects.filter(pk=slip.work_order.address_id).update(region=other)
    for shown in (page, order_page):
        words = finance.get(shown).content.decode()
        assert "已重新定位到金华" in words
        assert f'<a href="{address}">' in words
    assert finance.get(address).context["form"]["region"].value() == other.pk
    finance.force_login(company.manager)
    assert f'href="{address}"' not in finance.get(page).content.decode()
