"""The server does not start while a URL does not say who may open it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.urls import URLPattern, URLResolver, get_resolver

if TYPE_CHECKING:
    from django.apps import AppConfig


def walk(urlconf: str | None = None) -> Iterator[tuple[str, URLPattern]]:
    """Yield (route, pattern) for every URL below a URL configuration."""
    yield from _walk(get_resolver(urlconf).url_patterns, "")


def _walk(patterns: Sequence[Any], prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield route, pattern


@register()
def every_url_names_its_permission(
    app_configs: Sequence[AppConfig] | None, **_options: Any
) -> list[CheckMessage]:
    """Return an error for each URL whose view carries no access mark."""
    found: list[CheckMessage] = []
    for urlconf in (settings.ROOT_URLCONF, settings.PUBLIC_SCHEMA_URLCONF):
        import_module(urlconf)
        found += [
            Error(f"{urlconf}: {route} does not say who may open it", id="kuaqu.E001")
            for route, pattern in walk(urlconf)
            if not hasattr(pattern.callback, "kq_access")
        ]
    return found
