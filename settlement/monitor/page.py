"""The monitor of one version as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common import clock, formatting
from settlement.models import RuleAlarm
from settlement.monitor.drift import Rate
from settlement.monitor.expecting import expected_of
from settlement.monitor.selectors import (
    SHOWN_DAYS,
    Key,
    Span,
    daily_rates,
    seen_rates,
    window_of,
)
from settlement.rule_names import row_names
from settlement.services.rules_in_force import compiled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from settlement.models import RuleSetVersion
    from settlement.monitor.expecting import Expected


@dataclass(frozen=True, slots=True)
class RowShown:
    """One row: foreseen and seen rate in words, its days as a line, its alarm if it has one."""

    code: str
    rule: str
    label: str
    name: str  # of the row; empty: the component has no rows
    foreseen: str  # empty: nothing was foreseen
    seen: str
    hits: int
    days: tuple[int | None, ...]  # share of each day's orders, basis points
    alarm: RuleAlarm | None
    is_new: bool  # fires although the replay never saw it fire


@dataclass(frozen=True, slots=True)
class MonitorShown:
    """A version's rows, those with an alarm first."""

    version: RuleSetVersion
    span: Span
    orders: int
    foreseen_orders: int
    rows: tuple[RowShown, ...]
    alarms: int
    before: RuleSetVersion | None  # compared with what this version did; None: with a replay

    @property
    def is_compared(self) -> bool:
        """Whether there is anything to compare with."""
        return self.foreseen_orders > 0


def monitor_of(version: RuleSetVersion, *, only: Key | None = None) -> MonitorShown:
    """Return the monitor of a version, or of one of its rows; six queries at most."""
    on = clock.business_day()
    span = window_of(on)
    seen, known = seen_rates(version, span), expected_of(version)
    foreseen = known.rates
    shown_span = Span(on - timedelta(days=SHOWN_DAYS - 1), on)
    days = daily_rates(version, shown_span)
    alarms = {
        (each.code, each.rule): each
        for each in RuleAlarm.objects.select_related("answered_by")
        .filter(version=version)
        .exclude(state=RuleAlarm.State.OVER)
    }
    rules, names = compiled(version), row_names(version.body)
    rows = [
        _row(key, (rules.label_of(key[0]), names), seen.rate(key), known, days, alarms)
        for key in ({only} if only else {*foreseen, *days})
    ]
    order = {str(each["code"]): at for at, each in enumerate(version.body["components"])}
    place = {rule: at for at, rule in enumerate(names)}
    rows.sort(
        key=lambda row: (
            row.alarm is None,
            not row.is_new,
            order.get(rules.component_of(row.code), len(order)),
            row.code,
            place.get(row.rule, 0),
            row.rule,
        )
    )
    return MonitorShown(
        version=version,
        span=span,
        orders=seen.orders,
        foreseen_orders=known.orders,
        rows=tuple(rows),
        alarms=sum(each.state == RuleAlarm.State.OPEN for each in alarms.values()),
        before=known.before,
    )


def _row(
    key: Key,
    called: tuple[str, Mapping[str, str]],
    rate: Rate,
    known: Expected,
    days: Mapping[Key, list[int | None]],
    alarms: Mapping[Key, RuleAlarm],
) -> RowShown:
    return RowShown(
        code=key[0],
        rule=key[1],
        label=called[0],
        name=called[1].get(key[1], ""),
        foreseen=_rate_words(known.rates[key]) if key in known.rates else "",
        seen=_rate_words(rate),
        hits=rate.hits,
        days=tuple(days.get(key, ())),
        alarm=alarms.get(key),
        is_new=known.knows_all and key not in known.rates and rate.hits > 0,
    )


def _rate_words(rate: Rate) -> str:
    return formatting.percent_bp(rate.bp)


def alarm_words(alarm: RuleAlarm) -> str:
    """Say what an alarm is about."""
    more = alarm.hits * alarm.expected_orders > alarm.expected_hits * alarm.orders
    words = {
        "seen": _rate_words(Rate(alarm.hits, alarm.orders)),
        "foreseen": _rate_words(Rate(alarm.expected_hits, alarm.expected_orders)),
        "hits": alarm.hits,
        "orders": alarm.orders,
    }
    if more:
        return (
            _(
                "Fires more often than expected: %(seen)s of the orders (%(hits)s of"
                " %(orders)s) instead of %(foreseen)s"
            )
            % words
        )
    return (
        _(
            "Fires less often than expected: %(seen)s of the orders (%(hits)s of"
            " %(orders)s) instead of %(foreseen)s"
        )
        % words
    )


def alarm_title(alarm: RuleAlarm) -> str:
    """Name the row an alarm is about."""
    label = compiled(alarm.version).label_of(alarm.code)
    name = row_names(alarm.version.body).get(alarm.rule)
    return f"{label} · {name}" if name else label
