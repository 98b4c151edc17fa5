"""Rates of rows: foreseen by the replay, seen in the last days, day by day for the page."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Sum

from settlement.models import RuleAlarm, RuleHit, RuleSetVersion, SettlementLine
from settlement.models.rule_hit import EVERY_ORDER
from settlement.monitor.drift import Rate
from settlement.visibility import settlements_seen_whole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from django.db.models import QuerySet

    from accounts.models import User
    from settlement.models import Settlement

WINDOW_DAYS = 7
SHOWN_DAYS = 30
Key = tuple[str, str]
"""The code of a line and the rule it names: one row of the rules."""


class Span(NamedTuple):
    """First and last day, both in it."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Seen:
    """Orders of a span, and how many of them each row fired in."""

    orders: int
    hits: Mapping[Key, int]

    def rate(self, key: Key) -> Rate:
        """The rate of one row."""
        return Rate(self.hits.get(key, 0), self.orders)


def window_of(on: date) -> Span:
    """Return the days that are compared with what was foreseen."""
    return Span(on - timedelta(days=WINDOW_DAYS - 1), on)


def watched_versions(*, on: date) -> list[RuleSetVersion]:
    """Return the versions that settled something in the window."""
    days = RuleHit.objects.filter(code=EVERY_ORDER, day__range=window_of(on))
    return list(RuleSetVersion.objects.filter(pk__in=days.values("version_id")).order_by("pk"))


def foreseen_rates(version: RuleSetVersion) -> dict[Key, Rate]:
    """Return what the replay stored with the version foresaw; empty without a replay of its rules."""
    replay = version.checks.get("replay") or {}
    if not replay.get("orders") or replay.get("outdated"):
        return {}
    orders = int(replay["orders"])
    found = {}
    for hit, count in replay.get("hits", {}).items():
        code, _slash, rule = hit.partition("/")
        found[code, rule] = Rate(int(count), orders)
    return found


def seen_rates(version: RuleSetVersion, span: Span) -> Seen:
    """Return how often rows fired in a span; one query."""
    rows = (
        RuleHit.objects.filter(version=version, day__range=span)
        .values_list("code", "rule")
        .annotate(sum=Sum("orders"))
    )
    sums = {(code, rule): int(count) for code, rule, count in rows}
    return Seen(sums.pop((EVERY_ORDER, ""), 0), sums)


def daily_rates(version: RuleSetVersion, span: Span) -> dict[Key, list[int | None]]:
    """Return each row's rate of every day in basis points, None for days without orders."""
    counted: dict[Key, dict[date, int]] = defaultdict(dict)
    rows = RuleHit.objects.filter(version=version, day__range=span)
    for code, rule, day, orders in rows.values_list("code", "rule", "day", "orders"):
        counted[code, rule][day] = orders
    of_all = counted.pop((EVERY_ORDER, ""), {})
    days = [span.first + timedelta(days=n) for n in range((span.last - span.first).days + 1)]
    return {
        key: [Rate(by_day.get(day, 0), of_all.get(day, 0)).bp for day in days]
        for key, by_day in counted.items()
    }


def hit_settlements(*, version: RuleSetVersion, key: Key, actor: User) -> QuerySet[Settlement]:
    """Return the settlements in which a row has a line, newest first.

    Those whose money the actor may see in full: the page tells what each brought, and to whom.
    """
    lines = SettlementLine.objects.filter(code=key[0], rule=key[1])
    return (
        settlements_seen_whole(actor=actor)
        .filter(version=version, status="active", pk__in=lines.values("settlement_id"))
        .order_by("-done_on", "-pk")
    )


def alarm_by_id(alarm_id: int) -> RuleAlarm | None:
    """Return an alarm with its version."""
    return RuleAlarm.objects.select_related("version__rule_set").filter(pk=alarm_id).first()


def open_alarms() -> int:
    """Return how many alarms wait for an answer; one query."""
    return RuleAlarm.objects.filter(state=RuleAlarm.State.OPEN).count()
