"""The hidden field that makes a form safe to send twice."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from django import template
from django.utils.html import format_html

from common.journal.fingerprint import KEY_FIELD

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def idempotency_field(key: str = "") -> SafeString:
    """Return the hidden field with a new key, or the key that was sent when a form comes back."""
    return format_html('<input type="hidden" name="{}" value="{}">', KEY_FIELD, key or uuid4().hex)
