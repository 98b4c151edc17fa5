"""The boss view put together: figures with their lines, the matrix, provinces, what is out of line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from common import clock, formatting
from dashboards import rollups
from dashboards.alerts import Alert, alerts
from dashboards.charts import Key, Matrix, Sums, matrix, province_tiles
from dashboards.columns import NOWHERE, Columns, columns_for
from dashboards.figures import NOTHING, Figures, change_bp, share_bp, total
from dashboards.forms import KIND_LABELS, LEVEL_LABELS, MEASURE_LABELS, View
from dashboards.periods import Kind, Period, last_days
from dashboards.selectors import (
    Exceptions,
    Place,
    exceptions,
    figures_by_day,
    figures_by_place,
    item_names,
    overdue_by_day,
)
from network.models import Region
from settlement.oddities.selectors import Disputed, disputed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from accounts.models import User
    from common.svg import TileValue

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


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to look at the same figures."""

    label: str
    url: str
    active: bool


@dataclass(frozen=True, slots=True)
class Switches:
    """Everything that can be chosen, and the neighbouring periods."""

    kinds: list[Choice]
    measures: list[Choice]
    levels: list[Choice]
    before: str
    after: str
    all_provinces: str


@dataclass(frozen=True, slots=True)
class BossPage:
    """What the boss view shows; `asked` is the query that shows it again."""

    title: str
    kpis: list[Kpi]
    matrix: Matrix
    tiles: dict[str, TileValue]
    tile_bounds: list[str]
    alerts: list[Alert]
    switches: Switches
    asked: str
    stamp: str


def boss_stamp(actor: User) -> str:
    """Return what changes whenever the page would show something else; five small queries."""
    return _stamp(exceptions(actor=actor), disputed(actor=actor))


def _stamp(now: Exceptions, quarrels: Disputed) -> str:
    quarrelled = f"{quarrels.number}.{quarrels.held_fen}"
    return f"{rollups.stamp()}-{now.stamp}-{quarrelled}-{clock.business_day():%j}"


def boss_page(*, actor: User, view: View) -> BossPage:
    """Put the page together in a number of queries that does not depend on what it shows."""
    today = clock.business_day()
    troubled = exceptions(actor=actor)
    found = alerts(actor=actor, troubled=troubled, today=today)
    period, compared = view.period, view.period.compared(today)
    current = figures_by_place(actor=actor, period=period)
    before = figures_by_place(actor=actor, period=compared)
    columns = columns_for((region for region, _item in (*current, *before)), view.level)
    sums = Sums(
        now=_by_column(current, columns, view.province),
        before=_by_column(before, columns, view.province),
        items=item_names(item for _region, item in current),
        columns={**columns.names, NOWHERE: _("Not located")},
        odd=found.odd if view.level == Region.Level.CITY else frozenset(),
    )
    tiles, bounds = province_tiles(
        _by_province(current, columns), address=lambda code: _address(view, province=code)
    )
    return BossPage(
        title=_title(period),
        kpis=[
            *_money_kpis(actor, today, total(current.values()), total(before.values())),
            _exception_kpi(actor, today, troubled),
        ],
        matrix=matrix(sums, view.measure, units=_units(), others=_("Others")),
        tiles=tiles,
        tile_bounds=bounds,
        alerts=found.lines,
        switches=_switches(view),
        asked=urlencode(_query(view)),
        stamp=_stamp(troubled, disputed(actor=actor)),
    )


def matrix_sums(*, actor: User, view: View) -> Sums:
    """Return all figures of the matrix, for a file: nothing folded, nothing marked."""
    current = figures_by_place(actor=actor, period=view.period)
    columns = columns_for((region for region, _item in current), view.level)
    return Sums(
        now=_by_column(current, columns, view.province),
        before={},
        items=item_names(item for _region, item in current),
        columns={**columns.names, NOWHERE: _("Not located")},
    )


def _by_column(
    sums: Mapping[Place, Figures], columns: Columns, province: str
) -> dict[Key, Figures]:
    out: dict[Key, Figures] = {}
    for (region, item), figures in sums.items():
        placed = columns.of(region)
        if province in ("", placed.province):
            key = (item, placed.column)
            out[key] = out.get(key, NOTHING) + figures
    return out


def _by_province(sums: Mapping[Place, Figures], columns: Columns) -> dict[str, Figures]:
    out: dict[str, Figures] = {}
    for (region, _item), figures in sums.items():
        code = columns.of(region).province
        out[code] = out.get(code, NOTHING) + figures
    return out


def _money_kpis(actor: User, today: date, now: Figures, before: Figures) -> list[Kpi]:
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


def _exception_kpi(actor: User, today: date, troubled: Exceptions) -> Kpi:
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


def _units() -> dict[str, str]:
    return {"wan": _("10k yuan"), "yuan": _("yuan"), "percent": "%", "orders": _("orders")}


def _title(period: Period) -> str:
    first = period.first
    match period.kind:
        case Kind.MONTH:
            return _("%(year)d-%(month)02d") % {"year": first.year, "month": first.month}
        case Kind.QUARTER:
            quarter = (first.month - 1) // 3 + 1
            return _("%(year)d, quarter %(n)d") % {"year": first.year, "n": quarter}
    return f"{first:%Y-%m-%d} – {period.last:%m-%d}"


def _query(view: View, **changes: str) -> dict[str, str]:
    """The query that shows a view, with changes; "" drops a part."""
    query = {
        "by": view.period.kind.value,
        "on": view.period.first.isoformat(),
        "show": view.measure.value,
        "level": view.level,
        "province": view.province,
        **changes,
    }
    return {name: value for name, value in query.items() if value}


def _address(view: View, **changes: str) -> str:
    return f"{reverse('dashboards:boss')}?{urlencode(_query(view, **changes))}"


def _switches(view: View) -> Switches:
    today = clock.business_day().isoformat()
    period = view.period
    return Switches(
        kinds=[
            # From a long period to a shorter one: the one of today, not the first of the long one.
            Choice(str(label), _address(view, by=kind, on=today), kind is period.kind)
            for kind, label in KIND_LABELS.items()
        ],
        measures=[
            Choice(str(label), _address(view, show=measure), measure is view.measure)
            for measure, label in MEASURE_LABELS.items()
        ],
        levels=[
            Choice(str(label), _address(view, level=level), level == view.level)
            for level, label in LEVEL_LABELS.items()
        ],
        before=_address(view, on=period.before().first.isoformat()),
        after=_address(view, on=period.after().first.isoformat()),
        all_provinces=_address(view, province="") if view.province else "",
    )
