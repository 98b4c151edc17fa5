"""What a version keeps of the replay of its draft."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from settlement.models import RuleDraft


def latest_report(draft: RuleDraft) -> dict[str, Any]:
    """Return the figures of the draft's latest finished replay; empty without one."""
    return {}
