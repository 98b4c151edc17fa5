"""A published version at work: one job computed line by line, with the reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from settlement.engine.evaluate import settle
from settlement.engine.facts import JobFacts, restored
from settlement.explaining import code_names, note_of, reasons
from settlement.models import Settlement
from settlement.rule_sheets import party_word
from settlement.services.rules_in_force import compiled
from settlement.visibility import settlements_seen_whole

if TYPE_CHECKING:
    from accounts.models import User
    from settlement.engine.result import Outcome
    from settlement.engine.rules import Compiled
    from settlement.models import RuleSetVersion


@dataclass(frozen=True, slots=True)
class ExampleLine:
    """A line of the worked example."""

    label: str
    party: str
    note: str
    amount_fen: int
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A job computed with these rules; `number` names the work order it comes from, if any."""

    number: str
    paid_fen: int
    lines: tuple[ExampleLine, ...]
    total_fen: int


def example_of(version: RuleSetVersion, *, actor: User) -> Example:
    """Return the latest job settled with a version, or an invented one.

    Every party's part is shown: a real job is one whose money this person may see in full.
    """
    last = (
        settlements_seen_whole(actor=actor)
        .filter(version=version, status=Settlement.Status.ACTIVE)
        .select_related("work_order")
        .order_by("-pk")
        .first()
    )
    facts = restored(last.facts) if last else _invented(version)
    outcome = settle(compiled(version), facts)
    return Example(
        number=last.work_order.number if last else "",
        paid_fen=facts.paid_fen or 0,
        lines=example_lines(compiled(version), outcome, code_names()),
        total_fen=outcome.total_fen,
    )


def example_lines(
    rules: Compiled, outcome: Outcome, names: Mapping[str, Mapping[str, str]]
) -> tuple[ExampleLine, ...]:
    """Return the lines of an outcome with their reasons."""
    return tuple(
        ExampleLine(
            label=rules.label_of(line.code),
            party=party_word(line.party),
            note=note_of(line, names),
            amount_fen=line.amount_fen,
            why=reasons(line, names),
        )
        for line in outcome.lines
    )


def _invented(version: RuleSetVersion) -> JobFacts:
    """A plain job of the first priced item at twice its price, 18 km away, in the afternoon."""
    prices = next(iter(version.body.get("grids", {"": {"fen": {"": 0}}}).values()))["fen"]
    item, price = next(iter(prices.items()))
    fen = price[0] if isinstance(price, list) else price
    return JobFacts(
        done_on=version.effective_from.isoformat(), month=version.effective_from.month,
        service_item=item, category=item, quantity=1, city_level="T2", branch="A", home_branch="B",
        channel="youzan", customer_level="normal", site_kind="urban", warehouse_direct=False,
        distance_m=18_000, visits=(), rain=False, urgent=True, night=False, high_work=False,
        grade="G4", certificates=(), rework=False, fault_own=False, reschedule_count=0,
        materials=(), stages=("completed",), paid_fen=2 * fen + 10_000, installer_month_orders=1,
        field_days=0,
    )  # fmt: skip
