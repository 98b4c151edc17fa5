"""A product of its own for each file here: what it publishes, settles, locks or closes would change
what other tests see."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.product import Product, running_product
from tests.workorders.world import World


@pytest.fixture(scope="module")
def product(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[Product]:
    """The running product of this file alone."""
    # The browser's driver keeps an event loop in this thread; our queries beside it are safe.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with django_db_blocker.unblock(), running_product(tmp_path_factory.mktemp("apart")) as one:
        yield one


@pytest.fixture(scope="module")
def worlds() -> dict[str, World]:
    """The people of this file's product."""
    return {}
