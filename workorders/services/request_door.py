"""Opening and closing the door for repair requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common.journal import record
from common.transactions import transactional
from workorders.models import RequestRule

if TYPE_CHECKING:
    from accounts.models import User


@transactional
def set_request_door(*, is_open: bool, hint: str, actor: User) -> None:
    """Take repair requests from now on, or no more; those that came stay."""
    said = {"is_open": is_open, "hint": hint.strip()[:200]}
    RequestRule.objects.update_or_create(pk=1, defaults=said)
    record(actor, "request_door.saved", None, **said)
