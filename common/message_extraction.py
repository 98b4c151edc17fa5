"""Finds every text for people in code and templates, without system tools (development only)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract
from django.conf import settings
from django.utils.translation.template import templatize

_PACKAGES = [
    "common", "tenants", "network", "accounts", "catalog", "customers", "workorders", "inventory",
    "settlement", "dispatch", "integrations", "dashboards", "config",
]  # fmt: skip
_KEYWORDS = {
    "_": None,
    "N_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
Message = tuple[str, str, str]  # context, msgid, plural ("" when none)


def messages() -> dict[Message, str]:
    """Return (context, msgid, plural) → first place it stands, in a stable order."""
    found: dict[Message, str] = {}
    for path in _sources():
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            # Indentation of a template means nothing, but would stop a Python tokenizer.
            lines = templatize(text, origin=str(path)).splitlines()
            text = "\n".join(line.strip() for line in lines)
        place = str(path.relative_to(settings.BASE_DIR))
        for line, message, _comments, context in extract(
            "python", io.BytesIO(text.encode()), _KEYWORDS
        ):
            singular, plural = message if isinstance(message, tuple) else (message, "")
            if singular:
                found.setdefault((context or "", singular, plural), f"{place}:{line}")
    return found


def _sources() -> Iterator[Path]:
    root = Path(settings.BASE_DIR)
    for package in _PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            if "migrations" not in path.parts and "simulators" not in path.parts:
                yield path
    yield from sorted((root / "templates").rglob("*.html"))
    yield from sorted((root / "templates").rglob("*.txt"))
