"""While a platform is asked, nothing is locked: no transaction is open on our side."""

from __future__ import annotations

import logging

import pytest
from django.db import connection

from integrations.services.pulling import PULL, ask_for_pulls
from tests.integrations.connected import CORP, TMALL, YOUZAN, orders_of, work
from tests.workorders.walking import assign


class Ear(logging.Handler):
    """Hears of every call in the thread that makes it, and whether a transaction is open there."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.calls: list[tuple[str, bool]] = []

    def emit(self, record: logging.LogRecord) -> None:
        operation = str(record.args[1]) if isinstance(record.args, tuple) else ""
        self.calls.append((operation, connection.in_atomic_block))


@pytest.fixture
def ear():
    found, log = Ear(), logging.getLogger("integrations.http")
    level = log.level
    log.addHandler(found)
    log.setLevel(logging.INFO)
    yield found
    log.removeHandler(found)
    log.setLevel(level)


@pytest.mark.commits
def test_no_transaction_is_open_while_a_platform_is_asked(connected, ear):
    connected.connect(YOUZAN)
    connected.connect(TMALL)
    connected.connect(CORP)
    connected.pushed()
    installer = connected.world.installer
    installer.user.wecom_userid = "li"
    installer.user.save()
    pushed, listed = connected.buy(), connected.buy(TMALL)
    connected.platforms.pushes.deliver_due()
    connected.later(60)
    ask_for_pulls(PULL)
    work()
    (order,) = orders_of(pushed.number)
    assert len(orders_of(listed.number)) == 1
    assign(order, connected.world)
    work()
    order.refresh_from_db()
    assert "*" not in order.contact.phone
    assert len(connected.platforms.world.calls) > 0
    assert len({operation for operation, _open in ear.calls}) >= 5, ear.calls
    assert [operation for operation, is_open in ear.calls if is_open] == []
