"""What the boss should look at: cells outside their band, outlets falling behind, stuck orders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import formatting
from common.access import Perm
from common.formatting import money
from dashboards.anomalies import BAND_WEEKS, Outlier, Shortfall, outlier, shortfalls
from dashboards.budgets import budget_lines
from dashboards.columns import columns_for
from dashboards.selectors import (
    Exceptions,
    Weeks,
    item_names,
    outlet_days,
    unit_names,
    weeks_by_place,
)
from network.models import Region
from settlement.disputes.flow import State as DisputeState
from settlement.oddities.selectors import OFF_BY_FEN, disputed, oddities
from settlement.services.problems import Problem

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import User

MOST_CELLS = 6
MOST_OUTLETS = 4
MONEY_DAYS = 30


@dataclass(frozen=True, slots=True)
class Alert:
    """One line of the list; `drawer` is the address of a panel, `url` that of a page."""

    title: str
    sentence: str
    drawer: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Alerts:
    """The lines shown, and every cell (item, city) that lies outside its band."""

    lines: list[Alert]
    odd: frozenset[tuple[int, int]]


def alerts(*, actor: User, troubled: Exceptions, today: date) -> Alerts:
    """Return what is out of line, the worst of each kind first."""
    cells, odd = _cells(actor, today)
    money_lines = [*_money(actor, today), *_budgets(actor, today)]
    return Alerts([*_stuck(troubled), *money_lines, *cells, *_outlets(actor, today)], odd)


def _stuck(troubled: Exceptions) -> list[Alert]:
    orders = reverse("workorders:order-list")
    lines = []
    for code, count in sorted(troubled.unsettled.items()):
        sentence = ngettext("%(n)d completed order", "%(n)d completed orders", count) % {"n": count}
        reason = Problem(code).label if code in Problem.values else code
        lines.append(Alert(_("Not settled"), f"{sentence} · {reason}"))
    if troubled.overdue:
        sentence = ngettext(
            "%(n)d open order is beyond its time limit",
            "%(n)d open orders are beyond their time limit",
            troubled.overdue,
        ) % {"n": troubled.overdue}
        lines.append(Alert(_("Overdue"), sentence, url=f"{orders}?state=overdue"))
    return lines


def _money(actor: User, today: date) -> list[Alert]:
    """Settled money out of line in the last thirty days; a list is linked for who may open it."""
    found = oddities(actor=actor, since=today - timedelta(days=MONEY_DAYS))
    quarrels = disputed(actor=actor)
    slips = reverse("settlement:slip-list")
    deviations = f"{reverse('settlement:deviation-list')}?least={OFF_BY_FEN // 100}"
    inbox = reverse("settlement:dispute-list")
    lines = [
        (found.losses, _("Sold below cost"), found.loss_fen, f"{slips}?state=loss"),
        (quarrels.number, _("Open disputes"), quarrels.held_fen, _if(actor, Perm.DISPUTE_REVIEW, inbox)),
        (quarrels.overdue, _("Disputes beyond their time"), None,
         _if(actor, Perm.DISPUTE_REVIEW, f"{inbox}?state={DisputeState.OVERDUE}")),
        (quarrels.expired, _("Disputes not decided in time"), None,
         _if(actor, Perm.DISPUTE_REVIEW, f"{inbox}?state={DisputeState.TIMED_OUT_DISMISSED}")),
        (found.off, _("Far from the estimate"), found.off_fen,
         _if(actor, Perm.STATEMENT_RUN, deviations)),
        (found.provisional, _("Not final yet"), None, f"{slips}?state=provisional"),
    ]  # fmt: skip
    shown = []
    for count, title, fen, url in lines:
        if count:
            words = ngettext("%(n)d order", "%(n)d orders", count) % {"n": count}
            shown.append(Alert(title, words if fen is None else f"{words} · {money(fen)}", url=url))
    return shown


def _budgets(actor: User, today: date) -> list[Alert]:
    """Regions that have spent their budget, or will by the pace of the last weeks."""
    sentences = {
        "over": _("%(region)s, %(month)s: spent %(spent)s of %(budget)s"),
        "will": _("%(region)s, %(month)s: %(foreseen)s foreseen, budget %(budget)s, used up on %(day)s"),
    }  # fmt: skip
    shown = []
    for line in budget_lines(actor=actor, today=today):
        seen = line.foresight
        if seen is None or line.state not in sentences:
            continue
        words = {
            "region": line.budget.region.name,
            "month": f"{line.budget.month:%Y-%m}",
            "spent": money(seen.spent_fen),
            "budget": money(line.budget.amount_fen),
            "foreseen": money(seen.foreseen_fen),
            "day": seen.used_up_on or "",
        }
        title = _("Budget is spent") if line.state == "over" else _("Budget will be exceeded")
        shown.append(Alert(title, sentences[line.state] % words, url=reverse("dashboards:budgets")))
    return shown


def _if(actor: User, perm: Perm, url: str) -> str:
    return url if actor.has(perm) else ""


def _cells(actor: User, today: date) -> tuple[list[Alert], frozenset[tuple[int, int]]]:
    """Compare each item in each city over the last seven days with the eight weeks before."""
    places = weeks_by_place(actor=actor, until=today)
    columns = columns_for((region for region, _item in places), Region.Level.CITY)
    cells: dict[tuple[int, int], Weeks] = {}
    for (region, item), weeks in places.items():
        key = (item, columns.of(region).column)
        cells[key] = weeks + cells[key] if key in cells else weeks
    found = {
        key: out
        for key, weeks in cells.items()
        if (out := outlier(weeks.before, weeks.current, orders=weeks.orders))
    }
    worst = sorted(found.items(), key=lambda pair: (-abs(pair[1].change_bp), pair[0]))[:MOST_CELLS]
    items = item_names(item for (item, _column), _out in worst)
    return [
        Alert(
            f"{items.get(item, '')} · {columns.names.get(column) or _('Not located')}",
            _cell_sentence(out),
            drawer=_drawer(item, column, today),
        )
        for (item, column), out in worst
    ], frozenset(found)


def _cell_sentence(out: Outlier) -> str:
    pattern = (
        _("%(money)s in the last 7 days, %(percent)s below the usual %(usual)s (%(n)d orders in %(weeks)d weeks)")
        if out.change_bp < 0
        else _("%(money)s in the last 7 days, %(percent)s above the usual %(usual)s (%(n)d orders in %(weeks)d weeks)")
    )  # fmt: skip
    return pattern % {
        "money": formatting.money(out.value),
        "percent": formatting.percent_bp(abs(out.change_bp)),
        "usual": formatting.money(out.band.middle),
        "n": out.orders,
        "weeks": BAND_WEEKS + 1,
    }


def _drawer(item: int, column: int, today: date) -> str:
    query: dict[str, str | int] = {
        "item": item,
        "column": column,
        "by": "week",
        "on": today.isoformat(),
    }
    return f"{reverse('dashboards:cell')}?{urlencode(query)}"


def _outlets(actor: User, today: date) -> list[Alert]:
    """Compare outlets with the others of their branch over the last three whole days."""
    found = [
        short
        for days in outlet_days(actor=actor, until=today).values()
        for short in shortfalls(days)
    ]
    worst = sorted(found, key=_loss, reverse=True)[:MOST_OUTLETS]
    names = unit_names(short.outlet_id for short in worst)
    orders = reverse("workorders:order-list")
    return [
        Alert(
            names.get(short.outlet_id, ""),
            _("%(earned)s in three days, %(percent)s below its branch's average of %(average)s")
            % {
                "earned": formatting.money(short.earned),
                "percent": formatting.percent_bp(short.short_bp),
                "average": formatting.money(short.average),
            },
            url=f"{orders}?unit={short.outlet_id}",
        )
        for short in worst
    ]


def _loss(short: Shortfall) -> int:
    return short.average - short.earned
