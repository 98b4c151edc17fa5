"""A row as a page showed it, as it stands now, and as it was typed: what stands against writing it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.errors import Conflict
from common.journal.selectors import records_of

if TYPE_CHECKING:
    from django.db.models import Model

    from common.two_editors.seen import Shown


@dataclass(frozen=True, slots=True)
class Changed:
    """One field that somebody changed: as the page showed it, as it stands now, as it was typed."""

    name: str
    was: str
    theirs: str
    mine: str

    @property
    def clash(self) -> bool:
        """Whether both changed it, each to something else."""
        return self.theirs != self.mine and self.was not in (self.theirs, self.mine)

    @property
    def take_mine(self) -> bool:
        """What is proposed: the only change there is, and mine where they clash."""
        return self.mine != self.was


class ChangedMeanwhile(Conflict):
    """Somebody saved the row since it was shown: nothing was written. `current` stands there now."""

    def __init__(self, row: Model, current: Shown, changes: tuple[Changed, ...]) -> None:
        latest = records_of(row).first()
        name = latest.actor_name if latest and latest.actor_name else _("Somebody")
        sentence = _("%(name)s changed this row meanwhile. Nothing is lost: choose what counts.")
        super().__init__("form.stale", sentence % {"name": name})
        self.current, self.changes = dict(current), changes


def compared(seen: Shown, now: Shown, mine: Shown) -> tuple[Changed, ...]:
    """Return what stands against writing mine: nothing where nobody else changed the row.

    Nor where I typed nothing, or the very same; else every field that either of us changed.
    """
    if seen in (now, mine) or now == mine:
        return ()
    return tuple(
        Changed(name, was, now[name], mine[name])
        for name, was in seen.items()
        if was != now[name] or was != mine[name]
    )


def says_nothing(seen: Shown | None, mine: Shown) -> bool:
    """Whether nothing was typed: then what somebody else saved since stays."""
    return seen is not None and dict(seen) == dict(mine)


def refuse_stale(row: Model, *, seen: Shown | None, now: Shown, mine: Shown) -> None:
    """Raise ChangedMeanwhile when a locked row was changed since it was shown.

    Without `seen` no page stands behind the change, and nothing is compared.
    """
    changes = compared(seen, now, mine) if seen is not None else ()
    if changes:
        raise ChangedMeanwhile(row, now, changes)
