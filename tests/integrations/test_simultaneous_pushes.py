"""The same push many times at the same moment."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, connections
from django_tenants.utils import schema_context

from common.outbox.models import OutboxRow
from integrations.models import InboundEvent
from integrations.services.pushes import SignedPost, receive_push
from tests.integrations.connected import YOUZAN, orders_of, work

MANY = 20


@pytest.mark.commits
def test_the_same_push_twenty_times_at_once_is_one_event_and_one_work_order(connected: Any) -> None:
    saved = connected.connect(YOUZAN)
    connected.pushed()
    order = connected.buy()
    sent = connected.platforms.pushes.deliveries[-1]
    post = SignedPost(sent.headers["Client-Id"], sent.headers["Event-Sign"], sent.body)
    schema, start, seen = connection.schema_name, Barrier(MANY), []

    def push() -> None:
        with schema_context(schema):
            start.wait()
            seen.append(receive_push(connection=saved, post=post).pk)
        connections.close_all()

    threads = [Thread(target=push) for _ in range(MANY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == MANY
    assert len(set(seen)) == 1
    assert InboundEvent.objects.count() == 1
    assert OutboxRow.objects.filter(topic="PushReceived").count() == 1
    work()
    assert len(orders_of(order.number)) == 1
