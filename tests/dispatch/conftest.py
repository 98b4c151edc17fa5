"""What the tests of dispatch with a database start with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from common import clock
from tests.dispatch.town import MONDAY, make_town
from tests.workorders.world import World


@pytest.fixture
def town(tenant: Any) -> Iterator[World]:
    """The town on a Monday at nine."""
    with clock.moved_to(MONDAY):
        yield make_town()
