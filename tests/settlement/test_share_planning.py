"""Which customers' payments pay whom: whole payees, within room and receivers, to the fen."""

from __future__ import annotations

import pytest

from settlement.payouts.planning import Room, planned

OLD, NEW, BIG = Room(1, 9_000), Room(2, 9_000), Room(3, 30_000)


@pytest.mark.parametrize(
    ("wants", "rooms", "found"),
    [
        ([(7, 9_000)], [OLD, NEW, BIG], {7: [(1, 9_000)]}),
        ([(7, 9_001)], [OLD, NEW, BIG], {7: [(3, 9_001)]}),
        ([(7, 31_000)], [OLD, NEW, BIG], {7: [(3, 30_000), (1, 1_000)]}),
        ([(7, 48_001)], [OLD, NEW, BIG], {}),
        ([(7, 48_001), (8, 100)], [OLD, NEW, BIG], {8: [(1, 100)]}),
        ([(7, 5_000), (8, 5_000)], [OLD, NEW], {7: [(1, 5_000)], 8: [(2, 5_000)]}),
        ([(7, 5_000), (8, 5_000)], [OLD], {7: [(1, 5_000)]}),
        ([], [OLD], {}),
        ([(7, 1)], [], {}),
    ],
)
def test_a_payee_is_paid_wholly_or_left_out(wants, rooms, found):
    assert planned(wants, rooms) == found


def test_no_payment_goes_to_more_receivers_than_one_request_takes():
    parts = planned([(n, 1) for n in range(5)], [OLD, NEW], most=2)
    assert sorted(fund for shares in parts.values() for fund, _fen in shares) == [1, 1, 2, 2]
    assert 4 not in parts


def test_no_room_is_given_twice():
    rooms = [OLD, NEW, BIG]
    parts = planned([(n, 3_333) for n in range(20)], rooms)
    for room in rooms:
        given = sum(
            fen for shares in parts.values() for fund, fen in shares if fund == room.fund_id
        )
        assert given <= room.left_fen
    assert all(sum(fen for _fund, fen in shares) == 3_333 for shares in parts.values())
