"""What the rows of a rule body are called: lines and hits name a row by its id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from settlement.engine.words import measured

Body = Mapping[str, Any]


def row_names(body: Body) -> dict[str, str]:
    """Return the name of each row by its id: its label, or where its bracket begins.

    A component without rows of its own is not among them: its lines name the component itself.
    """
    return dict(_named(body))


def _named(body: Body) -> Iterator[tuple[str, str]]:
    for name, table in body.get("tables", {}).items():
        yield from _labelled(name, table.get("rows", ()))
    for component in body.get("components", ()):
        yield from _labelled(str(component.get("code")), component.get("rows", ()))
        yield from _brackets(component)


def _labelled(name: str, rows: Iterable[Body]) -> Iterator[tuple[str, str]]:
    """Rows by the ids the engine gives them; one without a label is called by its id."""
    for number, row in enumerate(rows, start=1):
        known = str(row.get("id", f"{name}-{number}"))
        yield known, str(row.get("label") or known)


def _brackets(component: Body) -> Iterator[tuple[str, str]]:
    for row in component.get("brackets", ()):
        start = row.get("from", 0)
        words = _("from %(start)s") % {"start": measured(str(component.get("measure")), start)}
        yield str(row.get("id", f"{component.get('code')}-{start}")), words
