"""What a new company finds in this package: the flows its first orders start with."""

from __future__ import annotations

from tenants.provisioning import SignUp, on_new_tenant
from workorders.services.flows import ensure_presets


def publish_first_flows(_sign_up: SignUp) -> None:
    """Publish the presets in the new schema."""
    ensure_presets()


on_new_tenant(publish_first_flows, order=30)
