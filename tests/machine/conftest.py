"""A product of its own for each test that starts one, and its removal however the test ends."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest

from tests.machine.product import Product, make_product


@pytest.fixture
def product():
    # Not tmp_path: its parents are private to this user, and servers run as another one.
    folder = Path(tempfile.mkdtemp(prefix="kuaqu-product-"))
    folder.chmod(0o755)
    made: Product = make_product(folder)
    yield made
    made.remove()
    shutil.rmtree(folder)
