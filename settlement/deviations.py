"""Where what was settled differs from what was shown before: by cause and by size."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F
from django.db.models.functions import Abs
from django.utils.translation import gettext as _

from common.csv_files import defused
from common.formatting import yuan
from settlement.explaining import ShownDifference, difference_to_estimate
from settlement.models import Settlement
from settlement.visibility import settlements_seen_paid

if TYPE_CHECKING:
    from accounts.models import User
    from settlement.models import StatementPeriod

MOST = 500
"""The largest deviations that are taken apart by cause at once; each is settled twice for it."""
_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Deviation:
    """One settlement that differs from its estimate; the first difference is the largest."""

    settlement: Settlement
    estimated_fen: int
    diff_fen: int
    differences: tuple[ShownDifference, ...]

    @property
    def cause(self) -> str:
        """The component that made the largest difference."""
        return self.differences[0].label if self.differences else ""

    @property
    def words(self) -> str:
        """The components and what changed, the largest first."""
        return _("; ").join(
            f"{one.label} {yuan(one.diff_fen)}" + (f" ({one.causes})" if one.causes else "")
            for one in self.differences[:3]
        )


@dataclass(frozen=True, slots=True)
class Cause:
    """What one component made of all deviations shown."""

    label: str
    orders: int
    diff_fen: int


def deviations(*, actor: User, period: StatementPeriod | None, least_fen: int) -> list[Deviation]:
    """Return active settlements that differ from their estimate by at least so much.

    Those whose installer's money the actor may see; the largest 500, the largest first.
    """
    found = (
        settlements_seen_paid(actor=actor)
        .select_related("estimate__version__rule_set", "version__rule_set", "work_order")
        .filter(status=Settlement.Status.ACTIVE, estimate__isnull=False)
        .annotate(diff=F("gross_fen") - F("estimate__gross_fen"))
        .annotate(size=Abs("diff"))
        .filter(size__gte=max(1, least_fen))
        .order_by("-size", "-pk")
    )
    if period is not None:
        found = found.filter(period=period)
    return [_deviation(row) for row in found[:MOST]]


def _deviation(settlement: Settlement) -> Deviation:
    estimated = settlement.estimate.gross_fen if settlement.estimate else 0
    return Deviation(
        settlement=settlement,
        estimated_fen=estimated,
        diff_fen=settlement.gross_fen - estimated,
        differences=tuple(difference_to_estimate(settlement)),
    )


def causes_of(found: Iterable[Deviation]) -> list[Cause]:
    """Return what each component made of the deviations, the largest sum first."""
    orders: dict[str, int] = defaultdict(int)
    sums: dict[str, int] = defaultdict(int)
    for deviation in found:
        for one in deviation.differences:
            orders[one.label] += 1
            sums[one.label] += one.diff_fen
    causes = [Cause(label, orders[label], sums[label]) for label in sums]
    return sorted(causes, key=lambda cause: (-abs(cause.diff_fen), cause.label))


def with_cause(found: Iterable[Deviation], label: str) -> list[Deviation]:
    """Return the deviations a component has a part in; all without a label."""
    return [
        each for each in found if not label or any(one.label == label for one in each.differences)
    ]


def deviations_csv(found: Iterable[Deviation]) -> Iterator[bytes]:
    """Yield the deviations, UTF-8 with a mark; amounts in yuan, words never formulas."""
    yield _row(
        [
            _MARK + _("Work order"), _("Installer"), _("Completed"), _("Estimate"), _("Settled"),
            _("Difference"), _("Cause"),
        ]
    )  # fmt: skip
    for each in found:
        settlement = each.settlement
        yield _row(
            [
                defused(settlement.work_order.number),
                defused(settlement.installer.user.display_name),
                settlement.done_on.isoformat(),
                yuan(each.estimated_fen),
                yuan(settlement.gross_fen),
                yuan(each.diff_fen),
                defused(each.words),
            ]
        )


def _row(cells: list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue().encode()
