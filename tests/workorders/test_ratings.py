"""An installer's rating is what customers said of their last jobs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from common import clock
from tests.workorders import walking
from tests.workorders.world import World, open_order, shop_order
from workorders.services import ratings


def rate(world: World, n: int, tenths: int | None) -> int | None:
    """One more job of the installer with this answer; their rating after it."""
    with clock.moved_to(clock.now() + timedelta(hours=n)):
        order = walking.complete(open_order(world, shop_order(number=f"E20261102{n:03}")), world)
        walking.record_follow_up(
            order_id=order.pk, passed=True, rating_x10=tenths, remark="", actor=world.dispatcher
        )
    world.installer.refresh_from_db()
    return world.installer.rating_x10


def test_the_rating_is_the_mean_of_the_last_answers_from_the_fifth_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = world.installer.rating_x10
    assert [rate(world, n, 50) for n in range(1, 4)] == [before] * 3
    assert rate(world, 4, None) == before
    assert rate(world, 5, 41) == before
    assert rate(world, 6, 40) == 46  # 231 / 5
    monkeypatch.setattr(ratings, "LAST", 5)
    assert rate(world, 7, 30) == 42  # the oldest counts no more: 211 / 5
