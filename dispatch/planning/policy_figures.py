"""The figures of a preview: a day by the weights in force and by the new ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.formatting import duration, km, yuan

if TYPE_CHECKING:
    from dispatch.planning.previewing import Result


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure of a preview, as it is and as it would be; `verdict` is good, bad or empty."""

    label: str
    old: str
    new: str
    change: str
    verdict: str


def compared_figures(result: Result) -> list[Compared]:
    """Return what a preview compares, in words; of each figure less is better."""
    old, new = result.old, result.new
    return [
        _compared(_("Travel"), old.travel_m, new.travel_m, km),
        _compared(_("Time on the road"), old.travel_min, new.travel_min, duration),
        _compared(_("Cost of settlement"), old.cost_fen, new.cost_fen, lambda fen: f"¥{yuan(fen)}"),
        _compared(_("Waiting of customers"), old.late_min, new.late_min, duration),
        _compared(_("Unassigned"), old.unassigned, new.unassigned, str),
    ]


def _compared(label: str, old: int, new: int, words: object) -> Compared:
    say = words if callable(words) else str
    gap = new - old
    change = "" if not gap else f"{'−' if gap < 0 else '+'}{say(abs(gap))}"
    verdict = "" if not gap else "good" if gap < 0 else "bad"
    return Compared(label, say(old), say(new), change, verdict)
