"""The switch between the parts of settlement."""

from __future__ import annotations

from typing import Any

from django import template

from settlement.sections import SECTIONS

register = template.Library()


@register.inclusion_tag("settlement/_sections.html", takes_context=True)
def settlement_sections(context: dict[str, Any], here: str) -> dict[str, Any]:
    """Show the parts this person may open; `here` is the key of the one being looked at."""
    user = context["request"].user
    return {"here": here, "sections": [part for part in SECTIONS if user.has(part.perm)]}
