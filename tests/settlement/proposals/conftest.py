"""What the tests of proposals start with: the company, its people, and drafts to decide on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from accounts.models import User
from accounts.roles import Role
from network.models import Region
from settlement.engine.paths import applied
from settlement.models import RuleDraft
from settlement.proposals.approval import submit_draft
from settlement.proposals.region_drafts import save_region_values
from settlement.rulebook.drafts import next_body, start_draft
from tests.factories import UserFactory
from tests.settlement.company import Company
from tests.settlement.conftest import company

__all__ = ["company"]

AC = "/grids/price/fen/HA-AC-15"
TV = "/grids/price/fen/HA-TV"
NIGHT = "/components/NIGHT/rate_bp"


@pytest.fixture
def second(company: Company) -> User:
    """A second finance person of headquarters, who approves."""
    made: User = UserFactory(role=Role.FINANCE, unit=company.world.hq, display_name="林会计")
    return made


@pytest.fixture
def manager(company: Company) -> User:
    """The manager of the branch that settles Zhejiang."""
    made: User = UserFactory(
        role=Role.REGION_MANAGER, unit=company.world.east, display_name="钱经理"
    )
    return made


@pytest.fixture
def zhejiang(company: Company) -> Region:
    """The province above Hangzhou."""
    above = company.world.hangzhou.parent
    assert above is not None
    return above


def regional(company: Company, region: Region, actor: User, **values: Any) -> RuleDraft:
    """Save a region's values by path (AC, TV, NIGHT as names)."""
    paths = {"AC": AC, "TV": TV, "NIGHT": NIGHT}
    rule_set = company.version.rule_set
    open_one = rule_set.drafts.filter(region=region, state="editing").first()
    draft = save_region_values(
        rule_set_id=rule_set.pk,
        region=region,
        revision=open_one.revision if open_one else 0,
        values={paths[name]: value for name, value in values.items()},
        actor=actor,
    )
    assert draft is not None
    return draft


def hq_draft(company: Company, changes: Mapping[str, Any]) -> RuleDraft:
    """Headquarters' draft of the next version with values at paths."""
    latest = company.version.rule_set.versions.latest("sequence")
    body = applied(next_body(latest), changes)
    return start_draft(rule_set=latest.rule_set, body=body, base=latest, actor=company.finance)


def submitted(draft: RuleDraft, actor: User) -> RuleDraft:
    """The draft waiting for approval."""
    return submit_draft(draft_id=draft.pk, revision=draft.revision, note="", actor=actor)
