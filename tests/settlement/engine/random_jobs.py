"""Contracts of the gallery with other numbers, and jobs unlike the ones they were written for."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

from settlement.engine.facts import FACT_KINDS, JobFacts
from settlement.engine.paths import applied, join, key_of, value_at
from settlement.gallery.reading import Template, templates


def numbers(value: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the place of every whole number of a body."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from numbers(each, (*path, key))
    elif isinstance(value, list):
        for each in value:
            if (key := key_of(each)) is not None:
                yield from numbers(each, (*path, key))
    elif type(value) is int:
        yield join(path)


def texts(value: Any) -> Iterator[str]:
    """Yield every text a job's fact could be one of."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield str(key)
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
    elif isinstance(value, str):
        yield value


TEMPLATES = templates()
"""The contracts of the gallery, each with an order worked out."""
TEXT_FACTS = [f.name for f in fields(JobFacts) if FACT_KINDS.get(f.name) == "text"]
NUMBER_FACTS = {
    "distance_m": 90_000, "quantity": 5, "rating_x10": 50, "installer_month_orders": 120,
    "field_days": 4, "paid_fen": 500_000, "floor": 12, "delay_min": 600, "work_min": 500,
}  # fmt: skip
FLAG_FACTS = [f.name for f in fields(JobFacts) if f.type == (bool | None) and f.init]


def altered(body: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """The body with one to three of its numbers changed; it may not compile any more."""
    places = list(numbers(body))
    some = chance.sample(places, min(len(places), chance.choice([1, 1, 2, 3])))
    by = [-1, 1, 100, 700]
    return applied(body, {p: max(0, value_at(body, p) + chance.choice(by)) for p in some})


def another_job(template: Template, chance: random.Random) -> JobFacts:
    """The template's order with some of its facts changed, or not known."""
    words = sorted(set(texts(template.body)))
    changed: dict[str, Any] = {
        name: chance.choice([None, "elsewhere", *words])
        for name in chance.sample(TEXT_FACTS, chance.randrange(6))
    }
    for name in chance.sample(sorted(NUMBER_FACTS), chance.randrange(4)):
        changed[name] = chance.randrange(NUMBER_FACTS[name])
    for name in chance.sample(FLAG_FACTS, chance.randrange(3)):
        changed[name] = chance.choice([True, False, None])
    return replace(template.facts, **changed)
