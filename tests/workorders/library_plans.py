"""Plans an order's way through a flow: what is known of it, and what people answer to the forms.

Two plans lead through every flow: a plain one, for an order of which nothing special is known, and a
long one, for an order that meets as many conditions as it can, so that it goes through the blocks
that only some orders go through.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from workorders.flow import Condition, Flow, Form, Meaning, stages_walked
from workorders.flow.answers import read_answers
from workorders.flow.form_shape import Field
from workorders.flow.reading_conditions import ANSWER

MATERIAL = "T-PIPE"
"""A material every company of these tests has."""
CODES = ("tag", "mark", "category", "channel", "customer_level", "order_type", "item", "region")
NUMBERS = ("quote_yuan", "quantity")
MARKS = frozenset({"urgent", "high_work", "warehouse_direct", "highway", "remote", "rework"})

"""An order lies at one kind of site: who is on a motorway is not in the mountains."""
_USUAL = {"quantity": 1_000, "quote_yuan": 300_000}

Answers = Mapping[str, Mapping[str, Any]]
"""Answers as they are stored, by form and field."""


@dataclass(frozen=True)
class Plan:
    """Codes and numbers of the order, and answers; `stages` are the keys it goes through."""

    codes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=lambda: dict(_USUAL))
    answers: Answers = field(default_factory=dict)
    stages: tuple[str, ...] = ()

    def numbered(self, name: str) -> int:
        """A number of the order, in thousandths."""
        return self.numbers[name]

    def code(self, name: str) -> str:
        """The one code of a fact, "" for none."""
        return next(iter(sorted(self.codes.get(name, ()))), "")


def plain_plan(flow: Flow, wanted: Iterable[Condition] = ()) -> Plan:
    """The plan of an order that meets the wanted conditions and no others it need not meet."""
    plan = Plan(answers={form.key: _usual_answers(flow, form) for form in flow.forms})
    for condition in wanted:
        plan = next(_met(flow, plan, condition), plan)
    if not _ends_well(flow, plan):
        plan = _improved(flow, plan, lambda each: (_ends_well(flow, each), 0))
    return replace(plan, stages=_keys(flow, plan))


def long_plan(flow: Flow, wanted: Iterable[Condition] = ()) -> Plan:
    """The plan of an order that goes through as many stages and tasks as one order can."""
    plan = _improved(flow, plain_plan(flow, wanted), lambda each: _length(flow, each))
    return replace(plan, stages=_keys(flow, plan))


def _improved(flow: Flow, plan: Plan, worth: Any) -> Plan:
    best = worth(plan)
    for condition in dict.fromkeys(_conditions(flow)):
        for other in _met(flow, plan, condition):
            if (found := worth(other)) > best:
                plan, best = other, found
    return plan


def _conditions(flow: Flow) -> Iterator[Condition]:
    for way in flow.transitions:
        yield from way.when
    for stage in flow.stages:
        for task in stage.tasks:
            yield from task.when


def _met(flow: Flow, plan: Plan, condition: Condition) -> Iterator[Plan]:
    """The plans that differ in what one condition asks for."""
    fact = condition.fact
    if fact.startswith(ANSWER):
        yield from _answered(flow, plan, fact.removeprefix(ANSWER), condition)
    elif fact in NUMBERS and condition.at_least is not None:
        yield replace(plan, numbers={**plan.numbers, fact: condition.at_least})
    elif fact in CODES:
        have = plan.codes.get(fact, frozenset())
        for code in condition.any_of:
            many = fact in ("tag", "mark")
            yield replace(
                plan, codes={**plan.codes, fact: (have if many else frozenset()) | {code}}
            )


def _answered(flow: Flow, plan: Plan, key: str, condition: Condition) -> Iterator[Plan]:
    for form in flow.forms:
        asked = form.field(key)
        if asked is None:
            continue
        given = plan.answers[form.key]
        for values in _other_answers(form, asked, condition):
            yield replace(plan, answers={**plan.answers, form.key: {**given, **values}})


def _other_answers(form: Form, asked: Field, condition: Condition) -> Iterator[dict[str, Any]]:
    if asked.kind == "choice":
        yield from ({asked.key: code} for code, _label in asked.options)
    elif asked.kind == "choices":
        yield from ({asked.key: [code]} for code in condition.any_of)
    bounds = [each for each in (condition.at_least, condition.below) if each is not None]
    keys = asked.of if asked.kind == "computed" else (asked.key,)
    parts = [each for key in keys if (each := form.field(key)) and each.kind == "number"]
    near = {value for each in parts for value in (each.low, each.high) if value is not None}
    near |= {value + by for value in (*bounds, *near, 0) for by in (*bounds, -1_000, 0, 1_000)}
    for part in parts:
        yield from ({part.key: value} for value in sorted(near) if _fits(part, value))


def _fits(part: Field, value: int) -> bool:
    low = value if part.low is None else part.low
    high = value if part.high is None else part.high
    return low <= value <= high and value % 10 ** (3 - part.decimals) == 0 and value >= 0


def _usual_answers(flow: Flow, form: Form) -> dict[str, Any]:
    asked = {
        code
        for each in _conditions(flow)
        if each.fact.startswith(ANSWER)
        for code in (each.fact, *((each.fact, code) for code in (*each.any_of, *each.none_of)))
    }
    return {each.key: _usual_answer(each, asked) for each in form.fields if _is_given(each)}


def _is_given(asked: Field) -> bool:
    return asked.kind not in ("photo", "signature", "computed")


def _usual_answer(asked: Field, special: set[Any]) -> Any:
    """What is answered on an ordinary day: nothing a condition of the flow asks for."""
    if asked.kind in ("choice", "choices"):
        codes = [code for code, _label in asked.options]
        usual = [code for code in codes if (ANSWER + asked.key, code) not in special] or codes
        return usual[0] if asked.kind == "choice" else usual
    if asked.kind == "number":
        return asked.low if asked.low is not None else min(1_000, asked.high or 1_000)
    return {
        "date": "2026-11-20",
        "parts": [{"material": MATERIAL, "quantity_milli": 1_000}],
        "position": {"lon": 120.12, "lat": 30.28, "accuracy_m": 10},
    }.get(asked.kind, f"{asked.label}已记")


def known(flow: Flow, plan: Plan) -> dict[str, frozenset[str] | int]:
    """The facts of an order that follows a plan, once everything was answered."""
    facts: dict[str, frozenset[str] | int] = {**plan.codes, **plan.numbers}
    for form in flow.forms:
        facts |= read_answers(form, plan.answers[form.key], {}).facts()
    return facts


def _keys(flow: Flow, plan: Plan) -> tuple[str, ...]:
    return tuple(stage.key for stage in stages_walked(flow, known(flow, plan)))


def _ends_well(flow: Flow, plan: Plan) -> bool:
    return stages_walked(flow, known(flow, plan))[-1].meaning is Meaning.DONE


def _length(flow: Flow, plan: Plan) -> tuple[bool, int]:
    if not _is_possible(plan):
        return False, 0
    facts = known(flow, plan)
    walked = stages_walked(flow, facts)
    return walked[-1].meaning is Meaning.DONE, len(walked)


def _is_possible(plan: Plan) -> bool:
    marks = plan.codes.get("mark", frozenset())
    return not {"highway", "remote"} <= marks and "rework" not in marks
