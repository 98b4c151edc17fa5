"""What the boss should look at: cells outside their band, outlets falling behind, stuck orders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import formatting
from common.access import Perm
from common.formatting import money
from dashboards.anomalies import (
    BAND_WEEKS,
    SHORT_DAYS,
    Outlier,
    Shortfall,
    outlier,
    shortfalls,
)
from dashboards.budgets import budget_lines
from dashboards.columns import columns_for
from dashboards.proof import Proof, proof_alerts, proof_for
from dashboards.rests import SLACK_BP, Alert, Facts, Rests, rests_of
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

Subject = TypeVar("Subject")

MOST_CELLS = 6
MOST_OUTLETS = 4
MONEY_DAYS = 30


@dataclass(frozen=True, slots=True)
class Alerts:
    """The lines shown, those that rest, and every cell (item, city) that lies outside its band."""

    lines: list[Alert]
    resting: list[Alert]
    odd: frozenset[tuple[int, int]]

    def called(self, key: str) -> Alert | None:
        """Return the alert of a key, shown or resting; None when it is not there (any more)."""
        return next((one for one in (*self.lines, *self.resting) if one.key == key), None)

    @property
    def keys(self) -> list[str]:
        """The keys of all that are there."""
        return [alert.key for alert in (*self.lines, *self.resting)]


def alerts(
    *,
    actor: User,
    troubled: Exceptions,
    today: date,
    rests: Rests | None = None,
    proof: Proof | None = None,
) -> Alerts:
    """Return what is out of line, the worst of each kind first; `rests` and `proof` as they are now."""
    rests = rests_of(actor) if rests is None else rests
    doubts = proof_alerts(actor, proof_for(actor) if proof is None else proof)
    cells, odd = _cells(actor, today, rests)
    money_lines = [*_money(actor, today), *_budgets(actor, today)]
    found = [*doubts, *_stuck(troubled), *money_lines, *cells, *_outlets(actor, today, rests)]
    awake, resting = rests.parted(found)
    return Alerts(awake, resting, odd)


def _told(
    found: list[tuple[str, Facts, Subject]], rests: Rests, *, most: int
) -> list[tuple[str, Facts, Subject]]:
    """Return the first of those that are awake, and all that rest: these take nobody's place."""
    told, awake = [], 0
    for key, facts, subject in found:
        is_awake = rests.of(key, facts) is None
        awake += is_awake
        if not is_awake or awake <= most:
            told.append((key, facts, subject))
    return told


def _stuck(troubled: Exceptions) -> list[Alert]:
    orders = reverse("workorders:order-list")
    lines = []
    for code, count in sorted(troubled.unsettled.items()):
        sentence = ngettext("%(n)d completed order", "%(n)d completed orders", count) % {"n": count}
        reason = Problem(code).label if code in Problem.values else code
        facts = Facts.counted(count, troubled.unsettled_since.get(code))
        lines.append(Alert(f"unsettled-{code}", _("Not settled"), f"{sentence} · {reason}", facts))
    if troubled.overdue:
        sentence = ngettext(
            "%(n)d open order is beyond its time limit",
            "%(n)d open orders are beyond their time limit",
            troubled.overdue,
        ) % {"n": troubled.overdue}
        facts = Facts.counted(troubled.overdue, troubled.overdue_since)
        lines.append(Alert("overdue", _("Overdue"), sentence, facts, url=f"{orders}?state=overdue"))
    return lines


def _money(actor: User, today: date) -> list[Alert]:
    """Settled money out of line in the last thirty days; a list is linked for who may open it."""
    found = oddities(actor=actor, since=today - timedelta(days=MONEY_DAYS))
    quarrels = disputed(actor=actor)
    slips = reverse("settlement:slip-list")
    deviations = f"{reverse('settlement:deviation-list')}?least={OFF_BY_FEN // 100}"
    inbox = reverse("settlement:dispute-list")
    lines = [
        ("loss", found.losses, found.newest_loss,
         _("Sold below cost"), found.loss_fen, f"{slips}?state=loss"),
        ("disputes", quarrels.number, quarrels.newest,
         _("Open disputes"), quarrels.held_fen, _if(actor, Perm.DISPUTE_REVIEW, inbox)),
        ("disputes-overdue", quarrels.overdue, quarrels.overdue_until,
         _("Disputes beyond their time"), None,
         _if(actor, Perm.DISPUTE_REVIEW, f"{inbox}?state={DisputeState.OVERDUE}")),
        ("disputes-expired", quarrels.expired, quarrels.expired_at,
         _("Disputes not decided in time"), None,
         _if(actor, Perm.DISPUTE_REVIEW, f"{inbox}?state={DisputeState.TIMED_OUT_DISMISSED}")),
        ("estimate", found.off, found.newest_off, _("Far from the estimate"), found.off_fen,
         _if(actor, Perm.STATEMENT_RUN, deviations)),
        ("provisional", found.provisional, found.newest_provisional,
         _("Not final yet"), None, f"{slips}?state=provisional"),
    ]  # fmt: skip
    shown = []
    for key, count, newest, title, fen, url in lines:
        if count:
            words = ngettext("%(n)d order", "%(n)d orders", count) % {"n": count}
            sentence = words if fen is None else f"{words} · {money(fen)}"
            shown.append(Alert(key, title, sentence, Facts.counted(count, newest), url=url))
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
        is_over = line.state == "over"
        title = _("Budget is spent") if is_over else _("Budget will be exceeded")
        fen = seen.spent_fen if is_over else seen.foreseen_fen
        facts = Facts(size=fen * 10_000 // line.budget.amount_fen, slack=SLACK_BP)
        key = f"budget-{line.budget.region_id}-{words['month']}-{line.state}"
        url = reverse("dashboards:budgets")
        shown.append(Alert(key, title, sentences[line.state] % words, facts, url=url))
    return shown


def _if(actor: User, perm: Perm, url: str) -> str:
    return url if actor.has(perm) else ""


def _cells(
    actor: User, today: date, rests: Rests
) -> tuple[list[Alert], frozenset[tuple[int, int]]]:
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
    ranked = sorted(found.items(), key=lambda pair: (-abs(pair[1].change_bp), pair[0]))
    keyed = [(_cell_key(*cell, out), _cell_facts(out, today), (cell, out)) for cell, out in ranked]
    told = _told(keyed, rests, most=MOST_CELLS)
    items = item_names(item for _key, _facts, ((item, _column), _out) in told)
    return [
        Alert(
            key,
            f"{items.get(item, '')} · {columns.names.get(column) or _('Not located')}",
            _cell_sentence(out),
            facts,
            drawer=_drawer(item, column, today),
        )
        for key, facts, ((item, column), out) in told
    ], frozenset(found)


def _cell_key(item: int, column: int, out: Outlier) -> str:
    """Below and above the band are two alerts: who is done with the one hears of the other."""
    return f"cell-{item}-{column}-{'below' if out.change_bp < 0 else 'above'}"


def _cell_facts(out: Outlier, today: date) -> Facts:
    """News once seven days are over that nobody has seen, or when it gets clearly worse."""
    last = today.toordinal()
    return Facts(last - 6, last, size=abs(out.change_bp), slack=SLACK_BP)


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


def _outlets(actor: User, today: date, rests: Rests) -> list[Alert]:
    """Compare outlets with the others of their branch over the last three whole days."""
    found = [
        short
        for days in outlet_days(actor=actor, until=today).values()
        for short in shortfalls(days)
    ]
    last = today.toordinal() - 1
    keyed = [
        (
            f"outlet-{short.outlet_id}",
            Facts(last - SHORT_DAYS + 1, last, size=short.short_bp, slack=SLACK_BP),
            short,
        )
        for short in sorted(found, key=_loss, reverse=True)
    ]
    told = _told(keyed, rests, most=MOST_OUTLETS)
    names = unit_names(short.outlet_id for _key, _facts, short in told)
    orders = reverse("workorders:order-list")
    return [
        Alert(
            key,
            names.get(short.outlet_id, ""),
            _("%(earned)s in three days, %(percent)s below its branch's average of %(average)s")
            % {
                "earned": formatting.money(short.earned),
                "percent": formatting.percent_bp(short.short_bp),
                "average": formatting.money(short.average),
            },
            facts,
            url=f"{orders}?unit={short.outlet_id}",
        )
        for key, facts, short in told
    ]


def _loss(short: Shortfall) -> int:
    return short.average - short.earned
