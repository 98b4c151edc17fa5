"""Whether a flow's forms, tasks and triggers fit its stages and ways."""

from collections.abc import Iterable, Iterator

from workorders.flow.answer_shape import PICTURES
from workorders.flow.cross_checking import conditions_of
from workorders.flow.finding import Finding
from workorders.flow.form_shape import picture_label
from workorders.flow.placeholders import TEXTS, unknown_placeholders
from workorders.flow.reading_conditions import ANSWER
from workorders.flow.shape import Flow, Stage, Transition, Trigger
from workorders.flow.stepping import open_ways
from workorders.flow.walking import is_on_plan


def weak_parts(flow: Flow) -> Iterable[Finding]:
    """Return what waits for a form, a task or a limit that is not there, and what is never used."""
    for stage in flow.stages:
        yield from _weak_stage(flow, stage)
    for trigger in flow.triggers:
        asked = flow.stage(trigger.stage) if trigger.stage else None
        yield from _weak_trigger(trigger, asked)
    yield from _pictures_alike(flow)
    yield from _answers_alike(flow)
    used = {stage.form for stage in flow.stages}
    used |= {task.form for stage in flow.stages for task in stage.tasks}
    yield from (Finding("form_unused", form.key) for form in flow.forms if form.key not in used)


def _weak_trigger(trigger: Trigger, asked: Stage | None) -> Iterator[Finding]:
    texts = [action.value(name) for action in trigger.actions for name in TEXTS]
    if any(unknown_placeholders(text) for text in texts):
        yield Finding("unknown_placeholder", trigger.key)
    if asked is None:
        return
    if trigger.on in ("overdue", "due_soon") and not asked.sla_minutes:
        yield Finding("overdue_without_limit", trigger.key)
    elif _leaves_no_time(trigger, asked):
        yield Finding("limit_too_short", trigger.key)
    if trigger.on == "answered" and not asked.form:
        yield Finding("answered_without_form", trigger.key)
    tasks = {task.key for task in asked.tasks}
    if trigger.on == "task_done" and (not tasks or trigger.task not in {"", *tasks}):
        yield Finding("no_task_to_end", trigger.key)


def _leaves_no_time(trigger: Trigger, stage: Stage) -> bool:
    same_hours = trigger.business_time == stage.business_time
    return trigger.on == "due_soon" and same_hours and trigger.minutes >= (stage.sla_minutes or 0)


def _pictures_alike(flow: Flow) -> Iterator[Finding]:
    """Pictures are told apart by form and question: of two alike neither is ever all there."""
    seen: dict[str, str] = {}
    for form in flow.forms:
        for field in form.fields:
            if field.kind in PICTURES:
                label = picture_label(form, field)
                if label in seen:
                    yield Finding("pictures_alike", form.key)
                seen[label] = form.key


def _answers_alike(flow: Flow) -> Iterator[Finding]:
    """Of two questions with one key the later answer would steer what asks for the earlier one."""
    asked = {each.fact.removeprefix(ANSWER) for _where, each in conditions_of(flow)}
    seen: set[str] = set()
    for form in flow.forms:
        keys = {field.key for field in form.fields}
        if keys & seen & asked:
            yield Finding("answers_alike", form.key)
        seen |= keys


def _weak_stage(flow: Flow, stage: Stage) -> Iterator[Finding]:
    ways = [each for each in flow.transitions if stage.key in each.sources]
    for way in ways:
        if "form_done" in way.guards and not stage.form and way.sources == (stage.key,):
            yield Finding("form_missing", way.key)
        if "tasks_done" in way.guards and not stage.tasks and way.sources == (stage.key,):
            yield Finding("tasks_missing", way.key)
    onward = [way for way in open_ways(flow, stage.key) if _leads_on(flow, stage, way)]
    if stage.form and not any("form_done" in way.guards for way in onward):
        yield Finding("form_not_awaited", stage.key)
    if stage.tasks and not any("tasks_done" in way.guards for way in onward):
        yield Finding("tasks_not_awaited", stage.key)


def _leads_on(flow: Flow, stage: Stage, way: Transition) -> bool:
    return is_on_plan(flow, way) and way.target != stage.key
