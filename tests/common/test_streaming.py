"""Rows come while the server makes the next ones, and the connection is free after them."""

from __future__ import annotations

from typing import Any

from common.streaming import AT_ONCE, streamed, streamed_text
from network.models import OrgUnit
from tests.factories import UnitFactory

NUMBERS = "SELECT n, n::text FROM generate_series(1, %s) n"


def test_all_rows_come_in_order_however_many_pieces_they_take(tenant: Any) -> None:
    found = list(streamed_text(NUMBERS, [2 * AT_ONCE + 1]))
    assert found == [(n, str(n)) for n in range(1, 2 * AT_ONCE + 2)]


def test_a_query_streams_what_it_would_give_at_once(tenant: Any) -> None:
    for name in ("东", "西"):
        UnitFactory(name=name)
    asked = OrgUnit.objects.order_by("-pk").values_list("pk", "name")
    assert list(streamed(asked)) == list(asked)
    assert len(list(asked)) >= 2


def test_a_query_that_can_find_nothing_streams_nothing(tenant: Any) -> None:
    assert list(streamed(OrgUnit.objects.filter(pk__in=[]).values_list("pk"))) == []


def test_the_connection_can_be_asked_again_after_the_last_row(tenant: Any) -> None:
    rows = streamed_text(NUMBERS, [AT_ONCE])
    assert sum(n for n, _text in rows) == AT_ONCE * (AT_ONCE + 1) // 2
    assert list(streamed_text(NUMBERS, [1])) == [(1, "1")]
