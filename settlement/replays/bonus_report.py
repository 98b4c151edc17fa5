"""The bonuses of periods in a replay as its page shows them: who loses, who gains, what was cut."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from common import clock
from settlement.models import Party, StatementPeriod
from settlement.replays.rows import SumRow, bars_of
from settlement.rule_sheets import party_word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from common.svg import Bin
    from settlement.replays.tally import BonusTally

SHOWN = 10


@dataclass(frozen=True, slots=True)
class BonusSheet:
    """Payees whose bonus of a period changes, and periods that count in part or are not over."""

    changed: int
    losers: tuple[SumRow, ...]
    gainers: tuple[SumRow, ...]
    bars: tuple[Bin, ...]
    notes: tuple[str, ...]


def bonus_sheet(tally: BonusTally, replay_id: int) -> BonusSheet | None:
    """Return the bonuses of a replay; None where neither these rules nor the old ones have any."""
    if not tally.roles:
        return None
    ids = {row[2] for row in tally.rows}
    names = dict(Party.objects.filter(pk__in=ids).values_list("pk", "name"))
    days = {date.fromisoformat(row[0]) for row in [*tally.rows, *tally.cut]}
    periods = {
        one.starts_on.isoformat(): one for one in StatementPeriod.objects.filter(starts_on__in=days)
    }
    rows = [
        replace(
            _row(row, names, periods), url=reverse("settlement:replay-bonus", args=[replay_id, at])
        )
        for at, row in enumerate(tally.rows)
    ]
    rows.sort(key=lambda row: (row.diff_fen, row.name))
    return BonusSheet(
        changed=tally.changed,
        losers=tuple(row for row in rows if row.diff_fen < 0)[:SHOWN],
        gainers=tuple(row for row in reversed(rows) if row.diff_fen > 0)[:SHOWN],
        bars=tuple(bars_of(tally.histogram)),
        notes=tuple(_notes(tally, periods)),
    )


def _row(
    row: list[Any], names: Mapping[int, str], periods: Mapping[str, StatementPeriod]
) -> SumRow:
    first, role, payee, orders = row[:4]
    name = f"{names.get(payee, payee)} · {party_word(role)} · {periods.get(first, first)}"
    return SumRow(name, row[6], row[7], orders)


def _notes(tally: BonusTally, periods: Mapping[str, StatementPeriod]) -> list[str]:
    sentence = _(
        "%(period)s: %(part)d of %(all)d orders are in this replay. The bonus counts them all, the "
        "others with what they brought."
    )
    found = [
        sentence % {"period": periods.get(first, first), "part": part, "all": everything}
        for first, part, everything in tally.cut
    ]
    today = clock.business_day()
    running = _("%(period)s is not over: its bonuses are those of the orders so far.")
    return found + [
        running % {"period": period} for period in periods.values() if period.ends_on >= today
    ]
