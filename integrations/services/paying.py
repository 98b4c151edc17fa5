"""What customers paid through WeChat Pay comes in as funds that payouts may share out."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from common import clock
from common.outbox import brought_home
from integrations.errors import MappingError, PlatformError
from integrations.models import Connection
from integrations.reaching import merchant_of
from settlement.payouts.funding import known_payments, take_funds

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from settlement.payouts.funding import FundFacts

log = logging.getLogger(__name__)
LOOKED_BACK_DAYS = 3


def has_merchant() -> bool:
    """Whether any merchant is connected."""
    return _merchants().exists()


def take_payments() -> int:
    """Take in the payments of the last days of every merchant; return how many were new.

    A merchant that does not answer is noted at its connection; the next turn asks again.
    """
    told: dict[Connection, list[FundFacts] | Exception] = {}
    for connection in _merchants():
        try:
            told[connection] = _payments_of(connection)
        except (PlatformError, MappingError, KeyError, ValueError) as error:
            log.warning("payments of %s: %s", connection, error)
            told[connection] = error
    with brought_home():
        return sum(_keep(connection, answer) for connection, answer in told.items())


def _payments_of(connection: Connection) -> list[FundFacts]:
    merchant, today = merchant_of(connection), clock.business_day()
    known = known_payments(merchant.merchant)
    return [
        fact
        for n in range(LOOKED_BACK_DAYS, 0, -1)
        for fact in merchant.payments(today - timedelta(days=n), known=known)
    ]


def _keep(connection: Connection, answer: list[FundFacts] | Exception) -> int:
    row = _merchants().filter(pk=connection.pk)
    if isinstance(answer, Exception):
        row.update(last_error=str(answer)[:300])
        return 0
    row.update(last_error="", last_pull_at=clock.wall_now())
    return take_funds(merchant=connection.shop_key, facts=answer)


def _merchants() -> QuerySet[Connection]:
    return Connection.objects.filter(is_active=True, platform=Connection.Platform.WECHATPAY)
