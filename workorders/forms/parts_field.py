"""Rows of a part and its quantity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from workorders.flow.numbers import number_text

if TYPE_CHECKING:
    from collections.abc import Mapping

_ROWS = 3
TIMES = "×"


class PartsWidget(forms.Widget):
    """A few rows of a choice and a quantity; one empty row more than what is filled in."""

    template_name = "workorders/widgets/parts.html"

    def __init__(self, choices: list[tuple[str, str]]) -> None:
        super().__init__()
        self.choices = choices

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the rows; quantities are decimal texts."""
        context = super().get_context(name, value, attrs)
        filled = [tuple(row.rpartition(TIMES)[::2]) for row in value or ()]
        empty = max(_ROWS - len(filled), 1)
        context["widget"] |= {"rows": [*filled, *[("", "")] * empty], "choices": self.choices}
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        """Return "code×quantity" for every row in which something was chosen or typed."""
        codes, quantities = _all(data, f"{name}-part"), _all(data, f"{name}-quantity")
        rows = zip(codes, quantities, strict=False)
        return [f"{code}{TIMES}{quantity}" for code, quantity in rows if code or quantity]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Rows have names of their own."""
        return f"{name}-part" not in data

    def use_required_attribute(self, initial: Any) -> bool:
        """No single row is required."""
        return False


def stored_rows(stored: Any) -> list[str]:
    """Return stored parts as rows of the widget."""
    return [f"{each['material']}{TIMES}{number_text(each['quantity_milli'])}" for each in stored]


def _all(data: Mapping[str, Any], name: str) -> list[str]:
    return list(data.getlist(name)) if hasattr(data, "getlist") else list(data.get(name, []))
