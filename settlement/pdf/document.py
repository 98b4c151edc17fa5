"""A statement as the HTML its PDF is made of; long ones in parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import segno
from django.template.loader import render_to_string

from common.pdf.fonts import printable
from network.models import OrgUnit
from settlement.models import Statement, StatementRun
from settlement.statements.debts import carried_debts
from settlement.statements.verification import verification_url

if TYPE_CHECKING:
    from settlement.statements.debts import CarriedDebt
    from settlement.statements.sheet import Sheet, SheetLine

LINES_A_PART = 500
"""Layout takes time and memory in proportion to lines; beyond this a document is split."""


@dataclass(frozen=True, slots=True)
class Part:
    """One document of a statement: its share of all lines, and the sum of those in parts before."""

    number: int
    of: int
    lines: Sequence[SheetLine]
    carried_fen: int = 0

    @property
    def subtotal_fen(self) -> int:
        """Sum of the lines in this part."""
        return sum(line.amount_fen for line in self.lines)

    @property
    def carried_on_fen(self) -> int:
        """Sum of the lines up to the end of this part; of the last part: the total."""
        return self.carried_fen + self.subtotal_fen

    @property
    def is_first(self) -> bool:
        """Whether balances and moves stand here."""
        return self.number == 1

    @property
    def is_last(self) -> bool:
        """Whether the total and the boxes to sign stand here."""
        return self.number == self.of


def parts(sheet: Sheet) -> list[Part]:
    """Return the statement's documents, at least one, at most 500 lines each, sums carried on."""
    cuts = range(0, max(1, len(sheet.lines)), LINES_A_PART)
    found, carried_fen = list[Part](), 0
    for n, start in enumerate(cuts, start=1):
        part = Part(n, len(cuts), sheet.lines[start : start + LINES_A_PART], carried_fen)
        carried_fen = part.carried_on_fen
        found.append(part)
    return found


def documents(
    statement: Statement, sheet: Sheet, chosen: Sequence[Part] | None = None
) -> Iterator[str]:
    """Yield the HTML of each part (or of the chosen ones) in the language in use.

    It has only characters the font has.
    """
    headquarters = OrgUnit.objects.filter(kind=OrgUnit.Kind.HQ, parent=None).first()
    company = headquarters.name if headquarters else ""
    address = verification_url(statement)
    debts = carried_debts(statement.party, sheet.period) if sheet.carried_debt_fen else ()
    for part in parts(sheet) if chosen is None else chosen:
        yield part_html(statement, sheet, part, company=company, address=address, debts=debts)


def part_html(
    statement: Statement,
    sheet: Sheet,
    part: Part,
    *,
    company: str,
    address: str,
    debts: Sequence[CarriedDebt] = (),
) -> str:
    """Return one document; `address` is what its code leads to, `debts` why money is owed."""
    code = segno.make(address, error="m")
    context = {
        "company": company,
        "statement": statement,
        "sheet": sheet,
        "part": part,
        "is_draft": statement.run.state != StatementRun.State.LOCKED,
        "debts": debts,
        "code": code.svg_data_uri(border=0),
    }
    return printable(render_to_string("settlement/pdf/statement.html", context))
