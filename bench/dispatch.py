"""Measures dispatching: known instances, generated days, an oracle, candidates at 50,000 people.

`solve FILE` plans a Solomon or VRPLIB file and prints its routes and their cost.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean
from time import perf_counter

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from bench import dispatch_days, dispatch_online, dispatch_oracle  # noqa: E402 - the script finds its packages first
from bench.dispatch_files import BadFileError, Instance, read  # noqa: E402 - as above
from bench.dispatch_judge import judge  # noqa: E402 - as above
from bench.figures import Figure, at_most, figure, median, needs, print_figures  # noqa: E402
from dispatch.engine.batch.tours import NoToursError, drive  # noqa: E402 - as above

INSTANCES = Path(__file__).resolve().parent / "data" / "routing"
SMALL = 250
SMALL_S, LARGE_S = 9.0, 54.0
"""Seconds of search, so that the whole command stays within 10 s and 60 s."""


def figures() -> Iterator[Figure]:
    """Measure everything in one run."""
    needs("pyvrp", "vrplib", "vroom", "ortools")
    yield from dispatch_days.figures()
    yield from dispatch_oracle.figures()
    yield from known_instances()
    yield from dispatch_online.figures()


def known_instances() -> Iterator[Figure]:
    """Plan the instances kept here; the judge's cost against the best known one."""
    best = tomllib.loads((INSTANCES / "best_known.toml").read_text("utf-8"))
    for kind, words, bound, least_s in (
        ("solomon", "Solomon's instances of 100 customers", 2.0, 10.0),
        ("homberger", "Gehring and Homberger's of 1,000 customers", 12.0, 60.0),
    ):
        gaps, seconds = {}, []
        for name, known in best[kind].items():
            path = next(INSTANCES.glob(f"{name}.*"))
            started = perf_counter()
            routes = printed(planned(read(path)))
            seconds.append(perf_counter() - started)
            found = judge(path, routes)
            if found.broken:
                raise SystemExit(f"{name}: {', '.join(found.broken)}")
            gaps[name] = 100 * (found.cut / known - 1)
            print(f"{name}: {found.cut:.1f}, {gaps[name]:+.2f} %", file=sys.stderr, flush=True)
        worst = max(gaps, key=lambda name: gaps[name])
        mean_bound = at_most(bound)
        yield figure(
            f"{words}, mean gap of {len(gaps)} to the best known",
            fmean(gaps.values()),
            "%",
            aim=mean_bound,
        )
        yield figure(
            f"{words}, largest gap ({worst})",
            gaps[worst],
            "%",
            aim=at_most(4.0 if kind == "solomon" else bound),
        )
        yield figure(f"{words}, seconds each", median(seconds), "s")
        yield figure(f"{words}, longest", max(seconds), "s", aim=at_most(least_s))


def planned(instance: Instance, *, seconds: float | None = None, seed: int = 0) -> list[list[int]]:
    """Return the routes of an instance; NoToursError when none were found."""
    usual = SMALL_S if len(instance.windows) <= SMALL else LARGE_S
    return drive(instance.errand(), limit_s=usual if seconds is None else seconds, seed=seed)


def printed(routes: list[list[int]]) -> str:
    """Return routes as they are written in the field."""
    return "".join(
        f"Route #{at}: {' '.join(map(str, route))}\n" for at, route in enumerate(routes, 1)
    )


def solve(arguments: list[str]) -> int:
    """Print the routes and the cost of a file; 1 for a bad file, 2 when no routes were found."""
    parser = argparse.ArgumentParser(prog="dispatch.py solve", description=solve.__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument(
        "--seconds",
        type=float,
        help=f"of search; else {SMALL_S:g} or, beyond {SMALL} places, {LARGE_S:g}",
    )
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args(arguments)
    try:
        instance = read(asked.file)
        routes = planned(instance, seconds=asked.seconds, seed=asked.seed)
    except BadFileError as error:
        print(error, file=sys.stderr)
        return 1
    except NoToursError:
        print(
            f"{asked.file}: no routes that keep every window and load were found", file=sys.stderr
        )
        return 2
    print(printed(routes), end="")
    print(f"Cost {instance.cost(routes):.{instance.decimals}f}")
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["solve"]:
        sys.exit(solve(sys.argv[2:]))
    print_figures(__doc__, figures)
