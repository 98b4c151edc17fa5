"""What the tests of the dashboards start with."""

from __future__ import annotations

from typing import Any

import pytest

from tests.settlement.company import Company, found
from tests.workorders.conftest import own_media

__all__ = ["own_media"]


@pytest.fixture
def company(tenant: Any) -> Company:
    """A company with rules in force, in the schema of `alpha`."""
    return found()
