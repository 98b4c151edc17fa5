"""One cell opened: how it went over twelve weeks, who got the money, and what stands behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from common import clock, formatting
from common.svg import Segment, WeekBar
from dashboards.behind import behind, count_behind
from dashboards.columns import NOWHERE, columns_for, regions_in_column
from dashboards.figures import NOTHING, Figures, total
from dashboards.periods import Kind, period_of
from dashboards.selectors import WITHOUT_ORDER, figures_by_day, item_names, visible_cells

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import User
    from dashboards.behind_rows import Behind
    from dashboards.forms import View

TREND_WEEKS = 12
MOST_ROWS = 30


@dataclass(frozen=True, slots=True)
class OpenedCell:
    """What the drawer shows."""

    title: str
    figures: Figures
    parts: list[Segment]
    weeks: list[WeekBar]
    rows: list[Behind]
    more: int
    rest: Figures
    """What the older ones add that are not among the rows, `more` in number."""


def opened_cell(*, actor: User, view: View, item: int | None, column: int | None) -> OpenedCell:
    """Return a cell of the period; without item or column that of the whole row or column."""
    regions = regions_in_column(column, view.level) if column else None
    which = _which(item, column, regions)
    today = clock.business_day()
    period = view.period
    first = period_of(Kind.WEEK, min(period.last, today)).first - timedelta(
        days=7 * TREND_WEEKS - 7
    )
    by_day = figures_by_day(
        actor=actor, first=min(first, period.first), last=max(period.last, today), **which
    )
    figures = total(sums for day, sums in by_day.items() if period.first <= day <= period.last)
    cells = visible_cells(actor=actor, first=period.first, last=period.last, **which)
    rows = behind(cells, most=MOST_ROWS)
    return OpenedCell(
        title=_title(item, column, view.level),
        figures=figures,
        parts=_parts(figures),
        weeks=_weeks(by_day, first, view),
        rows=rows,
        more=count_behind(cells) - len(rows) if len(rows) == MOST_ROWS else 0,
        rest=figures - total(row.sums for row in rows),
    )


def _which(item: int | None, column: int | None, regions: list[int] | None) -> dict[str, Any]:
    which: dict[str, Any] = {}
    if item is not None:
        which["item"] = None if item == WITHOUT_ORDER else item
    if column == NOWHERE:
        which["region"] = None
    elif regions is not None:
        which["region__in"] = regions
    return which


def _title(item: int | None, column: int | None, level: str) -> str:
    names = [item_names([item]).get(item, "")] if item is not None else []
    if column == NOWHERE:
        names.append(_("Not located"))
    elif column:
        names.append(columns_for([column], level).names.get(column, ""))
    return " · ".join(name for name in names if name) or _("All items and regions")


def _parts(figures: Figures) -> list[Segment]:
    parts = [
        (_("Installer"), figures.installer_fen),
        (_("Channel"), figures.channel_fen),
        (_("Tax"), figures.tax_fen),
        (_("Dealers, suppliers"), figures.outside_fen),
        (_("Margin"), figures.margin_fen),
    ]
    return [Segment(label, max(0, fen), f"{label} {formatting.money(fen)}") for label, fen in parts]


def _weeks(by_day: dict[date, Figures], first: date, view: View) -> list[WeekBar]:
    bars = []
    for start in (first + timedelta(days=7 * week) for week in range(TREND_WEEKS)):
        days = (by_day.get(start + timedelta(days=n), NOTHING) for n in range(7))
        is_within = view.period.first <= start <= view.period.last
        query = {"by": Kind.WEEK.value, "on": start.isoformat(), "level": view.level}
        # A picture's link opens a page: the boss view of that week.
        address = f"{reverse('dashboards:boss')}?{urlencode(query)}"
        revenue = total(days).revenue_fen
        bars.append(WeekBar(f"{start:%m-%d}", revenue, href=address, current=is_within))
    return bars
