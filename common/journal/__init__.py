"""Who did what, and which requests were answered already; in the tenant's own schema.

`record` and `idempotent` are looked up on first use: they need the models, and this package is
imported before Django knows them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from common.journal.idempotency import idempotent
    from common.journal.recording import record

__all__ = ["idempotent", "record"]


def __getattr__(name: str) -> Any:
    """Return `idempotent` or `record` (PEP 562)."""
    if name == "idempotent":
        from common.journal import idempotency

        return idempotency.idempotent
    if name == "record":
        from common.journal import recording

        return recording.record
    raise AttributeError(name)
