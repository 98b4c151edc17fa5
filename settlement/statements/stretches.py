"""Where every line of a statement stands, without reading what it says.

One settlement of a payee is one entry with so many lines, which stand together.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count

from settlement.models import PeriodLine, SettlementLine
from settlement.statements.corrections import origins
from settlement.statements.ledger_lines import BONUS, heads_of, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from settlement.models import Party
    from settlement.statements.ledger_entries import Entry
    from settlement.statements.ledger_lines import Head


class Stretch(NamedTuple):
    """The lines of one entry, which stand together."""

    day: date
    order_number: str
    lines: int
    entry: Entry


def stretches_of(party: Party, entries: list[Entry]) -> list[Stretch]:
    """Return them by day and order as `read_sheet` has them; entries of one order in the order of the books."""
    heads, bonuses = heads_of(entries), _bonuses(party, entries)
    settled = _settled(party, heads)
    days = _days(party, [one for one in entries if not _known(one, heads, bonuses)])
    found = []
    for entry in entries:
        head = heads.get(entry.settled_as) if entry.settled_as else None
        if entry.source_key in bonuses:
            found.append(Stretch(date.max, "", bonuses[entry.source_key], entry))
        elif head is not None:
            lines = settled.get(head.pk, 0)
            found.append(Stretch(head.done_on, head.order_number, lines, entry))
        else:
            day = days.get(entry.source_key) or date.max
            found.append(Stretch(day, entry.order_number, 1, entry))
    return sorted(found, key=lambda one: (one.day, one.order_number))


def _known(entry: Entry, heads: Mapping[tuple[int, int], Head], bonuses: Mapping[str, int]) -> bool:
    return entry.settled_as in heads or entry.source_key in bonuses


def _days(party: Party, entries: list[Entry]) -> dict[str, date | None]:
    """The days of what no line of a settlement explains."""
    found = origins(party, [one.source_key for one in entries])
    return {key: origin.done_on for key, origin in found.items()}


def _settled(party: Party, heads: Mapping[tuple[int, int], Head]) -> dict[int, int]:
    """How many lines of each settlement the payee's statement shows."""
    lines = SettlementLine.objects.filter(
        shown(), settlement_id__in=[head.pk for head in heads.values()], payee=party
    )
    return dict(lines.order_by().values_list("settlement_id").annotate(n=Count("pk")))


def _bonuses(party: Party, entries: list[Entry]) -> dict[str, int]:
    keys = [one.source_key for one in entries if one.source_key.startswith(BONUS)]
    if not keys:
        return {}
    lines = PeriodLine.objects.filter(payee=party, entry__source_key__in=keys)
    rows = lines.order_by().values_list("entry__source_key").annotate(n=Count("pk"))
    return dict(rows)
