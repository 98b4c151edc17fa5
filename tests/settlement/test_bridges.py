"""The bridge from the period before ends at what the ledger says, to the fen, for whoever asks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db.models import Sum

from accounts.roles import Role
from common import clock
from settlement.bridges.payees import whose
from settlement.bridges.selectors import Bridge, bridge
from settlement.models import Party, Posting
from settlement.services.parties import installer_party
from settlement.services.periods import period_of
from settlement.services.settling import reverse_settlement
from tests.factories import UserFactory
from tests.settlement.company import Company, settled
from tests.settlement.statement_cast import adjust, period_now

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
