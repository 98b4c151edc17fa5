"""Which pictures of an order belong to which field of a form."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.db.models import Q

from workorders.flow.answer_shape import PICTURES
from workorders.flow.form_shape import picture_label
from workorders.flow_versions import flow_of
from workorders.models import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workorders.flow import Form, Stage
    from workorders.models import WorkOrder

__all__ = ["counted", "picture_label", "pictures_among", "pictures_of"]

_PROVEN_BY = {"photo": Evidence.Kind.PHOTO, "signature": Evidence.Kind.CONSENT}
"""What a field is proven with: no photo, whatever it is called, stands for a signature."""


def pictures_of(order: WorkOrder, form: Form) -> dict[str, list[Evidence]]:
    """Return the pictures that count for a form now by the keys of its fields, the oldest first.

    What a stay asks for is given in that stay: of an order that was sent back what was
    photographed before does not count, unless the stage carries it over.
    """
    flow = flow_of(order)
    asking = [stage for stage in flow.stages if form.key in _forms(stage)]
    if any(stage.carries for stage in asking):
        return pictures_among(order.evidence.order_by("pk"), form)
    if order.stage not in {stage.key for stage in asking}:
        return pictures_among((), form)
    stay = order.stays.filter(stage=order.stage).order_by("-pk").first()
    since = stay.entered_at if stay is not None else order.stage_since
    # Where no stay was noted the time of keeping says it; pictures from before even that was noted
    # were taken for what was asked then.
    unnoted = Q(kept_at=None) | Q(kept_at__gte=since)
    here = order.evidence.filter(Q(stay=stay, stay__isnull=False) | Q(unnoted, stay=None))
    return pictures_among(here.order_by("pk"), form)


def _forms(stage: Stage) -> set[str]:
    return {stage.form, *(task.form for task in stage.tasks)}


def pictures_among(evidence: Iterable[Evidence], form: Form) -> dict[str, list[Evidence]]:
    """Return those of an order's pictures that belong to a form, by the keys of its fields."""
    fields = {
        (_PROVEN_BY[each.kind].value, picture_label(form, each)): each.key
        for each in form.fields
        if each.kind in PICTURES
    }
    found: dict[str, list[Evidence]] = {key: [] for key in fields.values()}
    for picture in evidence:
        key = fields.get((picture.kind, picture.label))
        if key is not None:
            found[key].append(picture)
    return found


def counted(pictures: dict[str, list[Evidence]]) -> Counter[str]:
    """Return how many pictures there are for each field."""
    return Counter({key: len(found) for key, found in pictures.items()})
