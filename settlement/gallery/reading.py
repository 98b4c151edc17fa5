"""Reads the templates: a TOML file each, with its rules and an order worked out to the fen."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from settlement.engine.facts import JobFacts, restored

FOLDER = Path(__file__).with_name("templates")


@dataclass(frozen=True, slots=True)
class Template:
    """One contract of a trade with its worked example."""

    key: str
    name: str
    trade: str
    text: str
    shows: tuple[int, ...]  # the field's rules it shows, by the numbers of the golden cases
    body: Mapping[str, Any]
    facts: JobFacts
    lines: tuple[tuple[str, int], ...]  # code and fen, as they have to come out
    released: tuple[tuple[str, int], ...]  # milestones the example has reached


@cache
def templates() -> tuple[Template, ...]:
    """Return all templates, trade by trade."""
    found = [_read(path) for path in FOLDER.glob("*.toml")]
    return tuple(sorted(found, key=lambda each: (each.trade, each.key)))


def template_by_key(key: str) -> Template | None:
    """Return one template."""
    return next((each for each in templates() if each.key == key), None)


def _read(path: Path) -> Template:
    raw = tomllib.loads(path.read_text("utf-8"))
    example = raw["example"]
    return Template(
        key=raw["key"],
        name=raw["name"],
        trade=raw["trade"],
        text=raw["text"],
        shows=tuple(raw["shows"]),
        body=raw["rules"],
        facts=restored(example["facts"]),
        lines=tuple((code, fen) for code, fen in example["lines"]),
        released=tuple((code, fen) for code, fen in example.get("released", ())),
    )
