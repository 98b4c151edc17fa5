"""Edits of a flow as data: the designer makes them one by one, an overlay keeps a list of them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from workorders.flow.bodies import Body, EditError, copied_body, normal, place
from workorders.flow.edit_errors import EDIT_ERRORS
from workorders.flow.inserting import put_block
from workorders.flow.lifting import move_stage, remove_stage
from workorders.flow.part_edits import (
    drop_form,
    drop_task,
    drop_trigger,
    set_form,
    set_name,
    set_task,
    set_trigger,
)
from workorders.flow.stage_edits import Edit, add_way, drop_way, limits, set_stage, set_way

__all__ = ["EDIT_ERRORS", "Blocks", "Edit", "apply_edit", "apply_edits"]

Blocks = Mapping[str, Mapping[str, Any]]
"""The library's blocks by key, as `insert_block` takes them."""

_OPS: Mapping[str, Callable[[Body, Edit], None]] = {
    "stage": set_stage,
    "limits": limits,
    "way": set_way,
    "add_way": add_way,
    "drop_way": drop_way,
    "task": set_task,
    "drop_task": drop_task,
    "form": set_form,
    "drop_form": drop_form,
    "trigger": set_trigger,
    "drop_trigger": drop_trigger,
    "name": set_name,
}


def apply_edits(body: Mapping[str, Any], edits: Iterable[Edit], blocks: Blocks) -> Body:
    """Return the body after all edits, in order. Raises EditError at the first that is impossible."""
    flow = normal(body)
    for edit in edits:
        flow = _edited(flow, edit, blocks)
    return flow


def apply_edit(body: Mapping[str, Any], edit: Edit, blocks: Blocks) -> Body:
    """Return the body after one edit {op, …}; `stage` and `after` are anchors (see `place`).

    insert {block, after? | before?, when?}: a block of the library, or a table of one, for all or
    for orders that meet conditions; remove {stage}; move {stage, after}; stage {stage, …values, None
    or "" takes one away}; limits {percent};
    way {stage, way, nth?, alone?, …values, add_guards?}; add_way {way: table};
    drop_way {stage, way, nth?};
    task {stage, task: table}; drop_task {stage, task}; form {form: table, stage?}; drop_form {form};
    trigger {trigger: table}; drop_trigger {trigger}; name {name}.
    """
    return _edited(normal(body), edit, blocks)


def _edited(flow: Body, edit: Edit, blocks: Blocks) -> Body:
    edit = copied_body(edit)
    op = str(edit.get("op", ""))
    if op == "insert":
        put_block(
            flow,
            _block(edit["block"], blocks),
            str(edit.get("after", "")),
            before=str(edit.get("before", "")),
            when=edit.get("when", ()),
        )
        return flow
    if op == "remove":
        return remove_stage(flow, place(flow, str(edit["stage"])))
    if op == "move":
        return move_stage(flow, place(flow, str(edit["stage"])), place(flow, str(edit["after"])))
    if op not in _OPS:
        raise EditError("no_edit", op)
    _OPS[op](flow, edit)
    return flow


def _block(named: str | Mapping[str, Any], blocks: Blocks) -> Mapping[str, Any]:
    if not isinstance(named, str):
        return named
    if named not in blocks:
        raise EditError("no_block", named)
    return blocks[named]
