"""What a phone needs to choose its way at a branch of a visit: pages, arms and what is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from workorders.flow.reading_conditions import ANSWER
from workorders.visit_path import Page, Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from workorders.flow import Condition, Facts, Flow, Form
    from workorders.visit_runs import Run

_ONCE = (
    Part.STEPS, Part.PHOTO, Part.PHOTOS, Part.MATERIALS, Part.SIGNATURE, Part.ACCEPTANCE,
)  # fmt: skip
"""Parts of the order and not of a stage: one page for all runs."""


def laid_out(runs: Sequence[Run]) -> tuple[tuple[Page, ...], list[list[tuple[int, str]]]]:
    """Return the pages of all runs, each once, and for every run (number of a page, stage key)."""
    pages: list[Page] = []
    known: dict[tuple[object, ...], int] = {}
    rows = []
    for run in runs:
        row = []
        for page in run.pages:
            key = _identity(page)
            if key not in known:
                known[key] = len(pages)
                pages.append(page)
            row.append((known[key], page.stage.key))
        rows.append(row)
    return tuple(pages), rows


def _identity(page: Page) -> tuple[object, ...]:
    if page.part in _ONCE:
        return (page.part,)
    return (page.part, page.stage.key, page.move.key if page.move else "")


def way_plan(
    flow: Flow,
    runs: Sequence[Run],
    places: Sequence[Sequence[tuple[int, str]]],
    *,
    number: str,
    facts: Facts,
) -> dict[str, Any] | None:
    """Return, as JSON, how the runs of a visit hang together; None where nothing is to be chosen.

    Shape: runs [{pages: [[place, stage]], arms: [{key, name, at, when, run}]}], known {fact: codes
    or number}, forms {address: {fields: {fact: {kind, name, of?, formula?}}}}. Numbers are
    thousandths, as everywhere in a flow.
    """
    if not any(run.arms for run in runs):
        return None
    conditions = [each for run in runs for arm in run.arms for each in arm.when]
    asked = {each.fact for each in conditions}
    return {
        "runs": [
            {
                "pages": row,
                "arms": [
                    {
                        "key": arm.key,
                        "name": arm.name,
                        "at": arm.at,
                        "when": [_condition(each) for each in arm.when],
                        "run": arm.run,
                    }
                    for arm in run.arms
                ],
            }
            for run, row in zip(runs, places, strict=True)
        ],
        "known": {fact: _value(facts[fact]) for fact in sorted(asked) if fact in facts},
        "forms": {
            reverse("workorders-phone:form-fill", args=[number, form.key]): found
            for form in flow.forms
            if (found := _fields(form, asked))
        },
    }


def _value(value: frozenset[str] | int) -> list[str] | int:
    return value if isinstance(value, int) else sorted(value)


def _condition(condition: Condition) -> dict[str, Any]:
    found: dict[str, Any] = {"fact": condition.fact}
    if condition.at_least is not None or condition.below is not None:
        return found | {"low": condition.at_least, "below": condition.below}
    return found | {"any": list(condition.any_of), "none": list(condition.none_of)}


def _fields(form: Form, asked: Iterable[str]) -> dict[str, Mapping[str, Any]]:
    """How the answers of a form that conditions ask for are read from what the queue holds."""
    return {
        f"{ANSWER}{field.key}": {
            "kind": field.kind,
            "name": f"{form.key}-{field.key}",
            "of": [f"{form.key}-{key}" for key in field.of],
            "formula": field.formula,
        }
        for field in form.fields
        if f"{ANSWER}{field.key}" in asked
    }
