"""Filters about people and what they may do."""

from __future__ import annotations

from django import template

from accounts import certificates

register = template.Library()


@register.filter
def certificate_name(code: str) -> str:
    """{{ certificate.code|certificate_name }} → 低压电工证."""
    return certificates.certificate_name(code)
