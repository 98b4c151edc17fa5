"""The parts of a draft that can be open in the designer, and the edits their forms make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workorders.flow.bodies import free_key, keys_of, ways_from
from workorders.flow_edit_words import edit_words
from workorders.flow_form_panel import form_panel
from workorders.flow_panel import NEW, Asked, Panel, find
from workorders.forms.flow_conditions import ConditionRows
from workorders.forms.flow_stage import StageForm, TaskForm
from workorders.forms.flow_trigger import ActionRows, TriggerForm
from workorders.forms.flow_variant import FlowNameForm, VariantForm
from workorders.forms.flow_way import WayForm

if TYPE_CHECKING:
    from workorders.flow.editing import Edit


def panel_of(part: str, asked: Asked) -> Panel | None:
    """Return the panel of a part such as "stage.KEY", "way.STAGE.KEY.N", "task.STAGE.+",
    "trigger.KEY"; None when the draft has no such part."""
    kind, *path = part.split(".")
    makers: dict[str, tuple[int, Any]] = {
        "flow": (0, _flow), "form": (1, form_panel), "stage": (1, _stage), "way": (3, _way), "task": (2, _task), "trigger": (1, _trigger),
    }  # fmt: skip
    if kind not in makers or len(path) != makers[kind][0]:
        return None
    try:
        panel: Panel = makers[kind][1](part, asked, *path)
    except LookupError:
        return None
    return panel


def _flow(part: str, asked: Asked) -> Panel:
    draft = asked.draft
    first: dict[str, Any] = {"name": draft.name}
    if draft.variant:
        first = VariantForm.first(draft.name, draft.applies)

    def changed(panel: Panel) -> list[Edit]:
        named: list[Edit] = [{"op": "name", "name": panel.form.cleaned_data["name"]}]
        applies = panel.form.applies(panel.conditions())
        return named if applies is None else [*named, {"op": "applies", "applies": applies}]

    return Panel(
        part, "flow", "", asked.form(VariantForm if draft.variant else FlowNameForm, first), changed,
        when=asked.rows(ConditionRows, draft.applies.get("when", [])) if draft.variant else None,
        extra={
            "edits": [edit_words(edit, asked.body) for edit in draft.edits],
            "forms": asked.body["forms"],
            "variant": draft.variant,
        },
    )  # fmt: skip


def _stage(part: str, asked: Asked, key: str) -> Panel:
    stage = find(asked.body["stages"], key)
    form = asked.form(StageForm, StageForm.first(stage), choices=asked.choices)
    seen: dict[str, int] = {}
    ways = []
    for way in ways_from(asked.body, key):
        nth = seen.get(way["key"], 0)
        seen[way["key"]] = nth + 1
        ways.append({"way": way, "part": f"way.{key}.{way['key']}.{nth}"})
    triggers = [each for each in asked.body["triggers"] if each.get("stage", "") == key]
    return Panel(
        part, "stage", key, form,
        lambda panel: [{"op": "stage", "stage": key, **panel.form.values()}],
        drop={"op": "remove", "stage": key} if asked.body["initial"] != key else None,
        extra={"ways": ways, "tasks": stage.get("tasks", []), "triggers": triggers, "stage": stage},
    )  # fmt: skip


def _way(part: str, asked: Asked, stage: str, key: str, at: str) -> Panel:
    find(asked.body["stages"], stage)
    names = {each["key"]: each["name"] for each in asked.body["stages"]}
    if key == NEW:
        form = asked.form(WayForm, {"approvals": 1}, choices=asked.choices)
        new = free_key("way", keys_of(asked.body["transitions"]))

        def added(panel: Panel) -> list[Edit]:
            values = panel.form.values(panel.conditions())
            kept = {name: value for name, value in values.items() if value}
            return [{"op": "add_way", "way": {"key": new, "from": [stage], **kept}}]

        rows = asked.rows(ConditionRows, [])
        return Panel(part, "way", stage, form, added, when=rows, is_new=True)
    same = [way for way in ways_from(asked.body, stage) if way["key"] == key]
    nth = int(at) if at.isdecimal() and len(at) < 3 else len(same)
    way = same[nth]
    others = "、".join(names[source] for source in way["from"] if source != stage)
    form = asked.form(WayForm, WayForm.first(way), choices=asked.choices, others=others)

    def changed(panel: Panel) -> list[Edit]:
        values = panel.form.values(panel.conditions())
        alone = bool(others) and not panel.form.cleaned_data["shared"]
        edit = {"op": "way", "stage": stage, "way": key, "nth": nth, "alone": alone}
        return [edit | values]

    return Panel(
        part, "way", stage, form, changed, when=asked.rows(ConditionRows, way.get("when", [])),
        drop={"op": "drop_way", "stage": stage, "way": key, "nth": nth},
    )  # fmt: skip


def _task(part: str, asked: Asked, stage: str, key: str) -> Panel:
    tasks = find(asked.body["stages"], stage).get("tasks", [])
    task = {} if key == NEW else find(tasks, key)
    own = free_key("task", keys_of(tasks)) if key == NEW else key
    form = asked.form(TaskForm, TaskForm.first(task), choices=asked.choices)

    def changed(panel: Panel) -> list[Edit]:
        return [{"op": "task", "stage": stage, "task": panel.form.table(own, panel.conditions())}]

    return Panel(
        part, "task", stage, form, changed, when=asked.rows(ConditionRows, task.get("when", [])),
        drop=None if key == NEW else {"op": "drop_task", "stage": stage, "task": key},
        is_new=key == NEW,
    )  # fmt: skip


def _trigger(part: str, asked: Asked, key: str) -> Panel:
    fresh = key.split(":")[0] == NEW
    stage = key.partition(":")[2]
    trigger = {"on": "entered", "stage": stage} if fresh else find(asked.body["triggers"], key)
    own = free_key("trigger", keys_of(asked.body["triggers"])) if fresh else key
    form = asked.form(TriggerForm, TriggerForm.first(trigger), choices=asked.choices)

    def changed(panel: Panel) -> list[Edit]:
        when = panel.conditions()
        table: dict[str, Any] = {"key": own, **panel.form.table()}
        table["do"] = panel.actions.actions() if panel.actions else []
        return [{"op": "trigger", "trigger": table | ({"when": when} if when else {})}]

    return Panel(
        part, "trigger", trigger.get("stage", ""), form, changed,
        when=asked.rows(ConditionRows, trigger.get("when", [])),
        actions=asked.rows(ActionRows, trigger.get("do", [])),
        drop=None if fresh else {"op": "drop_trigger", "trigger": key},
        is_new=fresh,
    )  # fmt: skip
