"""One-time codes with which a customer confirms that the installer has come."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common import clock
from common.broker import needing_broker
from common.errors import Gone, Refused, TooMany
from common.journal import record
from common.schema import current_schema
from workorders.models import RedemptionCode, WorkOrder
from workorders.services.locking import lock_open_order

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User

_DIGITS = 6
_VALID_FOR = timedelta(days=7)
_TRIES_AN_HOUR = 10


@transaction.atomic
def issue_code(*, order_id: int, actor: User | None) -> str:
    """Make a code of six digits for the order's customer; codes issued before become void."""
    order = lock_open_order(order_id)
    order.codes.filter(used_at=None).delete()
    code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"
    now = clock.now()
    RedemptionCode.objects.create(
        work_order=order, digest=_digest(order, code), expires_at=now + _VALID_FOR
    )
    record(actor, "workorder.code_issued", order)
    return code


def redeem(order: WorkOrder, typed: str, *, at: datetime | None = None) -> None:
    """Use a code up; Refused for a wrong one, Gone for a used or expired one, TooMany beyond 10
    wrong ones an hour: six digits can be guessed. Unavailable while nobody can count the tries.
    """
    tries_key = f"redeem:{order.pk}"
    words = _(
        "Codes cannot be checked at the moment. Try again in a minute, or check in by location."
    )
    with needing_broker(words):
        cache.add(tries_key, 0, 3600)
        if cache.get(tries_key, 0) >= _TRIES_AN_HOUR:
            raise TooMany("code.too_many", _("Too many wrong codes; please try again in an hour"))
    code = order.codes.select_for_update().filter(digest=_digest(order, typed.strip())).first()
    if code is None:
        with needing_broker(words):
            _count(tries_key)
        raise Refused("code.wrong", _("This code does not belong to this work order"))
    if code.used_at is not None or code.expires_at < (at or clock.now()):
        raise Gone("code.gone", _("This code was used or has expired"))
    code.used_at = clock.now()
    code.save(update_fields=["used_at"])


def _count(tries_key: str) -> None:
    try:
        cache.incr(tries_key)
    except ValueError:  # the hour ended, or Redis began anew, a moment ago
        cache.add(tries_key, 1, 3600)


def _digest(order: WorkOrder, code: str) -> str:
    message = f"{current_schema()}:{order.pk}:{code}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).hexdigest()
