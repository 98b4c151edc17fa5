"""Tours of equal vehicles from one place: no skills, no breaks, every visit is made.

For runs of that kind (parts from a warehouse, the known test instances) another solver finds
shorter ways than the one for people; see docs/decisions/0017.
"""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from time import monotonic
from typing import TYPE_CHECKING

from dispatch.engine.batch.solver import PATIENCE, ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

CHILD = (sys.executable, "-m", "dispatch.engine.batch.tours_child")


class NoToursError(Exception):
    """No process came back with tours that keep every window and load."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What is to be driven: place 0 is where all begin and end, the others are visited once.

    All numbers are whole and in the caller's units; `metres[a][b]` is what is kept small,
    `seconds[a][b]` what the clock counts. A window bounds the beginning of a visit; that of place
    0 is the day. `capacity` None: nothing is carried.
    """

    metres: list[list[int]]
    seconds: list[list[int]]
    windows: list[tuple[int, int]]
    service: list[int]
    amounts: list[int]
    capacity: int | None
    vehicles: int


def drive(
    errand: Errand,
    *,
    limit_s: float,
    seed: int = 0,
    processes: int = 2,
    command: Sequence[str] = CHILD,
) -> list[list[int]]:
    """Return the visits of each vehicle that drives, in order, found in about `limit_s` seconds.

    As many processes as given search on their own from different seeds; the shortest tours win.
    Raises NoToursError when none of them finds any.
    """
    until = monotonic() + limit_s

    def ask(own: int) -> tuple[int, list[list[int]]] | None:
        asked = asdict(errand) | {"until": until, "seed": own}
        try:
            answer = subprocess.run(  # noqa: S603  (a module of ours, without a shell)
                command, input=json.dumps(asked), cwd=ROOT, capture_output=True, text=True,
                timeout=limit_s * PATIENCE, check=True,
            )  # fmt: skip
            found = json.loads(answer.stdout)
        except (subprocess.SubprocessError, ValueError):
            return None
        return (length(errand, found), found) if found else None

    with ThreadPoolExecutor(processes) as pool:
        answers = [each for each in pool.map(ask, range(seed, seed + processes)) if each]
    if not answers:
        raise NoToursError
    return min(answers)[1]


def length(errand: Errand, tours: list[list[int]]) -> int:
    """Return the metres of tours."""
    return sum(
        errand.metres[a][b] for tour in tours for a, b in zip([0, *tour], [*tour, 0], strict=True)
    )
