"""Figures as every script prints them: for people, or with --json one object per line.

With --check a figure that misses its aim makes the exit code 1. It is asked for, because a busy
machine misses aims that the code keeps.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Aim:
    """What a figure (or its ratio) may be at most, or has to be at least."""

    bound: float
    least: bool = False
    ratio: bool = False

    def __str__(self) -> str:
        """As people and --json read it."""
        return f"{'ratio ' if self.ratio else ''}{'≥' if self.least else '≤'} {self.bound:g}"

    def met_by(self, value: float | None) -> bool:
        """Whether a value keeps it; one that is no number, or is missing, does not."""
        if value is None:
            return False
        return value >= self.bound if self.least else value <= self.bound


def at_most(bound: float) -> Aim:
    """The value may be no more."""
    return Aim(bound)


def ratio_at_most(bound: float) -> Aim:
    """Value by reference may be no more."""
    return Aim(bound, ratio=True)


def ratio_at_least(bound: float) -> Aim:
    """Value by reference has to be as much."""
    return Aim(bound, least=True, ratio=True)


@dataclass(frozen=True)
class Figure:
    """One measured value; `reference` is what it is held against, `ratio` value by reference."""

    name: str
    value: float
    unit: str
    reference: float | None = None
    ratio: float | None = None
    aim: Aim | None = None

    @property
    def is_missed(self) -> bool:
        """Whether it has an aim and does not keep it."""
        if self.aim is None:
            return False
        return not self.aim.met_by(self.ratio if self.aim.ratio else self.value)

    def plain(self) -> dict[str, object]:
        """What --json prints."""
        return asdict(self) | {"aim": str(self.aim) if self.aim else None}


def figure(
    name: str, value: float, unit: str, reference: float | None = None, aim: Aim | None = None
) -> Figure:
    """Round a value to four digits and set it beside its reference."""
    ratio = value / reference if reference else None
    return Figure(
        name,
        _rounded(value),
        unit,
        None if reference is None else _rounded(reference),
        None if ratio is None else _rounded(ratio),
        aim,
    )


def _rounded(value: float) -> float:
    if not value or not math.isfinite(value):
        return float(value)
    return round(value, max(0, 3 - math.floor(math.log10(abs(value)))))


def needs(*modules: str) -> None:
    """SystemExit with one sentence when packages of the development requirements are missing."""
    missing = [name for name in modules if importlib.util.find_spec(name) is None]
    if missing:
        raise SystemExit(
            f"{', '.join(missing)} is not installed: `make bench` installs the packages of "
            "requirements/dev.txt first, then every script runs alone too."
        )


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least the share (0 … 1) of all do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def median(values: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(values)


def print_figures(description: str | None, measure: Callable[[], Iterable[Figure]]) -> None:
    """Measure and print, as the command line asks; SystemExit when --check finds an aim missed."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", action="store_true", help="one JSON object per figure")
    parser.add_argument("--check", action="store_true", help="exit code 1 when an aim is missed")
    asked = parser.parse_args()
    missed = 0
    for found in measure():
        missed += found.is_missed
        words = json.dumps(found.plain(), ensure_ascii=False) if asked.json else said(found)
        print(words, flush=True)
    if asked.check and missed:
        raise SystemExit(1)


def said(found: Figure) -> str:
    """Return a figure as one line for people."""
    beside = f"  ({found.ratio} × {found.reference:,})" if found.reference else ""
    aim = f"  aim {found.aim}{': MISSED' if found.is_missed else ''}" if found.aim else ""
    return f"{found.name}: {found.value:,} {found.unit}{beside}{aim}"
