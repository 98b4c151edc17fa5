"""What the tests of the rule editor start with."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from accounts.roles import Role
from settlement.models import RuleDraft
from settlement.rulebook.drafts import next_body, start_draft
from tests.factories import UserFactory
from tests.settlement.company import Company
from tests.settlement.conftest import company

__all__ = ["company"]


@pytest.fixture
def colleague(company: Company) -> User:
    """A second finance person of headquarters."""
    made: User = UserFactory(role=Role.FINANCE, unit=company.world.hq, display_name="林会计")
    return made


@pytest.fixture
def draft(company: Company) -> RuleDraft:
    """A draft of the next version of the demo contract."""
    version = company.version
    return start_draft(
        rule_set=version.rule_set, body=next_body(version), base=version, actor=company.finance
    )


def rate(draft: RuleDraft, code: str) -> Any:
    """The rate of a component in a draft as it is stored now."""
    draft.refresh_from_db()
    return next(c for c in draft.body["components"] if c["code"] == code)["rate_bp"]
