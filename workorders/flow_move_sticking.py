"""Which orders would stick in their new stage when they are moved to another version, and why."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from workorders.flow import GUARDS, Meaning
from workorders.flow.moving import GIVEN_TO_SOMEBODY, asked_anew
from workorders.models import (
    CheckIn,
    CustomerQuestion,
    Evidence,
    FormAnswers,
    StageTask,
    StepDone,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from workorders.flow import Flow, Stage
    from workorders.models import WorkOrder

NAMED = 20
"""So many orders are named at most."""


@dataclass(frozen=True, slots=True)
class Sticking:
    """How many orders stick, the numbers of the first of them, and the reasons in words."""

    count: int
    numbers: tuple[str, ...]
    whys: tuple[str, ...]


def sticking(
    here: QuerySet[WorkOrder], old: Flow, stage: Stage, new: Flow, target: Stage
) -> Sticking:
    """Return what of some orders in a stage would stick in the stage of another version."""
    found = [
        (why, lacks, here.filter(lacks).count()) for why, lacks in _reasons(old, stage, new, target)
    ]
    found = [each for each in found if each[2]]
    if not found:
        return Sticking(0, (), ())
    stuck = Q(pk__in=[])
    for _why, lacks, _count in found:
        stuck |= lacks
    stuck_here = here.filter(stuck)
    numbers = stuck_here.order_by("pk").values_list("number", flat=True)[:NAMED]
    whys = [f"{why} ({count})" if len(found) > 1 else why for why, _lacks, count in found]
    return Sticking(stuck_here.count(), tuple(numbers), tuple(whys))


def _reasons(old: Flow, stage: Stage, new: Flow, target: Stage) -> list[tuple[str, Q]]:
    """Each reason with what the orders that stick by it have in common."""
    asked = asked_anew(old, stage.key, new, target.key)
    stays = stage.key == target.key
    found: list[tuple[str, Q]] = []
    if target.meaning in GIVEN_TO_SOMEBODY:
        found.append((_("Nobody has them"), Q(installer=None)))
    if target.meaning is Meaning.WAITING:
        found.append((_("Somebody has them"), Q(installer__isnull=False)))
    if target.form:
        form = new.form(target.form)
        why = _("The form “%(name)s” has to be filled in first")
        words = why % {"name": form.name if form else target.form}
        found.append((words, ~_filled(target.form) if stays else _all()))
    found += _tasks(stage, target)
    if "customer_answered" in asked:
        found.append((_guard("customer_answered"), ~_agreed() if stays else _all()))
    found += [(_guard(name), ~given()) for name, given in _PROOFS.items() if name in asked]
    return found


def _tasks(stage: Stage, target: Stage) -> list[tuple[str, Q]]:
    """The tasks every order gets there besides; of one in the same stage those not done yet."""
    stays = stage.key == target.key
    known: Collection[str] = {task.key for task in stage.tasks} if stays else ()
    new = [task for task in target.tasks if task.key not in known and not task.when]
    return [
        (
            _("The task “%(name)s” has to be done first") % {"name": task.name},
            ~_done(task.key) if stays else _all(),
        )
        for task in new
    ]


def _guard(name: str) -> str:
    return _("Asked for anew: %(what)s") % {"what": _(GUARDS[name])}


def _all() -> Q:
    return Q(pk__isnull=False)


def _filled(form: str) -> Q:
    rows = FormAnswers.objects.filter(work_order=OuterRef("pk"), stay__left_at=None, task=None)
    return Q(Exists(rows.filter(form=form, complete=True)))


def _done(task: str) -> Q:
    rows = StageTask.objects.filter(work_order=OuterRef("pk"), stay__left_at=None, key=task)
    return Q(Exists(rows.exclude(done_at=None)))


def _agreed() -> Q:
    rows = CustomerQuestion.objects.filter(work_order=OuterRef("pk"), stay__left_at=None)
    return Q(Exists(rows.filter(agreed=True)))


def _shown(kind: str) -> Callable[[], Q]:
    rows = Evidence.objects.filter(work_order=OuterRef("pk"), kind=kind)
    return lambda: Q(Exists(rows))


# What is counted over a whole order: who has none of it sticks for certain.
_PROOFS: Mapping[str, Callable[[], Q]] = {
    "has_photos": _shown(Evidence.Kind.PHOTO),
    "has_a_photo": _shown(Evidence.Kind.PHOTO),
    "has_signature": _shown(Evidence.Kind.SIGNATURE),
    "checked_in": lambda: Q(Exists(CheckIn.objects.filter(work_order=OuterRef("pk")))),
    "steps_done": lambda: Q(Exists(StepDone.objects.filter(work_order=OuterRef("pk")))),
}
