"""What a job would earn an installer, computed by the same engine as the settlement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from common import clock
from common.transactions import transactional
from settlement.engine.evaluate import settle
from settlement.facts import crew_of, estimate_facts
from settlement.models import Estimate, RuleSetVersion
from settlement.services.parties import PERSON
from settlement.services.rules_in_force import compiled, version_in_force
from workorders.crew import parts_of

if TYPE_CHECKING:
    from accounts.models import Installer
    from accounts.workers import Worker
    from settlement.engine.result import Line, Outcome
    from workorders.models import WorkOrder

INSTALLER = "installer"


@dataclass(frozen=True, slots=True)
class Estimated:
    """An installer's expected part of an order; `provisional` when a fact is not known yet."""

    gross_fen: int
    provisional: bool
    lines: tuple[Line, ...]


def _version(order: WorkOrder) -> RuleSetVersion | None:
    day = clock.business_day(order.window_starts_at)
    return version_in_force(industry=order.item_version.item.industry, on=day)


def estimates(
    *, order: WorkOrder, installers: Iterable[Installer | Worker]
) -> dict[int, Estimated]:
    """Return the estimate by installer id; empty when no rule set is in force.

    The number of queries does not depend on how many installers are asked for.
    """
    version = _version(order)
    if version is None:
        return {}
    rules = compiled(version)
    found: dict[int, Estimated] = {}
    # Most people of an outlet have the same facts, and then the same object of them.
    alike: dict[int, Estimated] = {}
    for installer, facts in estimate_facts(order=order, installers=installers):
        known = alike.get(id(facts))
        found[installer.pk] = known or _estimated(settle(rules, facts), installer.pk)
        if facts.crew is None and facts.first_crew is None:
            alike[id(facts)] = found[installer.pk]
    return found


def _estimated(outcome: Outcome, installer_id: int) -> Estimated:
    mine = own_lines(outcome, installer_id)
    fen = sum(line.amount_fen for line in mine)
    is_guess = any(mate.share_bp is None for mate in outcome.facts.crew or ())
    return Estimated(fen, outcome.provisional or is_guess, mine)


def own_lines(outcome: Outcome, installer_id: int) -> tuple[Line, ...]:
    """Return what an outcome gives one installer: all of the installer's part, or theirs of it."""
    own = {INSTALLER, f"{PERSON}{installer_id}"}
    return tuple(line for line in outcome.lines if line.payee in own)


def own_fen(outcome: Outcome, installer_id: int) -> int:
    """Return the sum of what an outcome gives one installer."""
    return sum(line.amount_fen for line in own_lines(outcome, installer_id))


@transactional
def store_estimate(*, order: WorkOrder, installer: Installer) -> Estimate | None:
    """Keep what the installer was shown, with its version, facts and lines; None without rules."""
    version = _version(order)
    if version is None:
        return None
    ((_installer, facts),) = estimate_facts(order=order, installers=[installer])
    outcome = settle(compiled(version), facts)
    return Estimate.objects.create(
        work_order=order,
        installer=installer,
        version=version,
        facts=facts.plain(),
        lines=[
            line._asdict() | {"because": dict(line.because)}
            for line in outcome.lines
            if line.party == INSTALLER
        ],
        gross_fen=outcome.totals.get(INSTALLER, 0),
        made_at=clock.now(),
    )


@transactional
def estimated_shares(order: WorkOrder) -> dict[int, int]:
    """Return what each person on an order would get as it is divided now; fen by installer id.

    Empty without an installer or rules. What is not finished yet counts for nobody.
    """
    version = _version(order)
    if version is None or order.installer is None:
        return {}
    ((_installer, facts),) = estimate_facts(order=order, installers=[order.installer])
    crew = crew_of(parts_of(order))
    outcome = settle(compiled(version), replace(facts, crew=crew))
    found = {INSTALLER: order.installer.pk}
    return {
        found.get(payee) or int(payee.removeprefix(PERSON)): fen
        for payee, fen in outcome.payees.items()
        if payee == INSTALLER or payee.startswith(PERSON)
    }
