"""What was typed into the fields of a flow's form, and what they show of stored answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workorders.flow.numbers import number_text
from workorders.forms.parts_field import PartsWidget, stored_rows

if TYPE_CHECKING:
    from workorders.flow import Field, Form


def typed_answers(form: Form, typed: Any) -> dict[str, Any]:
    """Return what was typed into the fields of a form, as `read_answers` takes it."""
    return {each.key: raw_answer(each, typed, f"{form.key}-{each.key}") for each in form.fields}


def raw_answer(field: Field, typed: Any, name: str) -> Any:
    """Return what was typed for a field: a text, or a list where several may be chosen."""
    if field.kind == "choices":
        return typed.getlist(name) if hasattr(typed, "getlist") else typed.get(name, [])
    if field.kind == "parts":
        return PartsWidget(choices=[]).value_from_datadict(typed, {}, name)
    return typed.get(name, "")


def shown_answer(field: Field, stored: Any) -> Any:
    """Return a stored answer as its field shows it."""
    if stored is None:
        return None
    if field.kind == "number" and isinstance(stored, int):
        return number_text(stored).replace("−", "-")
    if field.kind == "position" and isinstance(stored, dict):
        parts = [stored.get("lon"), stored.get("lat"), stored.get("accuracy_m")]
        return ",".join(str(each) for each in parts if each is not None)
    return stored_rows(stored) if field.kind == "parts" else stored
