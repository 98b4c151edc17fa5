"""Events between packages and work for later, kept in the tenant's own schema.

What needs the models is looked up on first use: this package is imported before Django knows them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from common.outbox.events import Event, scheduled, subscribe

if TYPE_CHECKING:
    from common.outbox.announcing import announce, announce_all, held_back
    from common.outbox.execution import drain
    from common.outbox.outside import brought_home, going_out, still_out

__all__ = [
    "Event",
    "announce",
    "announce_all",
    "brought_home",
    "drain",
    "going_out",
    "held_back",
    "scheduled",
    "still_out",
    "subscribe",
]


def __getattr__(name: str) -> Any:
    """Return what needs the models (PEP 562)."""
    if name in {"announce", "announce_all", "held_back"}:
        from common.outbox import announcing

        return getattr(announcing, name)
    if name in {"brought_home", "going_out", "still_out"}:
        from common.outbox import outside

        return getattr(outside, name)
    if name == "drain":
        from common.outbox import execution

        return execution.drain
    raise AttributeError(name)
