"""Whether the parts of a flow that was read name each other rightly."""

from collections.abc import Iterator

from workorders.flow.reading_conditions import ANSWER
from workorders.flow.shape import Condition, Flow, Transition


def wrong_names(flow: Flow) -> Iterator[tuple[str, str]]:
    """Return (path, reason) of keys used twice and of names that nothing has."""
    keys = [stage.key for stage in flow.stages]
    for key in sorted(_twice(keys)):
        yield "stages", f"the key {key} is used twice"
    if flow.initial and flow.initial not in keys:
        yield "initial", f"no stage has the key {flow.initial}"
    for at, each in enumerate(flow.transitions):
        for key in (*each.sources, each.target):
            if key not in keys:
                yield f"transitions[{at}]", f"no stage has the key {key}"
    # A way after one without conditions would never be taken.
    always = [
        f"{each.key} from {source}"
        for at, each in enumerate(flow.transitions)
        for source in each.sources
        if any(_hides(earlier, each.key, source) for earlier in flow.transitions[:at])
    ]
    for way in sorted(set(always)):
        yield "transitions", f"{way} exists twice"
    yield from _cross_check_parts(flow, keys)


def _hides(earlier: Transition, key: str, source: str) -> bool:
    return earlier.key == key and source in earlier.sources and not earlier.when


def _cross_check_parts(flow: Flow, stages: list[str]) -> Iterator[tuple[str, str]]:
    forms = [form.key for form in flow.forms]
    for key in sorted(_twice(forms)):
        yield "forms", f"the key {key} is used twice"
    for key in sorted(_twice([each.key for each in flow.triggers])):
        yield "triggers", f"the key {key} is used twice"
    for stage in flow.stages:
        for key in sorted(_twice([task.key for task in stage.tasks])):
            yield f"stages.{stage.key}.tasks", f"the key {key} is used twice"
        for form in {stage.form, *(task.form for task in stage.tasks)} - {"", *forms}:
            yield f"stages.{stage.key}", f"no form has the key {form}"
    for each in flow.triggers:
        if each.stage and each.stage not in stages:
            yield f"triggers.{each.key}", f"no stage has the key {each.stage}"
    fields = {f"{ANSWER}{field.key}" for form in flow.forms for field in form.fields}
    for where, condition in conditions_of(flow):
        if condition.fact.startswith(ANSWER) and condition.fact not in fields:
            yield where, f"no form asks for {condition.fact.removeprefix(ANSWER)}"


def conditions_of(flow: Flow) -> Iterator[tuple[str, Condition]]:
    """Return every condition of a flow with the path of what it is asked for."""
    for way in flow.transitions:
        yield from ((f"transitions.{way.key}", each) for each in way.when)
    for trigger in flow.triggers:
        yield from ((f"triggers.{trigger.key}", each) for each in trigger.when)
    for stage in flow.stages:
        for task in stage.tasks:
            yield from ((f"stages.{stage.key}.{task.key}", each) for each in task.when)


def _twice(values: list[str]) -> set[str]:
    return {value for value in values if values.count(value) > 1}
