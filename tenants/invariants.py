"""What must always be true of schemas."""

from __future__ import annotations

from collections.abc import Iterable

from common.invariants import invariant
from tenants.checks import schema_problems


@invariant("I16", "No table of a tenant stands in public, none lacks in a schema", platform=True)
def schemas_are_whole() -> Iterable[str]:
    """The check a server makes when it starts."""
    return schema_problems()
