"""Estimate and result side by side: every fen of the difference has a cause."""

from __future__ import annotations

from django.urls import reverse

from settlement.deviations import causes_of, deviations, with_cause
from settlement.services.estimating import store_estimate
from tests.browsing import TenantClient
from tests.settlement.company import Company, hear
from tests.workorders import walking
from tests.workorders.world import open_order


def off_estimate(company: Company) -> None:
    """A job that was estimated at its assignment and settled with more materials and a rating."""
    order = walking.complete(open_order(company.world), company.world)
    store_estimate(order=order, installer=company.installer)
    hear()


def test_the_causes_of_a_deviation_sum_to_it_and_can_be_filtered(
    company: Company, client: TenantClient
) -> None:
    off_estimate(company)
    (found,) = deviations(actor=company.finance, period=None, least_fen=0)
    assert found.diff_fen != 0
    assert sum(one.diff_fen for one in found.differences) == found.diff_fen
    causes = causes_of([found])
    assert sum(cause.diff_fen for cause in causes) == found.diff_fen
    assert with_cause([found], causes[0].label) == [found]
    assert with_cause([found], "nothing") == []
    size = abs(found.diff_fen)
    assert deviations(actor=company.finance, period=None, least_fen=size + 1) == []
    client.force_login(company.finance)
    for name in ("deviation-list", "deviation-csv"):
        text = client.get(reverse(f"settlement:{name}", urlconf="config.urls")).content.decode()
        assert found.settlement.work_order.number in text
        assert causes[0].label in text
