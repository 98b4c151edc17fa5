"""Figures as every script prints them: for people, or with --json one object per line."""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """One measured value; `reference` is what it is held against, `ratio` value by reference."""

    name: str
    value: float
    unit: str
    reference: float | None = None
    ratio: float | None = None


def figure(name: str, value: float, unit: str, reference: float | None = None) -> Figure:
    """Round a value to four digits and set it beside its reference."""
    ratio = value / reference if reference else None
    return Figure(
        name,
        _rounded(value),
        unit,
        None if reference is None else _rounded(reference),
        None if ratio is None else _rounded(ratio),
    )


def _rounded(value: float) -> float:
    if not value:
        return 0.0
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
    """Measure and print, as the command line asks."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", action="store_true", help="one JSON object per figure")
    as_json = parser.parse_args().json
    for found in measure():
        if as_json:
            print(json.dumps(asdict(found), ensure_ascii=False), flush=True)
            continue
        beside = f"  ({found.ratio} × {found.reference:,})" if found.reference else ""
        print(f"{found.name}: {found.value:,} {found.unit}{beside}", flush=True)
