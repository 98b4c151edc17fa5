"""Placeholders such as {order} in the texts that triggers send."""

import re
from collections.abc import Mapping

from workorders.flow.words import PLACEHOLDERS

TEXTS = ("text", "note")
"""The values of actions that are texts."""
_OLD = {"number": "order"}
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def placeholders(text: str) -> list[str]:
    """Return the names a text asks for, each once; {number} is the order's."""
    return list(dict.fromkeys(_OLD.get(name, name) for name in _PLACEHOLDER.findall(text)))


def unknown_placeholders(text: str) -> list[str]:
    """Return the names in a text that stand for nothing."""
    return [name for name in placeholders(text) if name not in PLACEHOLDERS]


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its placeholders filled; one without a value stays as it is."""
    return _PLACEHOLDER.sub(lambda found: values.get(_OLD.get(found[1], found[1]), found[0]), text)
