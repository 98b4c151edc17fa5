"""The switch between the parts of settlement."""

from __future__ import annotations

from typing import Any

from django import template

from settlement.sections import sections_for

register = template.Library()


@register.inclusion_tag("settlement/_sections.html", takes_context=True)
def settlement_sections(context: dict[str, Any], here: str) -> dict[str, Any]:
    """Show the groups and parts this person may open; `here` is the key of the part being seen."""
    shown = sections_for(context["request"].user.has, here=here)
    return {"here": here, "groups": shown.groups, "group": shown.here}
