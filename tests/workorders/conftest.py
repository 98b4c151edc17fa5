"""What the tests of orders start with."""

from __future__ import annotations

from typing import Any

import pytest

from tests.workorders.world import World, make_world


@pytest.fixture
def world(tenant: Any) -> World:
    """The company of the tests in the schema of `alpha`."""
    return make_world()


@pytest.fixture(autouse=True)
def own_media(settings: Any, tmp_path: Any) -> None:
    """Keep uploaded files of a test to itself."""
    storages = {**settings.STORAGES}
    storages["default"] = {**storages["default"], "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = storages
