"""The keys of a flow's questions: branches ask for `answer.KEY`, so one key is one question's."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from workorders.flow.bodies import Body, Table, free_key, keys_of
from workorders.flow.reading_conditions import ANSWER


def field_keys(forms: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return the keys of all questions of these forms."""
    return {key for form in forms for key in keys_of(form["fields"])}


def free_fields(part: Body, taken: set[str]) -> None:
    """Give the questions of a block keys that are free, and let all of the block ask for these.

    `part` is a normal body with `enter`, `leave` and `tasks`. What the block itself stands under is
    left alone: that is an answer from before it.
    """
    own = field_keys(part["forms"])
    renamed: dict[str, str] = {}
    for key in sorted(own & taken):
        renamed[key] = free_key(key, {*taken, *own, *renamed.values()})
    if not renamed:
        return
    for form in part["forms"]:
        for field in form["fields"]:
            field["key"] = renamed.get(field["key"], field["key"])
            if field.get("of"):
                field["of"] = [renamed.get(key, key) for key in field["of"]]
    asked = {f"{ANSWER}{old}": f"{ANSWER}{new}" for old, new in renamed.items()}
    for table in _asking(part):
        if table.get("when"):
            table["when"] = [
                each | {"fact": asked.get(each["fact"], each["fact"])} for each in table["when"]
            ]


def _asking(part: Body) -> Iterator[Table]:
    """Return everything in a block that may have conditions."""
    yield from (*part["transitions"], *part["triggers"], *part["tasks"])
    yield from (part["enter"], part["leave"])
    for stage in part["stages"]:
        yield from stage.get("tasks", ())
