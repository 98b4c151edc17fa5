"""Turns flat rows with paths into nested nodes that a template can draw without a query."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from network.models import OrgUnit, Region

Row = TypeVar("Row", OrgUnit, Region)


@dataclass(slots=True)
class TreeNode(Generic[Row]):
    """A row with what hangs below it; open when the chosen row is inside, marked when it differs."""

    row: Row
    below: list[TreeNode[Row]] = field(default_factory=list)
    is_open: bool = False
    is_chosen: bool = False
    has_own_values: bool = False


def nested(
    rows: Iterable[Row], *, chosen: Row | None = None, differing: frozenset[int] = frozenset()
) -> list[TreeNode[Row]]:
    """Return the top nodes; a row whose parent is not among the rows stands at the top."""
    nodes = {row.pk: TreeNode(row) for row in rows}
    top: list[TreeNode[Row]] = []
    on_the_way = _ids(chosen.path) if chosen else set()
    for node in nodes.values():
        above = nodes.get(node.row.parent_id or 0)
        (above.below if above else top).append(node)
        node.is_open = node.row.pk in on_the_way
        node.is_chosen = chosen is not None and node.row.pk == chosen.pk
        node.has_own_values = node.row.pk in differing
    if chosen is None:
        for node in top:
            node.is_open = True
    return top


def _ids(path: str) -> set[int]:
    return {int(part) for part in path.split(".") if part}
