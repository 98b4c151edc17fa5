"""What the tests of customers start with: the company of the tests of orders."""

from tests.workorders.conftest import own_media, world

__all__ = ["own_media", "world"]
