"""The four numbers above the page, each with its days and what it is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from common import formatting
from dashboards.figures import NOTHING, Figures, change_bp, share_bp
from dashboards.periods import last_days
from dashboards.selectors import (
    Exceptions,
    figures_by_day,
    overdue_by_day,
)

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import User


SERIES_DAYS = 28
OVERDUE_DAYS = 14
_WAN_FROM_FEN = 10_000_000


@dataclass(frozen=True, slots=True)
class Kpi:
    """One figure of the strip."""

    label: str
    value: str
    note: str
    series: list[int | None]
    url: str = ""


def money_kpis(actor: User, today: date, now: Figures, before: Figures) -> list[Kpi]:
    days = last_days(SERIES_DAYS, today)
    by_day = figures_by_day(actor=actor, first=days[0], last=days[-1])
    daily = [by_day.get(day, NOTHING) for day in days]
    points = (
        now.rate_bp - before.rate_bp
        if now.rate_bp is not None and before.rate_bp is not None
        else None
    )
    return [
        Kpi(
            _("Revenue"),
            big_money(now.revenue_fen),
            _compared(change_bp(now.revenue_fen, before.revenue_fen)),
            [figures.revenue_fen for figures in daily],
        ),
        Kpi(
            _("Installer pay"),
            big_money(now.installer_fen),
            _("%(percent)s of revenue") % {"percent": formatting.percent_bp(now.installer_bp)},
            [figures.installer_fen for figures in daily],
        ),
        Kpi(
            _("Margin rate"),
            formatting.percent_bp(now.rate_bp),
            formatting.points_bp(points),
            [figures.rate_bp for figures in daily],
        ),
    ]


def exception_kpi(actor: User, today: date, troubled: Exceptions) -> Kpi:
    share = share_bp(troubled.overdue + troubled.on_hold, troubled.open)
    return Kpi(
        _("Exception orders"),
        f"{troubled.count:,}",
        _("%(percent)s of open orders") % {"percent": formatting.percent_bp(share)}
        if troubled.open
        else _("no open orders"),
        [*overdue_by_day(actor=actor, days=last_days(OVERDUE_DAYS, today))],
        f"{reverse('workorders:order-list')}?state=overdue",
    )


def big_money(amount_fen: int) -> str:
    """Return a sum in ten-thousands from 100,000 yuan on, below to the fen."""
    return (
        formatting.money_wan(amount_fen)
        if abs(amount_fen) >= _WAN_FROM_FEN
        else (formatting.money(amount_fen))
    )


def _compared(rate_bp: int | None) -> str:
    if rate_bp is None:
        return _("nothing to compare with yet")
    arrow = "▲" if rate_bp > 0 else "▼" if rate_bp < 0 else "="
    words = _("%(arrow)s %(percent)s on the period before")
    return words % {"arrow": arrow, "percent": formatting.percent_bp(abs(rate_bp))}
