"""The lines of a payee's statement: of settlements, of bonuses, and of entries that have none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q

from settlement.models import Party, PeriodLine, Settlement, SettlementLine
from settlement.models import StatementPeriod as Period
from settlement.statements.corrections import Origin, origins
from settlement.statements.ledger_entries import LinesDiffer
from settlement.statements.sheet import SheetLine
from settlement.statements.texts import Texts
from settlement.statements.wording import entry_words

if TYPE_CHECKING:
    from datetime import date

    from settlement.statements.ledger_entries import Entry


BONUS = "volume:"
"""Before the source key of an entry of bonuses."""

DOUBTED = frozenset({"adjustment", "difference", "bill"})
"""Kinds of entries their payees may doubt; what a dispute gave is doubted on its own line."""


class Head(NamedTuple):
    """What the lines of one settlement share."""

    pk: int
    order_number: str
    done_on: date
    place: str
    item: str
    version: str
    is_active: bool


def heads_of(entries: Iterable[Entry]) -> dict[tuple[int, int], Head]:
    """Return settlements by work order and the number they were posted under (1 is the first)."""
    orders = {entry.settled_as[0] for entry in entries if entry.settled_as}
    rows = (
        Settlement.objects.filter(work_order_id__in=orders)
        .order_by("pk")
        .values_list(
            "work_order_id", "pk", "work_order__number", "done_on", "work_order__site_region__name",
            "work_order__address__city", "work_order__item_version__name", "version__number", "status",
        )
    )  # fmt: skip
    count: dict[int, int] = defaultdict(int)
    heads = {}
    for order, pk, number, done_on, region, city, item, version, status in rows:
        count[order] += 1
        heads[order, count[order]] = Head(
            pk, number, done_on, region or city, item, version, status == Settlement.Status.ACTIVE
        )  # fmt: skip
    return heads


def shown() -> Q:
    """Stored lines a statement shows: those with an amount, and those that may still get one."""
    return ~Q(amount_fen=0) | Q(provisional=True)


def lines_of(party: Party, period: Period, entries: list[Entry]) -> Iterable[SheetLine]:
    heads = heads_of(entries)
    bonuses = _bonus_lines(party, entries)
    found = origins(party, [entry.source_key for entry in entries])
    # An order's other settlements are known by their number alone: other entries speak of them.
    spoken_of = [heads[key].pk for entry in entries if (key := entry.settled_as) in heads and key]
    stored, texts = _stored_lines(party, spoken_of), Texts(spoken_of)
    for entry in entries:
        head = heads.get(entry.settled_as) if entry.settled_as else None
        if entry.source_key in bonuses:
            yield from _of_bonus(entry, bonuses[entry.source_key])
            continue
        if head is None:
            yield _plain_line(entry, found.get(entry.source_key), period)
            continue
        sign = -1 if entry.taken_back else 1
        lines = stored.get(head.pk, [])
        if sign * sum(line.amount_fen for line in lines) != entry.amount_fen:
            raise LinesDiffer(f"{party} {period}: {entry.source_key} is not {entry.amount_fen} fen")
        late = not period.starts_on <= head.done_on <= period.ends_on
        for line in lines:
            if line.amount_fen or line.provisional:  # as `shown`
                yield _line(line, head, texts, sign=sign, late=late)


def _stored_lines(party: Party, settlements: list[int]) -> dict[int, list[SettlementLine]]:
    found: dict[int, list[SettlementLine]] = defaultdict(list)
    chosen = SettlementLine.objects.filter(settlement_id__in=settlements, payee=party)
    for line in chosen.order_by("settlement_id", "seq"):
        found[line.settlement_id].append(line)
    return found


def _line(line: SettlementLine, head: Head, texts: Texts, *, sign: int, late: bool) -> SheetLine:
    return SheetLine(
        n=0,
        order_number=head.order_number,
        done_on=head.done_on,
        place=head.place,
        item=head.item,
        code=line.code,
        label=line.label,
        rule=line.rule,
        version=head.version,
        seq=line.seq,
        base_fen=None if line.base_fen is None else sign * line.base_fen,
        rate_num=line.rate_num,
        rate_den=line.rate_den,
        amount_fen=sign * line.amount_fen,
        because=line.because,
        provisional=line.provisional,
        taken_back=sign < 0,
        late=late,
        settlement_id=head.pk,
        doubted_as=("line", line.pk) if sign > 0 and head.is_active else None,
        texts=texts,
    )


def _bonus_lines(party: Party, entries: list[Entry]) -> dict[str, list[PeriodLine]]:
    """Lines of the payee's bonuses by the key of their entry; no query without such an entry."""
    keys = [entry.source_key for entry in entries if entry.source_key.startswith(BONUS)]
    found: dict[str, list[PeriodLine]] = defaultdict(list)
    if keys:
        chosen = PeriodLine.objects.filter(payee=party, entry__source_key__in=keys)
        for line in chosen.select_related("entry", "version").order_by("entry_id", "seq"):
            found[line.entry.source_key].append(line)
    return found


def _of_bonus(entry: Entry, lines: list[PeriodLine]) -> Iterable[SheetLine]:
    sign = -1 if entry.taken_back else 1
    for line in lines:
        yield SheetLine(
            n=0, order_number="", done_on=None, place="", item="", code=line.code,
            label=line.label, rule=line.rule, version=line.version.number, seq=line.seq,
            base_fen=sign * line.base_fen, rate_num=line.rate_num, rate_den=line.rate_den,
            amount_fen=sign * line.amount_fen, because=line.because, provisional=False,
            taken_back=sign < 0, late=False, doubted_as=("bonus", line.pk) if sign > 0 else None,
        )  # fmt: skip


def _plain_line(entry: Entry, origin: Origin | None, period: Period) -> SheetLine:
    """An entry that no line of a settlement explains: it stands for itself, with its origin."""
    words = str(entry_words(entry.kind))
    origin = origin or Origin(words, entry.source_key, "", None, "", "")
    day = origin.done_on
    return SheetLine(
        n=0, order_number=entry.order_number, done_on=day, place=origin.place, item=origin.item,
        code=entry.kind, label=origin.label, rule=origin.rule, version=origin.version, seq=0,
        base_fen=None, rate_num=None, rate_den=None, amount_fen=entry.amount_fen, because={},
        provisional=False, taken_back=entry.taken_back,
        late=day is not None and not period.starts_on <= day <= period.ends_on,
        doubted_as=("entry", entry.pk) if entry.kind in DOUBTED and not entry.taken_back else None,
        said=origin.why_back or origin.why if entry.taken_back else origin.why, corrects=origin.slip,
    )  # fmt: skip
