"""Asks the routing solver in a process of its own, which may die or be late without harm."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dispatch.engine.facts import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dispatch.engine.batch.book import Book, Page
    from dispatch.engine.batch.splitting import Part

ROOT = Path(__file__).resolve().parents[3]
CHILD = (sys.executable, "-m", "dispatch.engine.batch.child")
PATIENCE = 3
"""So many times its limit a child may take before it is killed: its first step has no limit."""

Sequences = list[list[int]]
"""For each shift asked about, ids of jobs in the order they are done."""


def solve(
    book: Book,
    part: Part,
    pages: Sequence[Page],
    *,
    limit_s: float,
    threads: int,
    command: Sequence[str] = CHILD,
) -> Sequences | None:
    """Return who does what in which order, or None when the child died or was too late."""
    asked = request(book, part, pages) | {"limit_s": limit_s, "threads": threads}
    try:
        answer = subprocess.run(  # noqa: S603  (a module of ours, without a shell)
            command, input=json.dumps(asked), cwd=ROOT, capture_output=True, text=True,
            timeout=limit_s * PATIENCE, check=True,
        )  # fmt: skip
        told = json.loads(answer.stdout)
    except (subprocess.SubprocessError, ValueError):
        return None
    return [[int(job) for job in mine] for mine in told]


def request(book: Book, part: Part, pages: Sequence[Page]) -> dict[str, Any]:
    """Return the problem as the child reads it: plain numbers, places by their index.

    Who may do a job is decided here by the rules of the engine; what is fixed in a shift only takes
    its time from it, and is fitted in again when the answer is read.
    """
    travel = book.travel
    points = [page.day.origin for page in pages] + [job.point for job in part.jobs]
    may = [
        [n for n, job in enumerate(part.jobs) if book.fits(job, page) and page.free > 0]
        for page in pages
    ]
    return {
        "points": points,
        "roads": [travel.factor_bp, travel.metres_per_hour, travel.setup_s],
        "shifts": [
            {
                "span": [page.day.begin, page.day.shift.span.end],
                "breaks": [
                    [each.earliest, each.latest, each.length_s]
                    for each in page.day.shift.breaks
                    if each.latest >= page.day.begin
                ],
                "taken": [[stop.start, stop.end] for stop in page.day.stops],
                "most": min(page.free, len(part.jobs)),
                "may": allowed,
            }
            for page, allowed in zip(pages, may, strict=True)
        ],
        "jobs": [
            {
                "id": job.id,
                "service": job.service_s,
                "windows": _ends(_joined(job.windows, book.now)),
                "priority": job.priority,
            }
            for job in part.jobs
        ],
    }


def _joined(windows: Iterable[Span], now: int) -> list[Span]:
    """Windows from now on, those that touch as one: the solver refuses touching ones."""
    found: list[Span] = []
    for span in sorted(windows):
        start = max(span.start, now)
        if start >= span.end:
            continue
        if found and start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(Span(start, span.end))
    return found


def _ends(windows: Iterable[Span]) -> list[list[int]]:
    return [[span.start, span.end - 1] for span in windows]
