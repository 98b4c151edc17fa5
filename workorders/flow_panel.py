"""What is open in the designer: forms of one part of a draft, and what they were made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from workorders.forms.flow_parts import as_typed

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import QueryDict

    from workorders.flow.bodies import Body, Table
    from workorders.flow.editing import Edit
    from workorders.flow_choices import FlowChoices
    from workorders.forms.flow_conditions import ConditionRows
    from workorders.forms.flow_form import FieldRows
    from workorders.forms.flow_trigger import ActionRows
    from workorders.models import FlowDraft

NEW = "+"


@dataclass(slots=True)
class Panel:
    """An open part: `kind` names its template, `stage` the stage it belongs to ("" = the flow)."""

    part: str
    kind: str
    stage: str
    form: Any
    to_edits: Callable[[Panel], list[Edit]]
    when: ConditionRows | None = None
    actions: ActionRows | None = None
    rows: FieldRows | None = None
    drop: Edit | None = None
    is_new: bool = False
    extra: dict[str, Any] = field(default_factory=dict)

    def conditions(self) -> list[dict[str, Any]]:
        """Return the conditions of a valid panel."""
        return self.when.conditions() if self.when else []

    def is_valid(self) -> bool:
        """Whether everything is; all is asked, so that all errors show."""
        parts = [
            self.form,
            *(rows for rows in (self.when, self.actions, self.rows) if rows is not None),
        ]
        return all(list(map(_is_valid, parts)))

    def edits(self) -> list[Edit]:
        """Return the edits of a valid panel."""
        return self.to_edits(self)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a panel is made from: the body, what can be chosen, and what was sent."""

    draft: FlowDraft
    body: Body
    choices: FlowChoices
    data: QueryDict | None = None
    quiet: bool = False

    def form(self, kind: Any, first: dict[str, Any], **options: Any) -> Any:
        """Return a form: bound to what was sent, or showing it without errors when quiet."""
        if self.data is None:
            return kind(initial=first, **options)
        bound = kind(self.data, initial=first, **options)
        return kind(initial=first | as_typed(bound), **options) if self.quiet else bound

    def rows(self, kind: Any, stored: Any) -> Any:
        """Return rows of conditions or actions in the same way."""
        return kind(self.data, stored=stored, choices=self.choices, quiet=self.quiet)


def _is_valid(part: Any) -> bool:
    return bool(part.is_valid())


def find(tables: list[Table], key: str) -> Table:
    """Return the table of a key; LookupError when there is none."""
    for table in tables:
        if table["key"] == key:
            return table
    raise LookupError(key)
