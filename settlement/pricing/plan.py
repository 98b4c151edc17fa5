"""A price plan tried on jobs that were done: one engine run per job and step of the curve."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any

from common.formatting import percent_bp
from settlement.engine.evaluate import settle
from settlement.engine.money import share_fen
from settlement.engine.rules import compile_rules
from settlement.recipients import Shares, shares_of_roles

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from settlement.engine.facts import JobFacts
    from settlement.engine.rules import Compiled

STEPS_PERCENT = (-20, -15, -10, -5, 0, 5, 10, 15, 20)
WHOLE_BP = 10_000
UNANSWERED = frozenset({"no_price", "no_rule"})


class Lever(Enum):
    """What the plan changes."""

    CUSTOMER = "customer"  # what customers pay for the job
    GRID = "grid"  # a price list of the rules: what payees are paid by


@dataclass(frozen=True, slots=True, kw_only=True)
class Point(Shares):
    """What the jobs would have brought at one step, in fen; margin is what units keep."""

    percent: int
    orders: int  # after the change of demand, rounded

    @property
    def change(self) -> str:
        """The step as people read it, with its sign: +5%, −5%, 0%."""
        return percent_bp(self.percent * 100, signed=True).replace(".0%", "%")

    @property
    def margin_bp(self) -> int | None:
        """The margin in basis points of the revenue, rounded; None without revenue."""
        if self.revenue_fen <= 0:
            return None
        return share_fen(self.margin_fen, WHOLE_BP, self.revenue_fen)


def curve(
    jobs: Sequence[JobFacts],
    body: Mapping[str, Any],
    *,
    lever: Lever,
    grid: str = "",
    elasticity_x100: int = 0,
    kinds: Mapping[str, str] | None = None,
) -> list[Point]:
    """Return the points from −20 to +20 per cent.

    `elasticity_x100` says by how many hundredths of a per cent demand changes for each per cent
    customers pay more (usually negative); all amounts of a point are scaled by it, not below zero.
    It has no meaning for what payees are paid. `kinds` are those of units paid by their code. Jobs these rules have no price for are left out of
    every point.
    """
    rules = compile_rules(body)
    answered = [job for job in jobs if not UNANSWERED & set(settle(rules, job).flags)]
    points, known = [], kinds or {}
    for percent in STEPS_PERCENT:
        if lever is Lever.CUSTOMER:
            dearer = [_dearer(job, percent) for job in answered]
            volume_bp = max(0, WHOLE_BP + elasticity_x100 * percent)
            points.append(_point(percent, dearer, rules, volume_bp, known))
        else:
            moved = compile_rules(with_grid_moved(body, grid, percent))
            points.append(_point(percent, answered, moved, WHOLE_BP, known))
    return points


def _dearer(job: JobFacts, percent: int) -> JobFacts:
    """The job at another price of the shop; what is paid on site goes by its own tariff."""
    on_site = job.charged_fen or 0
    return replace(job, paid_fen=_moved((job.paid_fen or 0) - on_site, percent) + on_site)


def with_grid_moved(body: Mapping[str, Any], grid: str, percent: int) -> dict[str, Any]:
    """Return the rules with every price of one list moved, each rounded to the fen."""
    grids = dict(body["grids"])
    grids[grid] = {**grids[grid], "fen": _all_moved(grids[grid]["fen"], percent)}
    return {**body, "grids": grids}


def _all_moved(prices: Any, percent: int) -> Any:
    if isinstance(prices, dict):
        return {key: _all_moved(under, percent) for key, under in prices.items()}
    if isinstance(prices, list):
        return [_all_moved(under, percent) for under in prices]
    return prices if prices is None else _moved(prices, percent)


def _moved(fen: int, percent: int) -> int:
    return share_fen(fen, 100 + percent, 100)


def _point(
    percent: int, jobs: Sequence[JobFacts], rules: Compiled, volume_bp: int,
    kinds: Mapping[str, str],
) -> Point:  # fmt: skip
    sums: dict[str, int] = {}
    for job in jobs:
        shares = shares_of_roles(
            job.paid_fen or 0, settle(rules, job).totals, seller_kind=job.seller_kind, kinds=kinds
        )
        for name, fen in asdict(shares).items():
            sums[name] = sums.get(name, 0) + fen

    def scaled(value: int) -> int:
        return share_fen(value, volume_bp, WHOLE_BP)

    columns = {name: scaled(fen) for name, fen in sums.items()}
    return Point(percent=percent, orders=scaled(len(jobs)), **columns)
