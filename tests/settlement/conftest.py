"""What the tests of settlement start with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from common import clock
from settlement import invariants as _invariants  # noqa: F401  (registers the checks)
from tests.settlement.company import Company, found
from tests.workorders.conftest import own_media

__all__ = ["own_media"]

AFTERNOON = datetime(2026, 11, 3, 6, 0, tzinfo=UTC)
"""14:00 of a Tuesday in China: no night, no rest day, no season."""


@pytest.fixture
def company(tenant: Any) -> Iterator[Company]:
    """A company with rules in force, in the schema of `alpha`, on a Tuesday afternoon."""
    with clock.moved_to(AFTERNOON):
        yield found()
