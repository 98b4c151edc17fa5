"""Bills of shops: what a platform says it paid, line by line, whatever it calls it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Protocol

from integrations.errors import MappingError
from integrations.fields import id_text, needed_id
from integrations.times import CHINA
from settlement.bills.lines import LineFacts

if TYPE_CHECKING:
    from datetime import datetime

    from integrations.strict_json import JsonObject


class BillSource(Protocol):
    """One connected shop that can be asked for its bill; raises PlatformError, MappingError."""

    def bill(self, start: datetime, end: datetime) -> Iterator[LineFacts]:
        """Each line booked in start..end, once; `end` must not lie in the future."""


def lines_once(
    found: Iterable[JsonObject],
    *,
    names: dict[str, str],
    kinds: dict[str, str],
    fen: Callable[[object, str], int],
    moment: Callable[[object, str], datetime],
) -> Iterator[LineFacts]:
    """Read rows as `read_line` does, each line once: pages and windows may overlap."""
    seen: set[str] = set()
    for row in found:
        line = read_line(row, names=names, kinds=kinds, fen=fen, moment=moment)
        if line.bill_line_id not in seen:
            seen.add(line.bill_line_id)
            yield line


def read_line(
    row: JsonObject,
    *,
    names: dict[str, str],
    kinds: dict[str, str],
    fen: Callable[[object, str], int],
    moment: Callable[[object, str], datetime],
) -> LineFacts:
    """Read one line; `names` says what the platform calls id, order, line, kind, amount, fee, at.

    `kinds` gives our word for each of the platform's types; another one stops the bill for a
    person to look, because a guess would be guessing money.
    """
    word = str(row.get(names["kind"]) or "")
    if word not in kinds:
        raise MappingError(names["kind"], "bill.unknown_kind", word)
    booked_at = moment(row.get(names["at"]), names["at"])
    return LineFacts(
        bill_line_id=needed_id(row, names["id"]),
        order_number=needed_id(row, names["order"]),
        line_id=id_text(row, names["line"]),
        kind=kinds[word],
        amount_fen=fen(row.get(names["amount"]), names["amount"]),
        fee_fen=fen(row.get(names["fee"], 0), names["fee"]),
        booked_on=booked_at.astimezone(CHINA).date(),
        raw=row,
    )
