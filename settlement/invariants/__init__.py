"""What must always be true of settlements, the ledger and the statements."""

from settlement.invariants.corrections import (
    adjustments_are_posted,
    bonus_differences_are_posted,
    differences_are_posted,
    differences_name_rows,
)
from settlement.invariants.disputes import held_money_has_an_exit
from settlement.invariants.guards import guards_stand
from settlement.invariants.ledger import company_balances, entries_balance, transit_is_carried
from settlement.invariants.people import ledger_equals_lines
from settlement.invariants.planned import releases_are_as_planned
from settlement.invariants.settlements import (
    lines_follow_from_operands,
    lines_open_once,
    lines_sum_up,
    orders_are_settled,
)
from settlement.invariants.statements import (
    locked_periods_rest,
    statement_files_are_whole,
    statements_equal_ledger,
)

__all__ = [
    "adjustments_are_posted",
    "bonus_differences_are_posted",
    "company_balances",
    "differences_are_posted",
    "differences_name_rows",
    "entries_balance",
    "guards_stand",
    "held_money_has_an_exit",
    "ledger_equals_lines",
    "lines_follow_from_operands",
    "lines_open_once",
    "lines_sum_up",
    "locked_periods_rest",
    "orders_are_settled",
    "releases_are_as_planned",
    "statement_files_are_whole",
    "statements_equal_ledger",
    "transit_is_carried",
]
