"""Which rules cause quarrels: how often their lines are disputed, and how often rightly.

What silence confirmed, and what nobody decided in time, nobody has judged: both stand apart from
what was upheld.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Max, Q, Sum
from django.db.models.functions import Coalesce

from settlement.disputes import flow
from settlement.disputes.selectors import disputed_rules, visible_disputes
from settlement.models import PeriodLine, SettlementLine
from settlement.visibility import payees_money

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class RuleQuarrels:
    """One rule's disputes; rates in basis points, None where nothing was answered yet."""

    rule: str
    label: str
    version_id: int
    lines: int
    disputes: int
    open: int
    upheld: int
    silent: int
    expired: int
    claimed_fen: int
    paid_fen: int
    share_bp: int
    upheld_bp: int | None


def quarrels_by_rule(*, actor: User) -> list[RuleQuarrels]:
    """Return the disputed rules, the most quarrelled one first; four queries.

    Each counts the disputes of its list, and against them the lines its reader may see likewise.
    """
    judged = Q(decided_at__isnull=False, decided_by__isnull=False)
    rows = (
        visible_disputes(actor=actor)
        .filter(entry=None)
        .order_by()
        .values(rule=Coalesce("line__rule", "period_line__rule"))
        .annotate(
            disputes=Count("pk"),
            open=Count("pk", filter=Q(state__in=flow.OPEN)),
            upheld=Count("pk", filter=judged & Q(decided_fen__gt=0)),
            answered=Count("pk", filter=judged),
            silent=Count("pk", filter=Q(decided_at__isnull=False, decided_by=None)),
            expired=Count("pk", filter=Q(state=flow.State.TIMED_OUT_DISMISSED)),
            claimed=Sum("claimed_fen"),
            paid=Sum("decided_fen"),
            version=Max(Coalesce("line__settlement__version", "period_line__version")),
        )
        .order_by("-disputes", "rule")
    )
    found = list(rows)
    labels, lines = dict(disputed_rules(actor=actor)), _lines(actor, {row["rule"] for row in found})
    return [_quarrels(row, labels.get(row["rule"], ""), lines[row["rule"]]) for row in found]


def _lines(actor: User, rules: set[str]) -> Counter[str]:
    """How many lines of each rule the reader may see, of orders and of periods."""
    counted: Counter[str] = Counter()
    ordered = payees_money(actor, "payee", "settlement__work_order__")
    for lines in (
        SettlementLine.objects.filter(ordered, payee__isnull=False),
        PeriodLine.objects.filter(payees_money(actor, "payee", None)),
    ):
        rows = lines.filter(rule__in=rules).order_by().values_list("rule")
        counted.update(dict(rows.annotate(n=Count("pk"))))
    return counted


def _quarrels(row: Mapping[str, object], label: str, lines: int) -> RuleQuarrels:
    numbers = {key: int(str(row[key] or 0)) for key in row if key not in _TEXTS}
    answered = numbers["answered"]
    return RuleQuarrels(
        rule=str(row["rule"]),
        label=label,
        version_id=numbers["version"],
        lines=lines,
        disputes=numbers["disputes"],
        open=numbers["open"],
        upheld=numbers["upheld"],
        silent=numbers["silent"],
        expired=numbers["expired"],
        claimed_fen=numbers["claimed"],
        paid_fen=numbers["paid"],
        share_bp=numbers["disputes"] * 10_000 // lines if lines else 0,
        upheld_bp=numbers["upheld"] * 10_000 // answered if answered else None,
    )


_TEXTS = {"rule"}
