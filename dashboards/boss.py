"""The boss view put together: figures with their lines, the matrix, provinces, what is out of line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.http import urlencode
from django.utils.translation import gettext as _

from common import clock
from dashboards import rollups
from dashboards.alerts import Alerts, alerts
from dashboards.charts import Key, Matrix, Sums, matrix, province_tiles
from dashboards.columns import NOWHERE, Columns, columns_for
from dashboards.figures import NOTHING, Figures, total
from dashboards.proof import Proof, proof_for
from dashboards.rests import Alert, Rests, rests_of
from dashboards.selectors import (
    Exceptions,
    Place,
    exceptions,
    figures_by_place,
    item_names,
)
from network.models import Region
from settlement.oddities.selectors import Disputed, disputed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import User
    from common.svg import TileValue
    from dashboards.forms import View
from dashboards.boss_kpis import Kpi, exception_kpi, money_kpis
from dashboards.boss_switches import Switches, address_of, query_of, switches_of, title_of


@dataclass(frozen=True, slots=True)
class BossPage:
    """What the boss view shows; `asked` is the query that shows it again."""

    title: str
    kpis: list[Kpi]
    matrix: Matrix
    tiles: dict[str, TileValue]
    tile_bounds: list[str]
    alerts: list[Alert]
    resting: list[Alert]
    switches: Switches
    asked: str
    proof: str
    stamp: str


def boss_stamp(actor: User) -> str:
    """Return what changes whenever the page would show something else; eight small queries."""
    now, quarrels = exceptions(actor=actor), disputed(actor=actor)
    return _stamp(now, quarrels, rests_of(actor), proof_for(actor))


def _stamp(now: Exceptions, quarrels: Disputed, rests: Rests, proof: Proof) -> str:
    quarrelled = ".".join(str(part) for part in quarrels)
    day = f"{clock.business_day():%j}"
    return f"{rollups.stamp()}-{now.stamp}-{quarrelled}-{rests.stamp}-{proof.stamp}-{day}"


def alerts_now(actor: User) -> Alerts:
    """Return what is out of line for somebody now, without the rest of the page."""
    return alerts(actor=actor, troubled=exceptions(actor=actor), today=clock.business_day())


def boss_page(*, actor: User, view: View) -> BossPage:
    """Put the page together in a number of queries that does not depend on what it shows."""
    today = clock.business_day()
    troubled, rests, proof = exceptions(actor=actor), rests_of(actor), proof_for(actor)
    found = alerts(actor=actor, troubled=troubled, today=today, rests=rests, proof=proof)
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
        _by_province(current, columns), address=lambda code: address_of(view, province=code)
    )
    return BossPage(
        title=title_of(period),
        kpis=[
            *money_kpis(actor, today, total(current.values()), total(before.values())),
            exception_kpi(actor, today, troubled),
        ],
        matrix=matrix(sums, view.measure, units=units_of_measures(), others=_("Others")),
        tiles=tiles,
        tile_bounds=bounds,
        alerts=found.lines,
        resting=found.resting,
        switches=switches_of(view),
        asked=urlencode(query_of(view)),
        proof=proof.sentence,
        stamp=_stamp(troubled, disputed(actor=actor), rests, proof),
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


def units_of_measures() -> dict[str, str]:
    return {"wan": _("10k yuan"), "yuan": _("yuan"), "percent": "%", "orders": _("orders")}
