"""What a new company finds in this package: its lists of levels and bands."""

from __future__ import annotations

from network.services.tiers import add_starting_tiers
from tenants.provisioning import SignUp, on_new_tenant


def add_first_lists(_sign_up: SignUp) -> None:
    """Write the lists regions and rules choose from."""
    add_starting_tiers()


on_new_tenant(add_first_lists, order=5)
