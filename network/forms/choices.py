"""Choices of units and regions, indented like the tree they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms

if TYPE_CHECKING:
    from network.models import OrgUnit, Region

# An ideographic space per step: ordinary ones collapse in a list of options.
_STEP = "\u3000"


def depth(node: OrgUnit | Region) -> int:
    """Return how many nodes stand above this one."""
    return max(0, node.path.count(".") - 1)


class TreeChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]  # units or regions
    """A list of nodes in the order of their paths."""

    def label_from_instance(self, obj: OrgUnit | Region) -> str:
        """Indent the name by its depth."""
        return f"{_STEP * depth(obj)}{obj.name}"
