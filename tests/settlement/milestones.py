"""The demo contract with other milestones, and what the ledger then says of one installer."""

from __future__ import annotations

from typing import Any

from common.invariants import run_checks
from settlement.ledger import balances
from settlement.models import RuleSetVersion
from settlement.services.parties import installer_party
from settlement.services.publishing import freeze, publish_rules
from tests.settlement.company import INDUSTRY, Company, preset

WHOLE = 24_112
"""What the demo order brings its installer."""


def body_with(
    milestones: list[dict[str, Any]], number: str = "9", **changes: Any
) -> dict[str, Any]:
    """The contract whose release has these milestones and other fields."""
    body = preset(version=number)
    release = next(each for each in body["components"] if each["kind"] == "release")
    release |= {"milestones": milestones, **changes}
    return body


def published(
    milestones: list[dict[str, Any]], number: str = "9", **changes: Any
) -> RuleSetVersion:
    """The contract, published as people do."""
    body = body_with(milestones, number, **changes)
    return publish_rules(key=INDUSTRY, industry=INDUSTRY, body=body, actor=None).version


def of_before(company: Company, body: dict[str, Any]) -> RuleSetVersion:
    """Rules that were published before the check knew better."""
    return freeze(rule_set=company.version.rule_set, body=body, checks={}, published_by=None)


def part(
    code: str, stage: str, *, bp: int | None = None, days: int | None = None
) -> dict[str, Any]:
    """One milestone."""
    found: dict[str, Any] = {"code": code, "stage": stage, "label": f"{code}款"}
    return found | {
        key: value for key, value in (("rate_bp", bp), ("after_days", days)) if value is not None
    }


def mine(company: Company) -> tuple[int, int, int]:
    """Pending, held and available fen of the installer."""
    found = balances(installer_party(company.installer))
    return found["pending"], found["held"], found["available"]


def broken() -> list[str]:
    """What the invariants of money find wrong."""
    return [words for each in run_checks(only=["I1", "I2", "I4", "I5", "I7"])
            for words in each.violations]  # fmt: skip
