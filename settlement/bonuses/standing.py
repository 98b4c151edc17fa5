"""The bonuses of a period as they stand in the books: what its lock posted, and what was added since.

The key of an entry says whose it is: `volume:PERIOD:TURN:RULE SET:PAYEE:ROLE`. The period is the one
the bonus is for; what a recompute adds to a locked period's bonus lies in a later one.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from settlement.models import JournalEntry, PeriodLine

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from settlement.engine.result import Line
    from settlement.models import RuleSetVersion, StatementPeriod

KIND = "volume"


class Owner(NamedTuple):
    """Whose bonus it is."""

    rule_set_id: int
    party_id: int
    role: str


def standing_entries(period: StatementPeriod) -> QuerySet[JournalEntry]:
    """Return the entries of a period's bonuses that nothing has taken back, the oldest first."""
    found = JournalEntry.objects.filter(kind=KIND, source_key__startswith=f"{KIND}:{period.pk}:")
    return found.exclude(corrections__kind="reversal").order_by("pk")


def standing_lines(period: StatementPeriod) -> dict[Owner, list[PeriodLine]]:
    """Return the lines behind these entries, by whose they are."""
    found: dict[Owner, list[PeriodLine]] = defaultdict(list)
    lines = PeriodLine.objects.filter(entry__in=standing_entries(period))
    for line in lines.select_related("entry", "version__rule_set").order_by("entry_id", "seq"):
        _kind, _period, _turn, rule_set, party, role = line.entry.source_key.split(":")
        found[Owner(int(rule_set), int(party), role)].append(line)
    return found


def line_of(line: Line, version: RuleSetVersion) -> PeriodLine:
    """Return a reckoned line ready to be posted."""
    return PeriodLine(
        version=version,
        code=line.code,
        rule=line.rule,
        label=line.because["label"],
        base_fen=line.base_fen or 0,
        rate_num=line.rate_num or 0,
        rate_den=line.rate_den or 1,
        amount_fen=line.amount_fen,
        because=dict(line.because),
    )


def opposite(lines: Iterable[PeriodLine]) -> list[PeriodLine]:
    """Return lines that take others back; what took another back already goes out with it."""
    sums: dict[tuple[object, ...], list[PeriodLine]] = {}
    for line in lines:
        size = abs(line.base_fen), line.rate_num, line.rate_den, abs(line.amount_fen)
        same = sums.setdefault((line.version_id, line.rule, *size, str(line.because)), [])
        if same and (same[-1].amount_fen < 0) != (line.amount_fen < 0):
            same.pop()
        else:
            same.append(line)
    return [
        PeriodLine(
            version=line.version,
            code=line.code,
            rule=line.rule,
            label=line.label,
            base_fen=-line.base_fen,
            rate_num=line.rate_num,
            rate_den=line.rate_den,
            amount_fen=-line.amount_fen,
            because=line.because,
        )
        for kept in sums.values()
        for line in kept
    ]
