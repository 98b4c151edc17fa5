"""Tags of the network pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils.translation import gettext as _

from common import formatting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from network.services.tier_import import Changed

register = template.Library()


@register.inclusion_tag("network/_tier_change.html")
def tier_change(
    changed: Changed, field: str, names: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    """Show one value of a region as it was and as it becomes."""
    pair = changed.values.get(field)
    if pair is None:
        return {"changes": False}
    was, becomes = (names[field].get(code, code) or _("inherited") for code in pair)
    return {"changes": True, "was": was, "becomes": becomes}


@register.filter
def signed_percent(value_bp: int) -> str:
    """Show basis points as a change: +3 %, −1.5 %."""
    return formatting.percent_bp(value_bp, signed=True)
