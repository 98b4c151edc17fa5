"""Which pictures of an order belong to which field of a form."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from workorders.flow.answer_shape import PICTURES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workorders.flow import Field, Form
    from workorders.models import Evidence, WorkOrder

LONGEST_LABEL = 60


def picture_label(form: Form, field: Field) -> str:
    """Return the label under which pictures of a field are kept: form and field in words."""
    return f"{form.name} · {field.label}"[:LONGEST_LABEL]


def pictures_of(order: WorkOrder, form: Form) -> dict[str, list[Evidence]]:
    """Return the pictures of an order by the keys of the form's fields, the oldest first."""
    return pictures_among(order.evidence.order_by("pk"), form)


def pictures_among(evidence: Iterable[Evidence], form: Form) -> dict[str, list[Evidence]]:
    """Return those of an order's pictures that belong to a form, by the keys of its fields."""
    fields = {picture_label(form, each): each.key for each in form.fields if each.kind in PICTURES}
    found: dict[str, list[Evidence]] = {key: [] for key in fields.values()}
    for picture in evidence:
        if picture.label in fields:
            found[fields[picture.label]].append(picture)
    return found


def counted(pictures: dict[str, list[Evidence]]) -> Counter[str]:
    """Return how many pictures there are for each field."""
    return Counter({key: len(found) for key, found in pictures.items()})
