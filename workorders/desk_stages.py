"""Which stages wait for a department at the desk, whose people are told and find them in a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.roles import Role

if TYPE_CHECKING:
    from workorders.flow import Stage

# Orders of dispatchers stand on the board, those of installers on their phones.
SEEN_ELSEWHERE = frozenset({"", "system", str(Role.DISPATCHER), str(Role.INSTALLER)})


def is_at_desk(stage: Stage) -> bool:
    """Whether an order in this stage waits for people who would not see it if nobody told them."""
    return not (stage.quiet or stage.meaning.is_final or stage.role in SEEN_ELSEWHERE)
