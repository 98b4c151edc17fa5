"""What becomes of an order's milestones when its money is computed again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common import clock
from settlement.services.parties import installer_party
from settlement.services.storing import release_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from settlement.engine.result import Outcome
    from settlement.models import Party, Release, Settlement

Key = tuple[int | str, ...]


def planned_again(
    active: Settlement, outcome: Outcome, to: Mapping[str, Party], reached: Mapping[str, date]
) -> list[Release]:
    """Return the new plan; a stage that was reached before stays reached, for everybody.

    A payee's part goes on as it stood under the same code and stage. Where codes changed, or older
    parts have none, it goes on as the payee's next part of its stage.
    """
    before = list(active.releases.all())
    parts = release_rows(outcome, to, active.done_on, _reached_before(before) | dict(reached))
    mine = installer_party(active.installer).pk
    whose: list[Callable[[Release], Key]] = [
        lambda part: (part.payee_id or mine, part.milestone, part.code),
        lambda part: (part.payee_id or mine, part.milestone),
    ]
    new = parts
    for key in whose:
        open_ones: dict[Key, list[Release]] = {}
        for was in sorted(before, key=lambda each: each.seq):
            open_ones.setdefault(key(was), []).append(was)
        left = []
        for part in new:
            same = open_ones.get(key(part))
            if same:
                was = same.pop(0)
                before.remove(was)
                _go_on(part, was)
            else:
                left.append(part)
        new = left
    return parts


def _reached_before(before: list[Release]) -> dict[str, date]:
    """The stages that released somebody's part by themselves, and when."""
    return {
        part.milestone: clock.business_day(part.released_at)
        for part in before
        if part.released_at is not None and part.after_days is None and part.due_on is None
    }


def _go_on(part: Release, was: Release) -> None:
    """Let a new part stand where the old one stood."""
    if was.released_at is not None:
        part.released_at, part.due_on = was.released_at, was.due_on
    elif was.due_on is not None and part.due_on is not None:
        # Whoever moved the day by hand had a reason that other rules do not take away.
        part.released_at, part.due_on = None, was.due_on
    elif was.due_on is None:
        # It still waits: for its stage, or for days that begin now and whose end the schedule tells of.
        part.released_at = None
