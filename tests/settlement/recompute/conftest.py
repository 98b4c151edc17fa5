"""The company of the settlement tests."""

from tests.settlement.conftest import company, own_media

__all__ = ["company", "own_media"]
