"""What customers paid through WeChat Pay comes in as funds that payouts may share out."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from common import clock
from integrations.errors import MappingError, PlatformError
from integrations.models import Connection
from integrations.reaching import merchant_of
from settlement.payouts.funding import known_payments, take_funds

if TYPE_CHECKING:
    from django.db.models import QuerySet

log = logging.getLogger(__name__)
LOOKED_BACK_DAYS = 3


def has_merchant() -> bool:
    """Whether any merchant is connected."""
    return _merchants().exists()


def take_payments() -> int:
    """Take in the payments of the last days of every merchant; return how many were new.

    A merchant that does not answer is noted at its connection; the next turn asks again.
    """
    new = 0
    today = clock.business_day()
    for connection in _merchants():
        try:
            merchant = merchant_of(connection)
            known = known_payments(merchant.merchant)
            facts = [
                fact
                for n in range(LOOKED_BACK_DAYS, 0, -1)
                for fact in merchant.payments(today - timedelta(days=n), known=known)
            ]
        except (PlatformError, MappingError, KeyError, ValueError) as error:
            log.warning("payments of %s: %s", connection, error)
            _merchants().filter(pk=connection.pk).update(last_error=str(error)[:300])
            continue
        new += take_funds(merchant=merchant.merchant, facts=facts)
        _merchants().filter(pk=connection.pk).update(last_error="", last_pull_at=clock.wall_now())
    return new


def _merchants() -> QuerySet[Connection]:
    return Connection.objects.filter(is_active=True, platform=Connection.Platform.WECHATPAY)
