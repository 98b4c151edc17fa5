"""A price agreed with one person for one job, in place of what the rules would give them."""

from collections.abc import Sequence
from typing import Any

from settlement.engine.money import share_fen
from settlement.engine.result import WORKER, LineRow

AGREED, BORNE = "AGREED", "AGREED_BY"
"""Codes of the two lines: to the person, and from who bears the difference."""
BEARER = "branch"
ON_SITE = "charges"
"""Extra charges confirmed on site are work beyond what was agreed: their shares stand beside it."""


def with_agreed(
    rows: Sequence[LineRow], start: int, end: int, agreed_fen: int
) -> tuple[list[LineRow], int, int]:
    """Return the rows with one line of the agreed price for the person, and where releases stand.

    What the rules give them goes, and with it what a contractor need not know of the company's
    prices. The branch that settles the order gains or bears the difference: the sum stays.
    """
    by_rules = sum(row[7] for row in (*rows[:start], *rows[end:]) if _is_replaced(row))
    plain: dict[str, Any] = {"how": "agreed", "flat_fen": agreed_fen}
    before = [row for row in rows[:start] if not _is_replaced(row)]
    releases = _released(rows[start:end], agreed_fen - by_rules)
    after = [row for row in rows[end:] if not _is_replaced(row)]
    after.append((0, AGREED, WORKER, AGREED, None, None, None, agreed_fen, plain))
    left = by_rules - agreed_fen
    if left:
        why: dict[str, Any] = {"how": "agreed_by", "before_fen": agreed_fen}
        after.append((0, BORNE, BEARER, AGREED, by_rules, None, None, left, why))
    found = [(number, *row[1:]) for number, row in enumerate([*before, *releases, *after], start=1)]
    return found, len(before), len(before) + len(releases)


def _is_replaced(row: LineRow) -> bool:
    return row[2] == WORKER and row[8]["how"] != ON_SITE


def _released(rows: Sequence[LineRow], more: int) -> list[LineRow]:
    """The person's milestones over the agreed sum: each its share, the last the rest."""
    found: list[LineRow] = []
    before = 0
    for seq, code, party, rule, base, num, den, amount, because in rows:
        if party != WORKER or base is None:
            found.append((seq, code, party, rule, base, num, den, amount, because))
            continue
        whole, why = max(base + more, 0), because
        if num is None or den is None:
            part, why = whole - before, {**because, "before_fen": before}
        else:
            part = share_fen(whole, num, den)
        before += part
        found.append((seq, code, party, rule, whole, num, den, part, why))
    return found
