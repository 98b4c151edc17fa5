"""An order that is not settled is explained too: its estimate and its offer as known at a moment."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common import clock
from settlement.foreknown import foreknown
from settlement.models import Estimate
from tests.browsing import TenantClient
from tests.factories import InstallerFactory, UserFactory
from tests.settlement.company import Company, hear
from tests.settlement.quotations.test_taking import offer, typed
from tests.settlement.recompute.cast import dearer
from tests.workorders.walking import assign
from tests.workorders.world import open_order
from workorders.models import SiteFact, WorkOrder


def assigned(company: Company) -> WorkOrder:
    order = open_order(company.world)
    assign(order, company.world)
    hear()
    return order


def page(client: TenantClient, order: WorkOrder, at: datetime) -> HttpResponse:
    url = reverse("settlement:order-known", args=[order.number], urlconf="config.urls")
    return client.get(url, {"at": f"{clock.china(at):%Y-%m-%dT%H:%M}"})


def test_an_estimate_is_explained_as_it_was_shown_line_by_line(
    company: Company, client: TenantClient
) -> None:
    order = assigned(company)
    kept = Estimate.objects.get(work_order=order)
    client.force_login(company.finance)
    with clock.moved_to(kept.made_at + timedelta(hours=2)):
        answer = page(client, order, kept.made_at + timedelta(hours=1))
        [part] = answer.context["foreknown"].parts
        early = page(client, order, kept.made_at - timedelta(hours=1))
    assert answer.status_code == 200
    assert (part.shown.total_fen, part.then) == (kept.gross_fen, None)
    assert sum(line.amount_fen for line in part.shown.lines) == kept.gross_fen
    assert all(line.why for line in part.shown.lines)
    assert early.context["foreknown"].parts == ()


def test_rules_published_by_then_count_and_later_ones_do_not(company: Company) -> None:
    order = assigned(company)
    kept = Estimate.objects.get(work_order=order)
    with clock.moved_to(kept.made_at + timedelta(hours=2)):
        dearer()
    before, after = (
        foreknown(order, kept.made_at + timedelta(hours=hours), actor=company.finance).parts[0]
        for hours in (1, 3)
    )
    assert before.then is None
    assert after.shown == before.shown
    assert after.then is not None
    assert after.then.total_fen > after.shown.total_fen
    assert len(after.since) == 1


def test_a_fact_recorded_by_then_counts_and_a_later_one_does_not(company: Company) -> None:
    order = assigned(company)
    kept = Estimate.objects.get(work_order=order)
    recorded_at = kept.made_at + timedelta(hours=2)
    SiteFact.objects.create(
        work_order=order, kind="rain", value="yes", source="气象台", observed_at=kept.made_at,
        recorded_at=recorded_at,
    )  # fmt: skip
    before, after = (
        foreknown(order, kept.made_at + timedelta(hours=hours), actor=company.finance).parts[0]
        for hours in (1, 3)
    )
    assert before.then is None
    assert after.then is not None
    assert after.then.total_fen != after.shown.total_fen


def test_who_sees_nothing_of_an_installers_pay_sees_no_estimate(company: Company) -> None:
    order = assigned(company)
    kept = Estimate.objects.get(work_order=order)
    stranger = UserFactory(role=company.manager.role, unit=company.world.east)
    assert foreknown(order, kept.made_at, actor=stranger).parts == ()
    assert len(foreknown(order, kept.made_at, actor=company.manager).parts) == 1


def test_an_offer_is_shown_as_it_was_given(company: Company, client: TenantClient) -> None:
    kept = offer(company)
    client.force_login(company.world.admin)
    client.post(reverse("settlement:quotation-order", args=[kept.number]), typed(company))
    order = WorkOrder.objects.get(quotation_taken__quotation=kept)
    early = foreknown(order, kept.made_at - timedelta(minutes=1), actor=company.world.admin)
    assert early.offer is None
    with clock.moved_to(kept.made_at + timedelta(hours=2)):
        answer = page(client, order, kept.made_at + timedelta(hours=1))
    found = answer.context["foreknown"]
    assert (found.quotation, found.offer.total_fen) == (kept, kept.total_fen)
    for shown in found.offer.lines:
        assert shown.line.label in answer.content.decode()


def test_of_many_estimates_only_the_last_one_of_each_installer_is_read(company: Company) -> None:
    order = assigned(company)
    kept = Estimate.objects.get(work_order=order)
    other = InstallerFactory(outlet=company.installer.outlet)
    for n in range(6):
        kept.pk = None
        kept.installer = other if n % 2 else company.installer
        kept.made_at += timedelta(minutes=1)
        kept.save(force_insert=True)
    newest = {
        each.installer_id: each.pk
        for each in Estimate.objects.filter(work_order=order).order_by("made_at")
    }
    with CaptureQueriesContext(connection) as seen:
        parts = foreknown(order, kept.made_at, actor=company.finance).parts
    [asked] = [one["sql"] for one in seen if 'FROM "settlement_estimate"' in one["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(asked)
        assert len(cursor.fetchall()) == len(newest) == 2
    assert [each.estimate.pk for each in parts] == sorted(newest.values(), reverse=True)
    assert [each.estimate.installer_id for each in parts] == [other.pk, company.installer.pk]
