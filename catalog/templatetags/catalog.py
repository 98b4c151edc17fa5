"""Filters of the catalog's pages: quantities and names by code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from catalog.forms.fields import quantity_text
from catalog.videos import video_address

if TYPE_CHECKING:
    from collections.abc import Mapping

register = template.Library()

register.filter("quantity", quantity_text)
register.filter("video_address", video_address)


@register.filter
def named(names: Mapping[str, str], code: str) -> str:
    """{{ names|named:code }} → the name, or the code when there is none."""
    return names.get(code, code)
