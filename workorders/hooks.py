"""The company's webhooks a trigger of a flow may call: their codes come from a higher package."""

from __future__ import annotations

from collections.abc import Callable

Source = Callable[[], list[tuple[str, str]]]
_sources: list[Source] = []


def add_hooks(source: Source) -> Source:
    """Let a higher package say which webhooks there are (code, name); called in its ready()."""
    if source not in _sources:
        _sources.append(source)
    return source


def known_hooks() -> list[tuple[str, str]]:
    """Return the webhooks in use, by code."""
    return sorted(each for source in _sources for each in source())
