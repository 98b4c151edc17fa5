"""A company's people at the flow pages, for tests."""

from __future__ import annotations

from accounts.models import User
from accounts.roles import Role
from tests import cast
from tests.browsing import TenantClient
from tests.factories import UserFactory
from workorders.flow_library import recipes
from workorders.models import FlowDraft
from workorders.services.flow_drafts import draft_from_library

TOILET = "smart_toilet"


def person(role: Role = Role.HQ_ADMIN) -> User:
    """Somebody of headquarters."""
    made: User = UserFactory(role=role, unit=None)
    return made


def browser(user: User) -> TenantClient:
    """A client signed in."""
    client = TenantClient(cast.ALPHA)
    client.force_login(user)
    return client


def library_draft(actor: User, *, recipe: str = TOILET, into: str = "") -> FlowDraft:
    """A draft copied from the library."""
    name = recipes()[recipe].name
    return draft_from_library(recipe=recipe, name=name, into=into, actor=actor)
