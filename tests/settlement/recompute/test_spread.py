"""Who gains and who loses by a recompute is drawn: bars by size, a bar a row."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from settlement.models import RecomputeDifference, RecomputeRun
from settlement.recompute.selectors import by_payee
from settlement.recompute.spread import KEPT, counted, moved, spread, with_shares
from settlement.replays.tally import EDGES_FEN, bar_of
from settlement.services.settling import reverse_settlement, settle_work_order
from tests.browsing import TenantClient
from tests.settlement.company import Company, settled
from tests.settlement.recompute.cast import approved, dearer, proposed


def test_every_difference_stands_in_the_bar_a_replay_would_put_it_in(
    company: Company, client: TenantClient
) -> None:
    settled(company)
    run = proposed(company, dearer())
    row = run.differences.filter(skipped="").order_by("pk").first()
    assert row is not None
    run.differences.all().delete()
    changes = sorted({edge + step for edge in EDGES_FEN for step in (-1, 1)} - {0})
    RecomputeDifference.objects.bulk_create(
        RecomputeDifference(
            run=run, settlement=row.settlement, work_order=row.work_order, version=row.version,
            party_id=party, old_fen=20_000, new_fen=20_000 + change, cause="A", label="A",
        )
        for party, change in enumerate(changes, start=1)
    )  # fmt: skip
    wanted = [0] * (len(EDGES_FEN) + 1)
    for change in changes:
        wanted[bar_of(change)] += 1
    assert counted(run) == wanted
    client.force_login(company.finance)
    page = client.get(f"/settlement/recompute/{run.pk}/?by=cause").content.decode()
    assert "单个工单中收款方金额的变化" in page
    assert "x-part-bar" in page


def test_the_page_reads_bars_that_were_counted_once(company: Company, client: TenantClient) -> None:
    settled(company)
    run = proposed(company, dearer())
    kept = counted(run)
    assert sum(kept) == run.differences.filter(skipped="").count() > 0
    assert (run.totals[KEPT], [each.count for each in spread(run)]) == (kept, kept)
    client.force_login(company.finance)
    words = "单个工单中收款方金额的变化"
    page, asked = _page(client, run)
    assert (words in page, "bar_0" in asked) == (True, False)
    del run.totals[KEPT]  # as of a run from before counts were kept
    run.save()
    page, asked = _page(client, run)
    assert (words in page, "bar_0" in asked) == (True, True)
    run.state = RecomputeRun.State.APPLYING
    run.save()
    page, asked = _page(client, run)
    assert (words in page, "bar_0" in asked) == (False, False)


def test_figures_and_bars_of_a_posted_run_are_those_of_what_was_posted(
    company: Company, client: TenantClient
) -> None:
    first, _other = settled(company), settled(company, "E20261102002")
    run = proposed(company, dearer())
    found, bars = moved(run), [each.count for each in spread(run)]
    reverse_settlement(order_id=first.work_order_id, reason="test")
    settle_work_order(order_id=first.work_order_id)
    run = approved(company, run)
    assert (found.orders, run.totals["orders"], moved(run).orders) == (2, 2, 1)
    assert (2 * moved(run).up_fen, 2 * moved(run).down_fen) == (found.up_fen, found.down_fen)
    drawn = [each.count for each in spread(run)]
    assert [2 * count for count in drawn] == bars
    assert sum(row["up"] for row in by_payee(run)) == moved(run).up_fen
    client.force_login(company.finance)
    assert client.get(f"/settlement/recompute/{run.pk}/").context["moved"] == moved(run)
    # A run that was posted before this was kept has the bars of its review in its totals.
    now = moved(run)
    run.totals = {key: value for key, value in run.totals.items() if key != "posted"}
    run.totals[KEPT] = bars
    assert ([each.count for each in spread(run)], moved(run)) == (drawn, now)


def _page(client: TenantClient, run: RecomputeRun) -> tuple[str, str]:
    """A run's page, and what it asked the database."""
    with CaptureQueriesContext(connection) as asked:
        page = client.get(f"/settlement/recompute/{run.pk}/").content.decode()
    return page, " ".join(query["sql"] for query in asked)


@pytest.mark.parametrize(
    ("sizes", "shares"), [([500, -1000], [50, 100]), ([0], [0]), ([], []), ([-3], [100])]
)
def test_the_longest_bar_is_the_largest_change_up_or_down(
    sizes: list[int], shares: list[int]
) -> None:
    rows: list[Any] = [{"size": size} for size in sizes]
    assert [row["share"] for row in with_shares(rows)] == shares
