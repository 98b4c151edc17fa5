"""What a new company finds in this package: the demo contract of the pack it chose."""

from __future__ import annotations

from settlement.services.publishing import publish_preset
from tenants.provisioning import SignUp, on_new_tenant


def publish_first_rules(sign_up: SignUp) -> None:
    """Publish the pack's contract, so that the first completed order can be settled."""
    if sign_up.pack:
        publish_preset(sign_up.pack, actor=None)


on_new_tenant(publish_first_rules, order=40)
