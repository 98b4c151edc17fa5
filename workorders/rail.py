"""The way of an order at a glance: its own stages, passed and ahead, with planned and actual times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common import clock, formatting
from workorders.flow import Meaning

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workorders.models import WorkOrder
    from workorders.photo_views import PhotoView
    from workorders.stage_times import StageTime

_STATES = {
    Meaning.DONE.value: "done",
    Meaning.CANCELLED.value: "cancelled",
    Meaning.ON_HOLD.value: "held",
}


@dataclass(frozen=True, slots=True)
class RailStep:
    """One stage: `state` is done, now, late, held, cancelled or "" for what lies ahead.

    `department` is named where it changes; `when` and `how_long` are words, empty where unknown.
    """

    label: str
    department: str
    state: str
    when: str
    how_long: str

    @property
    def is_here(self) -> bool:
        """Whether the order stands here."""
        return self.state not in ("done", "")


@dataclass(frozen=True, slots=True)
class Comparison:
    """The first and the last photo of one label."""

    label: str
    first: PhotoView
    last: PhotoView


def rail(
    order: WorkOrder, times: Iterable[StageTime], *, stage_name: str, is_overdue: bool
) -> list[RailStep]:
    """Return the stages of an order in time; one it came back to stands there again.

    An order that is over ends with its last stage, in which no time passes.
    """
    found: list[RailStep] = []
    department = ""
    for row in times:
        changed = row.department if row.department != department else ""
        department = row.department or department
        found.append(
            RailStep(row.name, changed, _state(order, row, is_overdue), _when(row), _length(row))
        )
    if not order.is_open:
        found = [step for step in found if not step.is_here]
        when = formatting.when(order.stage_since, now=clock.now())
        found.append(RailStep(stage_name, "", _STATES.get(order.meaning, "done"), when, ""))
    return found


def _state(order: WorkOrder, row: StageTime, is_overdue: bool) -> str:
    if row.entered_at is None:
        return ""
    if not row.is_now:
        return "done"
    return "late" if is_overdue else _STATES.get(order.meaning, "now")


def _when(row: StageTime) -> str:
    moment = row.entered_at or row.due_at
    if moment is None:
        return ""
    words = formatting.when(moment, now=clock.now())
    return words if row.entered_at else _("by %(when)s") % {"when": words}


def _length(row: StageTime) -> str:
    taken = None if row.taken_min is None else formatting.duration(row.taken_min)
    planned = None if row.planned_min is None else formatting.duration(row.planned_min)
    if taken and planned:
        return _("%(taken)s of %(planned)s") % {"taken": taken, "planned": planned}
    return taken or (_("planned %(planned)s") % {"planned": planned} if planned else "")


def comparisons(photos: Iterable[PhotoView]) -> list[Comparison]:
    """Return the first and the last photo of each label that has several."""
    by_label: dict[str, list[PhotoView]] = {}
    for photo in sorted(photos, key=lambda each: each.at):
        by_label.setdefault(photo.label, []).append(photo)
    return [Comparison(label, rows[0], rows[-1]) for label, rows in by_label.items() if rows[1:]]
