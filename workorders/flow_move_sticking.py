"""Which orders would stick in their new stage when they are moved to another version, and why."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from common.remembering import remembering
from workorders.flow import GUARDS, Meaning, holds
from workorders.flow.moving import GIVEN_TO_SOMEBODY, asked_anew
from workorders.flow_facts import facts_of
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
    from workorders.flow.shape import Condition
    from workorders.models import WorkOrder

NAMED = 20
"""So many orders are named at most."""
_AT_ONCE = 500


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
    reasons = [*_reasons(old, stage, new, target), *_tasks(here, stage, target)]
    found = [(why, lacks, here.filter(lacks).count()) for why, lacks in reasons]
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
    if "customer_answered" in asked:
        found.append((_guard("customer_answered"), ~_agreed() if stays else _all()))
    found += [(_guard(name), ~given()) for name, given in _PROOFS.items() if name in asked]
    return found


def _tasks(here: QuerySet[WorkOrder], stage: Stage, target: Stage) -> list[tuple[str, Q]]:
    """The tasks orders get there besides; of one in the same stage those not done yet.

    A task for some orders alone is a reason for those its conditions hold for.
    """
    stays = stage.key == target.key
    before = {task.key: task for task in stage.tasks} if stays else {}
    found = []
    for task in target.tasks:
        known = before.get(task.key)
        if known is not None and not known.when:
            continue
        lacks = _all() if not stays else ~_done(task.key) if known is None else ~_begun(task.key)
        if task.when:
            lacks &= Q(pk__in=_those(here, task.when))
        found.append((_("The task “%(name)s” has to be done first") % {"name": task.name}, lacks))
    return found


def _those(here: QuerySet[WorkOrder], when: Collection[Condition]) -> list[int]:
    """The ids of the orders for which conditions hold; facts are looked up for many at once."""
    names = {each.fact for each in when}
    orders = here.select_related(
        "item_version__item", "customer", "address", "line__order", "site_region"
    ).order_by("pk")
    found: list[int] = []
    with remembering():
        rows = orders.iterator(chunk_size=_AT_ONCE)
        while chunk := list(islice(rows, _AT_ONCE)):
            facts = facts_of(chunk, names)
            found += [pk for pk, known in facts.items() if holds(when, known)]
    return found


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


def _begun(task: str) -> Q:
    rows = StageTask.objects.filter(work_order=OuterRef("pk"), stay__left_at=None, key=task)
    return Q(Exists(rows))


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
