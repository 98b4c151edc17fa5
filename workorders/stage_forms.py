"""The form a work order asks for now, made ready for a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from catalog.models import Material
from workorders.flow.answer_shape import PICTURES
from workorders.form_pictures import counted, picture_label, pictures_of
from workorders.form_values import prefilled
from workorders.forms.stage_form import StageForm
from workorders.models import FormAnswers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.forms import BoundField

    from workorders.flow import Field, Flow, Form
    from workorders.models import Evidence, WorkOrder


@dataclass(frozen=True, slots=True)
class PictureWish:
    """Pictures of one field: `places` holds what is there, and a place for each that is missing."""

    label: str
    count: int
    places: tuple[Evidence | None, ...]


@dataclass(frozen=True, slots=True)
class FormEntry:
    """One field on the page: its control, or what pictures it wants, or how it is computed."""

    field: Field
    bound: BoundField | None
    wish: PictureWish | None


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A form to fill in; `is_done` once it was, in this stay."""

    key: str
    name: str
    entries: tuple[FormEntry, ...]
    page_form: StageForm
    is_done: bool


def open_forms(order: WorkOrder, flow: Flow, stages: Sequence[str]) -> dict[str, OpenForm]:
    """Return the forms of some stages by stage; what was kept counts for the stage an order is in."""
    wanted = {key: form for key in stages if (form := flow.form(flow.stage(key).form))}
    if not wanted:
        return {}
    here = FormAnswers.objects.filter(work_order=order, stay__left_at__isnull=True, task=None)
    kept = {answers.form: answers for answers in here}
    return {
        key: open_form(order, form, kept.get(form.key) if key == order.stage else None)
        for key, form in wanted.items()
    }


def open_form(
    order: WorkOrder,
    form: Form,
    kept: FormAnswers | None,
    typed: Mapping[str, Any] | None = None,
) -> OpenForm:
    """Return a form of the order with what was kept, typed, or is known before."""
    pictures = pictures_of(order, form)
    page_form = StageForm(
        typed,
        form=form,
        stored=kept.values if kept else prefilled(order, form),
        pictures=counted(pictures),
        parts=_parts(form),
    )
    return OpenForm(
        key=form.key,
        name=form.name,
        entries=tuple(_entry(form, each, page_form, pictures) for each in form.fields),
        page_form=page_form,
        is_done=kept is not None and kept.complete,
    )


def _entry(
    form: Form, field: Field, page_form: StageForm, pictures: Mapping[str, list[Evidence]]
) -> FormEntry:
    if field.kind in PICTURES:
        have = pictures.get(field.key, [])
        wanted = field.count if field.kind == "photo" else 1
        spare = 1 if field.kind == "photo" else 0
        missing = max(wanted - len(have), 0) or spare
        places = (*have, *[None] * missing)
        return FormEntry(field, None, PictureWish(picture_label(form, field), wanted, places))
    bound = page_form[field.key] if field.key in page_form.fields else None
    return FormEntry(field, bound, None)


def _parts(form: Form) -> list[tuple[str, str]]:
    if not any(each.kind == "parts" for each in form.fields):
        return []
    active = Material.objects.filter(is_active=True).order_by("name")
    return [(each.code, f"{each.name} ({each.unit})") for each in active]
