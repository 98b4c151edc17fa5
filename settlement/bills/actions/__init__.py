"""What people do about an exception; recorded each time, taken back only by a counter action."""

from settlement.bills.actions.accepting import accept_difference
from settlement.bills.actions.deciding import decide_acceptance
from settlement.bills.actions.effects import Effect, bearers, effects, open_parts
from settlement.bills.actions.linking import count_for, count_for_itself
from settlement.bills.actions.small import AT_ONCE, accept_small
from settlement.bills.actions.taking_back import decide_taking_back, take_back_acceptance
from settlement.bills.actions.waiting import (
    ask_for_order,
    raise_with_platform,
    resume,
    wait_until,
)
from settlement.bills.limit import SMALL_FEN

__all__ = [
    "AT_ONCE",
    "SMALL_FEN",
    "Effect",
    "accept_difference",
    "accept_small",
    "ask_for_order",
    "bearers",
    "count_for",
    "count_for_itself",
    "decide_acceptance",
    "decide_taking_back",
    "effects",
    "open_parts",
    "raise_with_platform",
    "resume",
    "take_back_acceptance",
    "wait_until",
]
