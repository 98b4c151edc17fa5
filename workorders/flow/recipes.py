"""Reads the library's flows: a base flow and the edits that make it one trade's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.checked_table import CheckedTable, Errors
from workorders.flow.bodies import Body
from workorders.flow.editing import Blocks, Edit, apply_edits
from workorders.flow.reading import FlowError


@dataclass(frozen=True, slots=True)
class Recipe:
    """A flow of the library: `extends` is the base's key, `edits` come in their order."""

    key: str
    name: str
    industry: str
    summary: str
    extends: str
    edits: tuple[Edit, ...]

    def body(self, base: Mapping[str, Any], blocks: Blocks) -> Body:
        """Return the whole flow. Raises EditError where an edit does not fit the base."""
        edited = apply_edits(base, self.edits, blocks)
        return edited | {"key": self.key, "name": self.name}


def read_recipe(body: Mapping[str, Any]) -> Recipe:
    """Read {key, name, industry, summary, extends, edits: […]}; FlowError with every error found."""
    errors: Errors = []
    table = CheckedTable(body, "", errors)
    table.only("key", "name", "industry", "summary", "extends", "edits")
    edits = [dict(each) for each in body.get("edits", []) if isinstance(each, Mapping)]
    if not edits:
        table.wrong("edits", "must be a list of tables with at least one")
    found = Recipe(
        key=table.text("key"),
        name=table.text("name"),
        industry=table.text("industry"),
        summary=table.text("summary"),
        extends=table.text("extends"),
        edits=tuple(edits),
    )
    if errors:
        raise FlowError(errors)
    return found
