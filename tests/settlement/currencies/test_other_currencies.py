"""Orders paid in another currency settle in fen at the rate of their day, or say which is missing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import Error, transaction

from accounts.roles import Role
from common.errors import Refused
from common.outbox import drain
from settlement.currencies.converting import rate_on
from settlement.currencies.keeping import enter_rate, state_payment
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
from tests.settlement.statement_cast import period_now

DAY = date(2026, 11, 3)


def _rate(company: Company, rate: str = "7.1234", day: date = DAY, **more: Any) -> ExchangeRate:
    given = {"currency": "USD", "source": "外汇交易中心中间价", "actor": company.finance, **more}
    return enter_rate(day=day, rate=Decimal(rate), **given)


def _abroad(company: Company, slip: Settlement) -> Settlement:
    """The order's settlement once it is known to be paid USD 120.00."""
    state_payment(
        order_id=slip.work_order_id, currency="USD", amount_minor=12_000, actor=company.finance
    )
    hear()
    return Settlement.objects.get(work_order=slip.work_order, status="active")


def _said(slip: Settlement) -> str:
    return " ".join(why for line in shown_lines(slip.lines.order_by("seq")) for why in line.why)


def test_an_order_paid_abroad_is_settled_at_the_rate_of_its_day(company: Company) -> None:
    _rate(company, "7.2", date(2026, 11, 2))
    _rate(company)
    _rate(company, "9.9", date(2026, 10, 20))
    slip = _abroad(company, settled(company))
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
    slip = _abroad(company, settled(company))
    assert slip.provisional
    assert "USD" in _said(slip)
    assert "2026-11-03" in _said(slip)
    assert not SettlementProblem.objects.exists()
    assert [(one.currency, one.day, one.orders) for one in missing_rates()] == [("USD", DAY, 1)]
    _rate(company)
    drain(queues=("bulk",), strict=True)
    slip = Settlement.objects.get(work_order=slip.work_order, status="active")
    assert (slip.paid_fen, slip.provisional) == (85_481, False)
    assert "7.1234" in _said(slip)
    assert missing_rates() == []


def test_rates_are_corrected_by_a_new_row_and_never_changed(company: Company) -> None:
    first = _rate(company, "7.0")
    second = _rate(company)
    assert rate_on("USD", DAY) == second
    assert rate_on("USD", date(2026, 11, 14)) is None
    with pytest.raises(Error), transaction.atomic():
        ExchangeRate.objects.filter(pk=first.pk).update(rate=1)
    for wrong in (
        {"rate": "0"},
        {"day": date(2026, 11, 9)},
        {"source": "  "},
        {"currency": "XXX"},
        {"actor": UserFactory(role=Role.FINANCE, unit=company.world.east)},
    ):
        with pytest.raises(Refused):
            _rate(company, **wrong)


def test_a_payment_taken_back_counts_in_yuan_again(company: Company) -> None:
    _rate(company)
    before = settled(company)
    slip = _abroad(company, before)
    state_payment(
        order_id=slip.work_order_id, currency="CNY", amount_minor=0, actor=company.finance
    )
    hear()
    now = Settlement.objects.get(work_order=slip.work_order, status="active")
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
    slip = settled(company)
    client.force_login(company.finance)
    page = client.post(
        f"/settlement/orders/{slip.work_order.number}/currency/",
        {**typed, "_idempotency_key": "k" * 20},
    )
    assert page.status_code == 422
    assert words in page.content.decode()


def test_another_unit_does_not_say_what_an_order_was_paid_in(company: Company) -> None:
    slip = settled(company)
    unit = slip.work_order.settled_by
    for home, code in ((company.installer.outlet, "payment.unit"), (unit, "payment.settled")):
        branch = UserFactory(role=Role.FINANCE, unit=home)
        with pytest.raises(Refused) as refusal:
            state_payment(
                order_id=slip.work_order_id, currency="USD", amount_minor=999_900, actor=branch
            )
        assert refusal.value.code == code


@pytest.mark.parametrize(
    ("typed", "fine"),
    [("7.1234", True), ("1,234.5", True), ("7,12", False), ("7，12", False), ("1,2,3", False)],
)
def test_a_comma_parts_thousands_and_nothing_else(typed: str, fine: bool) -> None:
    form = RateForm({"currency": "USD", "day": "2026-11-03", "rate": typed, "source": "央行"})
    assert form.is_valid() == fine


def test_a_rate_corrected_later_changes_no_settled_money_by_the_way(company: Company) -> None:
    _rate(company)
    slip = _abroad(company, settled(company))
    _rate(company, "9.0")
    slip.work_order.line.refunded_fen = 481
    slip.work_order.line.save(update_fields=["refunded_fen"])
    resettle_work_order(order_id=slip.work_order_id)
    again = Settlement.objects.get(work_order=slip.work_order, status="active")
    assert (again.pk != slip.pk, again.paid_fen) == (True, 85_000)
