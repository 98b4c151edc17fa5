"""Orders paid in another currency settle in fen at the rate of their day, or say which is missing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import Error, transaction

from accounts.roles import Role
from common.errors import Conflict, Refused
from common.outbox import drain
from settlement.currencies.converting import rate_on
from settlement.currencies.selectors import missing_rates
from settlement.engine.facts import restored
from settlement.explaining import shown_lines
from settlement.forms_currencies import RateForm
from settlement.models import ExchangeRate, Settlement, SettlementProblem
from settlement.services.parties import unit_party
from settlement.services.settling import resettle_work_order
from settlement.statements.reading import read_sheet
from tests.factories import UserFactory
from tests.settlement.company import Company, hear, settled
from tests.settlement.currencies.cast import DAY, abroad, rate, stated
from tests.settlement.statement_cast import period_now
from tests.workorders import walking
from tests.workorders.world import open_order, shop_order


def _said(slip: Settlement) -> str:
    return " ".join(why for line in shown_lines(slip.lines.order_by("seq")) for why in line.why)


def test_an_order_paid_abroad_is_settled_at_the_rate_of_its_day(company: Company) -> None:
    rate(company, "7.2", date(2026, 11, 2))
    rate(company)
    rate(company, "9.9", date(2026, 10, 20), confirmed=True)
    slip = abroad(company)
    assert slip.paid_fen == 85_481
    assert not slip.provisional
    assert sum(line.amount_fen for line in slip.lines.all()) == 85_481
    assert "USD 120.00" in _said(slip)
    assert "7.1234" in _said(slip)
    assert "外汇交易中心中间价" in _said(slip)
    sheet = read_sheet(party=unit_party(company.world.hq), period=period_now())
    assert any("USD 120.00" in why for line in sheet.lines for why in line.why)
    assert restored(slip.facts).fingerprint() == slip.facts_sha


def test_a_missing_rate_is_named_and_entering_it_settles_the_order(company: Company) -> None:
    slip = abroad(company)
    assert slip.provisional
    assert "USD" in _said(slip)
    assert "2026-11-03" in _said(slip)
    assert not SettlementProblem.objects.exists()
    assert [(one.currency, one.day, one.orders) for one in missing_rates()] == [("USD", DAY, 1)]
    rate(company)
    drain(queues=("bulk",), strict=True)
    slip = Settlement.objects.get(work_order=slip.work_order, status="active")
    assert (slip.paid_fen, slip.provisional) == (85_481, False)
    assert "7.1234" in _said(slip)
    assert missing_rates() == []


def test_rates_are_corrected_by_a_new_row_and_never_changed(company: Company) -> None:
    first = rate(company, "7.0")
    second = rate(company)
    assert rate_on("USD", DAY) == second
    assert rate_on("USD", date(2026, 11, 14)) is None
    with pytest.raises(Error), transaction.atomic():
        ExchangeRate.objects.filter(pk=first.pk).update(rate=1)
    for wrong in (
        {"number": "0"},
        {"day": date(2026, 11, 4)},
        {"source": "  "},
        {"currency": "XXX"},
        {"actor": UserFactory(role=Role.FINANCE, unit=company.world.east)},
    ):
        with pytest.raises(Refused):
            rate(company, **wrong)


def test_a_payment_taken_back_counts_in_yuan_again(company: Company) -> None:
    rate(company)
    before = settled(company)
    order = open_order(company.world, shop_order(number="E20261102002"))
    first = stated(company, order)
    with pytest.raises(Conflict):
        stated(company, order, "CNY", 0)
    stated(company, order, "CNY", 0, seen=first.pk)
    walking.complete(order, company.world)
    hear()
    now = Settlement.objects.get(work_order=order, status="active")
    assert now.paid_fen == before.paid_fen
    assert "paid_in" not in now.facts


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"currency": "USD", "amount": "12.345"}, "2"),
        ({"currency": "USD", "amount": "0"}, "0"),
        ({"currency": "JPY", "amount": "1.5"}, "JPY"),
        ({"currency": "USD", "amount": "１２"}, "１２"),
        ({"currency": "USD", "amount": "9" * 20}, "999"),
        ({"currency": "ABC", "amount": "1"}, "ABC"),
    ],
)
def test_what_makes_no_sense_is_refused_and_kept_in_the_form(
    company: Company, client: Any, typed: dict[str, str], words: str
) -> None:
    order = open_order(company.world)
    client.force_login(company.finance)
    page = client.post(
        f"/settlement/orders/{order.number}/currency/",
        {**typed, "_idempotency_key": "k" * 20},
    )
    assert page.status_code == 422
    assert words in page.content.decode()


def test_another_unit_does_not_say_what_an_order_was_paid_in(company: Company) -> None:
    order = open_order(company.world)
    with pytest.raises(Refused) as refusal:
        stated(company, order, actor=UserFactory(role=Role.FINANCE, unit=company.installer.outlet))
    assert refusal.value.code == "payment.unit"
    own = UserFactory(role=Role.FINANCE, unit=order.settled_by)
    assert stated(company, order, actor=own).work_order == order


@pytest.mark.parametrize(
    ("typed", "fine"),
    [("7.1234", True), ("1,234.5", True), ("7,12", False), ("7，12", False), ("1,2,3", False)],
)
def test_a_comma_parts_thousands_and_nothing_else(company: Company, typed: str, fine: bool) -> None:
    form = RateForm({"currency": "USD", "day": "2026-11-03", "rate": typed, "source": "央行"})
    assert form.is_valid() == fine


def test_a_rate_corrected_later_changes_no_settled_money_by_the_way(company: Company) -> None:
    rate(company)
    slip = abroad(company)
    rate(company, "9.0", confirmed=True)
    slip.work_order.line.refunded_fen = 481
    slip.work_order.line.save(update_fields=["refunded_fen"])
    resettle_work_order(order_id=slip.work_order_id)
    again = Settlement.objects.get(work_order=slip.work_order, status="active")
    assert (again.pk != slip.pk, again.paid_fen) == (True, 85_000)
