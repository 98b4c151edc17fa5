"""Events between packages and work for later, kept in the tenant's own schema.

`announce`, `held_back` and `drain` are looked up on first use: they need the models, and this package is
imported before Django knows them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from common.outbox.events import Event, scheduled, subscribe

if TYPE_CHECKING:
    from common.outbox.announcing import announce, held_back
    from common.outbox.execution import drain

__all__ = ["Event", "announce", "drain", "held_back", "scheduled", "subscribe"]


def __getattr__(name: str) -> Any:
    """Return `announce`, `held_back` or `drain` (PEP 562)."""
    if name in {"announce", "held_back"}:
        from common.outbox import announcing

        return getattr(announcing, name)
    if name == "drain":
        from common.outbox import execution

        return execution.drain
    raise AttributeError(name)
