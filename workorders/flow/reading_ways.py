"""Reads the ways between the stages of a flow."""

from catalog.checked_table import CheckedTable
from workorders.flow.reading_conditions import read_conditions
from workorders.flow.shape import Transition
from workorders.flow.words import ASKS, EFFECTS, ROLES

_MOST_APPROVALS = 5


def read_way(row: CheckedTable) -> Transition:
    """Read one way."""
    row.only(
        "key", "name", "from", "to", "guards", "roles", "asks", "effects", "when", "approvals", "block"
    )  # fmt: skip
    approvals = row.whole("approvals", 1, low=1)
    if approvals > _MOST_APPROVALS:
        row.wrong("approvals", f"must be at most {_MOST_APPROVALS}")
    return Transition(
        key=row.text("key"),
        name=row.text("name"),
        sources=row.text_or_texts("from"),
        target=row.text("to"),
        guards=row.texts("guards"),
        roles=row.texts("roles", ROLES),
        asks=row.texts("asks", ASKS),
        effects=row.texts("effects", EFFECTS),
        when=read_conditions(row),
        approvals=approvals,
        block=row.text("block", ""),
    )
