"""Who gains and who loses by a recompute, as pictures: bars by size of change, a bar a row."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Count, F, Q, Sum

from settlement.models import RecomputeRun
from settlement.replays.rows import bars_of
from settlement.replays.tally import EDGES_FEN

if TYPE_CHECKING:
    from common.svg import Bin


KEPT = "spread"
"""The key of a run's totals under which the counts of its bars stand once all is compared, and
those of what was posted once that is over."""


def spread(run: RecomputeRun) -> list[Bin]:
    """Return the bars of what payees get more or less of single orders, as a replay's.

    The bar of 0 is empty: what stays as it is is no difference. A run that was compared, or
    posted, before that was kept is counted now.
    """
    is_behind = run.state == RecomputeRun.State.APPLIED and run.posted is None
    kept = None if is_behind else run.totals.get(KEPT)
    return bars_of(kept or counted(run))


class Moved(NamedTuple):
    """What a run changes: orders, and what payees get more and less, in fen."""

    orders: int
    up_fen: int
    down_fen: int

    @property
    def net_fen(self) -> int:
        """All of it together."""
        return self.up_fen + self.down_fen


def moved(run: RecomputeRun) -> Moved:
    """Return what a run found, or what was posted of it: what was left alone meanwhile is not."""
    found = run.shown_totals
    if run.state == RecomputeRun.State.APPLIED and run.posted is None:
        found = posted(run)
    return Moved(*(int(found.get(key, 0)) for key in Moved._fields))


def posted(run: RecomputeRun) -> dict[str, int]:
    """Sum what a posted run posted; one query over all its differences."""
    rows = run.differences.filter(skipped="").annotate(gain=F("new_fen") - F("old_fen"))
    sums = rows.aggregate(
        orders=Count("settlement_id", distinct=True),
        up_fen=Sum("gain", filter=Q(gain__gt=0), default=0),
        down_fen=Sum("gain", filter=Q(gain__lt=0), default=0),
    )
    return {key: int(value) for key, value in sums.items()}


def counted(run: RecomputeRun) -> list[int]:
    """Return how many differences each bar holds; one query over all of them."""
    uppers = [*EDGES_FEN, None]
    bounds = pairwise([None, *uppers])
    counts = {
        f"bar_{n}": Count("pk", filter=_between(low, high)) for n, (low, high) in enumerate(bounds)
    }
    rows = run.differences.filter(skipped="").annotate(gain=F("new_fen") - F("old_fen"))
    found = rows.aggregate(**counts)
    return [found[name] for name in counts]


def with_shares(rows: Iterable[Any]) -> list[Any]:
    """Return summed rows with `share`: the size of their change in percent of the largest shown."""
    shown = list(rows)
    most = max((abs(row["size"]) for row in shown), default=0)
    return [row | {"share": 100 * abs(row["size"]) // most if most else 0} for row in shown]


def _between(low: int | None, high: int | None) -> Q:
    """Above the edge below, up to its own: as `bar_of` sorts."""
    found = Q()
    if low is not None:
        found &= Q(gain__gt=low)
    return found & Q(gain__lte=high) if high is not None else found
