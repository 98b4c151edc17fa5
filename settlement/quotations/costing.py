"""What a quoted job is expected to cost: the rules in force, over the facts a quotation knows."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from catalog.resolve import effective_item
from network.selectors import inherited, region_chain
from settlement.engine.evaluate import settle
from settlement.engine.facts import ChargeUse, JobFacts, MaterialUse
from settlement.facts import day_facts, place_facts
from settlement.quotations.surcharging import NORMAL
from settlement.recipients import Shares, kinds_of_units, shares_of_roles
from settlement.services.rules_in_force import compiled, version_in_force
from settlement.visits import is_night, planned_visit
from workorders.models import Bearer

if TYPE_CHECKING:
    from accounts.models import User
    from settlement.engine.result import Line
    from settlement.models import RuleSetVersion
    from settlement.quotations.asking import Asked
    from settlement.quotations.pricing import Priced

INSTALLER = "installer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost(Shares):
    """The expected shares of an offer; lines are the installer's, `unknown` what is not known yet."""

    version: RuleSetVersion
    facts: JobFacts
    lines: tuple[Line, ...]
    unknown: tuple[str, ...]


def expected_cost(asked: Asked, priced: Priced, *, actor: User) -> Cost | None:
    """Return the cost foreseen by the rules in force on the planned day; None without rules."""
    version = version_in_force(industry=asked.item_version.item.industry, on=asked.planned_on)
    if version is None:
        return None
    facts = quoted_facts(asked, priced, actor=actor)
    outcome = settle(compiled(version), facts)
    mine = tuple(line for line in outcome.lines if line.party == INSTALLER)
    unknown = dict.fromkeys(
        str(name) for line in outcome.lines for name in line.because.get("unknown", ())
    )
    shares = shares_of_roles(
        priced.total_fen, outcome.totals, seller_kind=facts.seller_kind,
        kinds=kinds_of_units(outcome.totals),
    )  # fmt: skip
    return Cost(
        **asdict(shares),
        version=version,
        facts=facts,
        lines=mine,
        unknown=tuple(unknown),
    )


def quoted_facts(asked: Asked, priced: Priced, *, actor: User) -> JobFacts:
    """Return the job as a quotation knows it: one visit of standard length by the site's branch."""
    chain, day = region_chain(asked.region), asked.planned_on
    effective = effective_item(version=asked.item_version, region=asked.region, on=day)
    item, minutes = asked.item_version.item, effective.labor_minutes * asked.quantity
    branch = inherited(asked.region, "branch")
    branch_code = getattr(branch, "code", None)
    return JobFacts(
        **day_facts(day),
        **place_facts(chain, day),
        service_item=item.code,
        category=item.category,
        quantity=asked.quantity,
        branch=branch_code,
        home_branch=branch_code,
        channel=asked.channel,
        customer_level=asked.member_level or NORMAL,
        site_kind=asked.site_kind,
        warehouse_direct=False,
        distance_m=asked.distance_m,
        visits=planned_visit(asked.starts_at, minutes),
        work_min=minutes,
        rain=False,
        urgent=asked.urgent,
        night=is_night(asked.starts_at) if asked.starts_at else False,
        high_work=asked.high_work,
        floor=asked.floor,
        grade=asked.grade.code if asked.grade else None,
        certificates=(),
        rework=False,
        fault_own=False,
        reschedule_count=0,
        delay_min=0,
        materials=_materials(asked),
        stages=("completed",),
        seller=actor.unit.code if actor.unit else None,
        seller_kind=actor.unit.kind if actor.unit else None,
        installer_month_orders=0,
        field_days=0,
        quote_fen=0,
        clerk="none",
        repurchase=False,
        tags=(),
        **_charged(asked, priced),
    )


def _charged(asked: Asked, priced: Priced) -> dict[str, Any]:
    bearers = {each.tariff.code: each.tariff for each in asked.charges}
    uses = tuple(
        ChargeUse(line.code, line.amount_fen, bearers[line.code].installer_bp, 0)
        for line in priced.lines
        if line.code in bearers and bearers[line.code].bearer == Bearer.CUSTOMER
    )
    return {
        "charges": uses,
        "charged_fen": sum(use.amount_fen for use in uses),
        "paid_fen": priced.total_fen,
        "empty_trip": False,
    }


def _materials(asked: Asked) -> tuple[MaterialUse, ...]:
    effective = effective_item(version=asked.item_version, region=asked.region, on=asked.planned_on)
    return (
        *(
            MaterialUse(need.code, need.quantity_milli * asked.quantity, need.unit_price_fen)
            for need in effective.materials
        ),
        *(
            MaterialUse(each.material.code, each.quantity_milli, each.material.unit_price_fen)
            for each in asked.materials
        ),
    )
