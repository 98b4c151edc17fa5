"""Whom a posted recompute concerns: installers and their orders, each with what it changed for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, F, Min, Sum

from common import clock
from settlement.models import Party, Posting, RecomputeRun
from settlement.recompute.bonuses import POSTED, rows_of
from settlement.recompute.explained import correction_words, posted_differences
from settlement.recompute.posting import DIFFERENCE

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from accounts.models import Installer
    from settlement.models import RecomputeDifference
    from workorders.models import WorkOrder

RECENT = timedelta(days=60)
SHOWN = 3


class Moved(NamedTuple):
    """What a run changed for one installer: orders, one of them, and fen with period bonuses."""

    installer_id: int
    orders: int
    order_id: int | None
    diff_fen: int


def moved_installers(run: RecomputeRun) -> list[Moved]:
    """Return every installer with a sum that a posted run changed; two queries over the run.

    A shared order counts for whose part changed, others' money for nobody but them.
    """
    rows = run.differences.exclude(entry=None).filter(party__installer__isnull=False)
    found = {
        who: Moved(who, orders, first, int(fen))
        for who, orders, first, fen in rows.values_list("party__installer_id")
        .annotate(
            orders=Count("work_order_id", distinct=True),
            first=Min("work_order_id"),
            fen=Sum(F("new_fen") - F("old_fen")),
        )
        .order_by("party__installer_id")
    }
    bonuses = [row for row in rows_of(run) if row.state == POSTED]
    people = dict(
        Party.objects.filter(
            pk__in={row.party_id for row in bonuses}, installer__isnull=False
        ).values_list("pk", "installer_id")
    )
    for row in bonuses:
        who = people.get(row.party_id)
        if who is not None:
            before = found.get(who) or Moved(who, 0, None, 0)
            found[who] = before._replace(diff_fen=before.diff_fen + row.new_fen - row.old_fen)
    return list(found.values())


@dataclass(frozen=True, slots=True)
class ShownCorrection:
    """One correction of an order as its installer sees it; `slip_id` is the slip of before."""

    old_fen: int
    new_fen: int
    words: tuple[str, ...]
    at: datetime
    slip_id: int
    entry_id: int

    @property
    def diff_fen(self) -> int:
        """What they get more (negative: less)."""
        return self.new_fen - self.old_fen


def corrections_of(order: WorkOrder, installer: Installer) -> list[ShownCorrection]:
    """Return what recomputes changed of an installer's money of an order, the newest first.

    Without what was taken back together with the settlement it belonged to.
    """
    rows = (
        posted_differences()
        .filter(work_order=order, party__installer=installer)
        .exclude(entry__corrections__kind="reversal")
    )
    return [
        ShownCorrection(
            row.old_fen, row.new_fen, correction_words(row), row.entry.posted_at,
            row.settlement_id, row.entry.pk,
        )
        for row in rows.order_by("-entry_id")
        if row.entry is not None
    ]  # fmt: skip


class RecentRun(NamedTuple):
    """A recompute that changed an installer's money lately."""

    run: RecomputeRun
    orders: int
    diff_fen: int


def recent_runs(installer: Installer) -> list[RecentRun]:
    """Return the last runs that changed an installer's orders; two queries over their own postings."""
    since = clock.now() - RECENT
    mine = Posting.objects.filter(
        account__party__installer=installer, entry__kind=DIFFERENCE, entry__posted_at__gte=since
    )
    keys = mine.values_list("entry__source_key").annotate(fen=Sum("amount_fen"))
    sums: dict[int, list[int]] = {}
    for key, fen in keys.order_by():
        # A moved day of release alone nets to nothing.
        if fen:
            sums.setdefault(int(key.split(":")[1]), []).append(int(fen))
    last = sorted(sums, reverse=True)[:SHOWN]
    runs = RecomputeRun.objects.in_bulk(last)
    return [RecentRun(runs[pk], len(sums[pk]), sum(sums[pk])) for pk in last if pk in runs]


def own_differences(run_id: int, installer: Installer) -> QuerySet[RecomputeDifference]:
    """Return what a run changed of an installer's orders, the largest loss first."""
    rows = posted_differences().filter(run=run_id, party__installer=installer)
    ordered = rows.select_related("work_order__item_version")
    return ordered.order_by(F("new_fen") - F("old_fen"), "work_order_id")
