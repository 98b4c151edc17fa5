"""Compares every cell of the roll-up with a rebuild, up to the last event that was handled.

A rebuild is what settlements, adjustments and entries say. What an event on its way still brings or
takes out is known one by one and left out of the comparison, so that one that is stuck hides no
other fault. What no event brings any more was missed: a rebuild mends it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Sum
from django.db.models.functions import TruncMonth

from common.outbox.models import OPEN, OutboxRow
from dashboards.models import RevenueRollup, RollupApplied
from dashboards.rollups import (
    ADJUSTMENT,
    ENTRY,
    MEASURES,
    PLACE,
    Place,
    hold_handlers,
    key_of,
    measured,
    place_of,
    rebuild,
)
from settlement.adjustments.events import AdjustmentPosted
from settlement.booked import ledger_by_month
from settlement.events import (
    MoneyChangedHands,
    SettlementReversed,
    WorkOrderResettled,
    WorkOrderSettled,
)
from settlement.models import Settlement, StatementPeriod
from settlement.recipients import Recipient
from settlement.selectors import (
    SettlementFigures,
    adjustment_figures,
    adjustments_in_order,
    chunks,
    read_figures,
    settlements_in_order,
)
from settlement.unordered import figures_of_entries, unordered_entries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

HANDLERS = "dashboards.handlers."
_IN, _OUT = "+", "-"
_KEYS = {
    WorkOrderSettled.topic(): (_IN, "settlement_id"),
    WorkOrderResettled.topic(): (_IN, "settlement_id"),
    SettlementReversed.topic(): (_OUT, "settlement_id"),
    AdjustmentPosted.topic(): (ADJUSTMENT, "adjustment_id"),
    MoneyChangedHands.topic(): (ENTRY, "entry_id"),
}
_COLUMNS = {
    Recipient.CUSTOMERS: "revenue_fen",
    Recipient.INSTALLERS: "installer_fen",
    Recipient.CHANNEL: "channel_fen",
    Recipient.TAX: "tax_fen",
    Recipient.OUTSIDE: "outside_fen",
    Recipient.OWN: "margin_fen",
}
_NOTHING = (0,) * len(MEASURES)
Sums = tuple[int, ...]
"""The values of `MEASURES`: orders, then fen."""


@dataclass(slots=True)
class Compared:
    """Some days of the roll-up beside a rebuild.

    `off` holds kept and right sums of the cells that differ, by their ids; `missed` what no event
    will bring or take out, `waiting` what one on its way will; `moved` counts what stands in another
    place by now.
    """

    cells: int = 0
    off: dict[int, tuple[Sums, Sums]] = field(default_factory=dict)
    missed: set[str] = field(default_factory=set)
    waiting: set[str] = field(default_factory=set)
    moved: int = 0

    @property
    def off_fen(self) -> int:
        """By how many fen, in all sums."""
        return sum(
            abs(kept - right)
            for pair in self.off.values()
            for kept, right in zip(pair[0][1:], pair[1][1:], strict=True)
        )

    @property
    def equals_rebuild(self) -> bool:
        """Whether a rebuild would change nothing but what is on its way."""
        return not (self.off or self.missed or self.moved)


def check_days(first: date, last: date) -> Compared:
    """Compare some days, and make them anew where they are not as a rebuild; in a transaction.

    Comparing holds up nobody: only what differs is looked at once more, while the handlers wait.
    """
    found = compare(first, last)
    if found.equals_rebuild:
        return found
    hold_handlers()
    found = compare(first, last)
    if not found.equals_rebuild:
        rebuild(first, last)
    return found


def compare(first: date, last: date) -> Compared:
    """Compare the cells of some days with what was handled, one by one."""
    kept, places = _cells(first, last)
    found, late = Compared(cells=len(kept)), set[str]()
    right: dict[int, list[int]] = defaultdict(lambda: [0] * len(MEASURES))
    for each in chain(
        _settlements(first, last, late),
        _adjustments(first, last, late),
        _entries(first, last, late),
    ):
        right[each.cell_id] = [a + b for a, b in zip(right[each.cell_id], each.sums, strict=True)]
        found.moved += each.place is not None and each.place != places.get(each.cell_id)
    for cell_id in kept.keys() | right.keys():
        pair = kept.get(cell_id, _NOTHING), tuple(right.get(cell_id, _NOTHING))
        if pair[0] != pair[1]:
            found.off[cell_id] = pair
    found.waiting = late & on_the_way()
    found.missed = late - found.waiting
    return found


class _Handled(NamedTuple):
    """What one event added: where, how much, and where a rebuild puts it (None: where it is)."""

    cell_id: int
    sums: list[int]
    place: Place | None


def _settlements(first: date, last: date, late: set[str]) -> Iterator[_Handled]:
    """Yield what is in of the settlements of these days; note what their events have not done yet."""
    for batch in chunks(settlements_in_order(first, last)):
        known = _applied(
            key_of(sign, each.settlement_id) for each, _on in batch for sign in (1, -1)
        )
        for figures, is_active in batch:
            added, taken = (key_of(sign, figures.settlement_id) for sign in (1, -1))
            cell_id = known.get(added) if taken not in known else None
            if cell_id is not None:
                yield _Handled(cell_id, measured(figures), place_of(figures))
            if (cell_id is not None) != is_active:
                late.add(added if is_active else taken)


def _adjustments(first: date, last: date, late: set[str]) -> Iterator[_Handled]:
    for batch in chunks(adjustments_in_order(first, last)):
        known = _applied(f"{ADJUSTMENT}{pk}" for pk, _figures in batch)
        for pk, figures in batch:
            cell_id = known.get(f"{ADJUSTMENT}{pk}")
            if cell_id is None:
                late.add(f"{ADJUSTMENT}{pk}")
            else:
                yield _Handled(cell_id, measured(figures, orders=0), place_of(figures))


def _entries(first: date, last: date, late: set[str]) -> Iterator[_Handled]:
    """Entries stay where they were added: an installer who moves takes no old bonus along."""
    rows = RollupApplied.objects.filter(
        source_key__startswith=ENTRY, cell__day__range=(first, last)
    ).values_list("source_key", "cell_id")
    known = {int(key.removeprefix(ENTRY)): cell_id or 0 for key, cell_id in rows}
    for pk, figures in figures_of_entries(known):
        yield _Handled(known[pk], measured(figures, orders=0), None)
    for batch in chunks(unordered_entries(first, last)):
        added = _applied(f"{ENTRY}{pk}" for pk, _figures in batch)
        within = [pk for pk, figures in batch if first <= figures.day <= last]
        late |= {f"{ENTRY}{pk}" for pk in within} - added.keys()


def _applied(keys: Iterable[str]) -> dict[str, int | None]:
    rows = RollupApplied.objects.filter(source_key__in=list(keys))
    return dict(rows.values_list("source_key", "cell_id"))


def _cells(first: date, last: date) -> tuple[dict[int, Sums], dict[int, Place]]:
    rows = RevenueRollup.objects.filter(day__range=(first, last))
    found = list(rows.values_list("pk", *PLACE, *MEASURES))
    end = 1 + len(PLACE)
    return {row[0]: row[end:] for row in found}, {row[0]: row[1:end] for row in found}


def on_the_way() -> set[str]:
    """Return what events that wait for their handler will add or take out, as the roll-up keys it."""
    rows = OutboxRow.objects.filter(OPEN, handler__startswith=HANDLERS, topic__in=_KEYS)
    found = set()
    for topic, payload in rows.values_list("topic", "payload"):
        letter, name = _KEYS[topic]
        found.add(f"{letter}{payload[name]}")
    return found


def months() -> list[date]:
    """Return the first day of every month that anything could stand in, the oldest first."""
    found = set(RevenueRollup.objects.dates("day", "month"))
    found |= set(Settlement.objects.dates("done_on", "month"))
    for name in ("starts_on", "ends_on"):
        found |= set(StatementPeriod.objects.dates(name, "month"))
    return sorted(found)


class LedgerGap(NamedTuple):
    """A month whose figures are not what was posted for one kind of recipient, in fen."""

    month: date
    whose: Recipient
    kept_fen: int
    booked_fen: int


def ledger_gaps() -> list[LedgerGap]:
    """Compare each month's sums, with what is on its way, with the postings themselves."""
    rows = RevenueRollup.objects.order_by().values_list(TruncMonth("day"))
    kept = {
        (month, whose): int(fen)
        for month, *sums in rows.annotate(*map(Sum, _COLUMNS.values()))
        for whose, fen in zip(_COLUMNS, sums, strict=True)
    }
    booked = ledger_by_month()
    for figures, sign in _owed():
        for whose, name in _COLUMNS.items():
            key = figures.day.replace(day=1), whose
            kept[key] = kept.get(key, 0) + sign * getattr(figures, name)
    return [
        LedgerGap(month, whose, here, there)
        for month, whose in sorted(kept.keys() | booked.keys())
        if (here := kept.get((month, whose), 0)) != (there := booked.get((month, whose), 0))
    ]


def _owed() -> Iterator[tuple[SettlementFigures, int]]:
    """Yield what is on its way and not in yet (1), or not out yet (-1)."""
    asked = on_the_way()
    ids = {
        letter: {int(key[1:]) for key in asked if key[0] == letter}
        for letter in (_IN, _OUT, ADJUSTMENT, ENTRY)
    }
    settled = ids[_IN] | ids[_OUT]
    known = _applied([*asked, *(key_of(sign, pk) for pk in settled for sign in (1, -1))])
    for figures, is_active in read_figures(Settlement.objects.filter(pk__in=settled)):
        added, taken = (key_of(sign, figures.settlement_id) for sign in (1, -1))
        sign = is_active - (known.get(added) is not None and taken not in known)
        if sign:
            yield figures, sign
    for pk in ids[ADJUSTMENT]:
        if f"{ADJUSTMENT}{pk}" not in known:
            yield adjustment_figures(pk), 1
    missing = [pk for pk in ids[ENTRY] if f"{ENTRY}{pk}" not in known]
    for _pk, figures in figures_of_entries(missing):
        yield figures, 1
