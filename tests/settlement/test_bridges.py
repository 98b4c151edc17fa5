"""The bridge from the period before ends at what the ledger says, to the fen, for whoever asks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db.models import Sum

from accounts.roles import Role
from common import clock
from settlement.bridges.books import books_of
from settlement.bridges.payees import whose
from settlement.bridges.selectors import Bridge, bridge
from settlement.models import JournalEntry, Party, Posting, Settlement, StatementPeriod
from settlement.services.parties import installer_party
from settlement.services.periods import period_of
from settlement.services.settling import reverse_settlement
from tests.factories import UserFactory
from tests.settlement.company import Company, hear, settled
from tests.settlement.recompute.cast import approved, dearer, proposed
from tests.settlement.statement_cast import adjust, locked, period_now
from tests.workorders.test_charges import late_charge
from workorders.services.charge_decisions import decide_charge

DECEMBER = datetime(2026, 12, 2, 6, 0, tzinfo=UTC)


def _of(company: Company, value: str = "", **who: Any) -> Bridge:
    asked = whose(value, actor=who.get("actor", company.finance))
    assert asked is not None
    return bridge(period=period_now(), whose=asked)


def _amounts(shown: Bridge) -> dict[str, int]:
    return {one.code: one.fen for one in shown.causes}


def test_the_bridge_ties_to_the_ledger_and_names_volume_and_adjustments(company: Company) -> None:
    settled(company)
    payee = installer_party(company.installer)
    with clock.moved_to(DECEMBER):
        for n in (1, 2, 3):
            settled(company, f"E2026120200{n}")
        slip = settled(company, "E20261202009")
        reverse_settlement(order_id=slip.work_order_id, reason="refund")
        adjust(payee, 1_234)
        shown = _of(company, str(payee.pk))
        amounts = _amounts(shown)
        assert (shown.orders_before, shown.orders) == (1, 3)
        assert amounts["volume"] == 2 * shown.before_fen
        assert amounts["adjustments"] == 1_234
        assert amounts["rest"] == 0
        assert shown.before_fen + sum(amounts.values()) == shown.fen
        for value in ("", "installer", "unit-branch"):
            found = _of(company, value)
            parties = whose(value, actor=company.finance)
            assert parties is not None
            posted = Posting.objects.filter(
                account__party__in=parties.parties(), entry__period=period_now()
            ).aggregate(total=Sum("amount_fen"))["total"]
            assert found.fen == posted != 0
            assert sum(_amounts(found).values()) == found.diff_fen
            assert sum(place.fen for place in found.places) == found.fen - (
                1_234 if value != "unit-branch" else 0
            )


def test_the_first_period_has_no_bridge_and_says_so(company: Company, client: Any) -> None:
    slip = settled(company)
    assert _of(company).before is None
    client.force_login(company.finance)
    page = client.get(f"/settlement/runs/{slip.period}/bridge/", headers={"HX-Request": "true"})
    assert page.status_code == 200
    assert b"<svg" not in page.content


def test_nobody_sees_the_bridge_of_a_payee_who_is_not_theirs(company: Company, client: Any) -> None:
    slip = settled(company)
    stranger = UserFactory(role=Role.FINANCE, unit=company.world.east)
    payee = installer_party(company.installer)
    period_of(DECEMBER.date())
    address = f"/settlement/runs/{slip.period}/bridge/"
    client.force_login(stranger)
    assert client.get(f"{address}?of={payee.pk}").status_code == 404
    clearing = Party.objects.get(kind=Party.Kind.CLEARING)
    client.force_login(company.finance)
    for value, status in ((payee.pk, 200), (clearing.pk, 404), ("x", 404), ("9" * 30, 404)):
        assert client.get(f"{address}?of={value}").status_code == status


def _with_charge(company: Company, number: str) -> Settlement:
    """A settled order with an extra charge of 100.00, settled anew with it."""
    order = settled(company, number).work_order
    made = late_charge(order, company.world, "drilling", quantity=2)
    decide_charge(charge=made, approve=True, reason="", actor=company.finance)
    hear()
    return Settlement.objects.get(work_order=order, status="active")


def _charges_of(company: Company, period: StatementPeriod) -> int:
    asked = whose("installer", actor=company.finance)
    assert asked is not None
    return books_of([period], asked)[period.pk].charges_fen


def test_charges_of_a_closed_month_stay_there_when_its_orders_are_computed_again(
    company: Company,
) -> None:
    first = _with_charge(company, "E20261102001")
    other = _with_charge(company, "E20261102002")
    november = locked(company.finance)
    assert _charges_of(company, november) == 20_000
    with clock.moved_to(DECEMBER):
        _with_charge(company, "E20261202001")
        before = _of(company, "installer")
        approved(company, proposed(company, dearer()))
        assert JournalEntry.objects.filter(kind="difference", period=period_now()).count() >= 2
        shown = _of(company, "installer")
        was, now = _amounts(before), _amounts(shown)
        assert _charges_of(company, november) == 20_000
        assert (now["charges"], now["volume"]) == (was["charges"], was["volume"])
        assert now["rest"] == 0
        posted = Posting.objects.filter(
            account__party__kind="installer", entry__period=period_now()
        ).aggregate(total=Sum("amount_fen"))["total"]
        assert shown.fen == posted == shown.before_fen + sum(now.values())
        # Taken back: its charges leave the month the reversal stands in, not the closed one.
        reverse_settlement(order_id=other.work_order_id, reason="refund")
        assert _charges_of(company, november) == 20_000
        assert _charges_of(company, period_now()) == 0
        assert _amounts(_of(company, "installer"))["rest"] == 0
    assert Settlement.objects.get(work_order=first.work_order, status="active").is_late


def test_rules_that_only_recomputed_other_months_do_not_count_as_a_months_own(
    company: Company,
) -> None:
    settled(company)
    locked(company.finance)
    with clock.moved_to(DECEMBER):
        settled(company, "E20261202001")
        approved(company, proposed(company, dearer()))
        asked = whose("installer", actor=company.finance)
        assert asked is not None
        (cell,) = books_of([period_now()], asked)[period_now().pk].cells.values()
        assert cell.versions == {company.version.pk}
