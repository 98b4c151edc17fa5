import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.earlier_refunds import Earlier, EarlierRefund, shares_left
from integrations.refunds import Refund, spread_refunds
from integrations.tmall.mapping import kept_rows, read_refund
from workorders.intake_facts import RefundState

LINES = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 10**8), min_size=1)


@given(LINES, st.integers(0, 10**9))
def test_a_refund_of_the_whole_order_loses_no_fen_and_overfills_no_line(paid, refund_fen):
    spread = spread_refunds([Refund("r", RefundState.REFUNDED, refund_fen)], paid)
    assert sum(line.refund_fen for line in spread.values()) == min(refund_fen, sum(paid.values()))
    assert all(spread[line_id].refund_fen <= paid[line_id] for line_id in paid)


def test_two_refunds_of_one_line_add_up():
    refunds = [
        Refund("1", RefundState.REFUNDED, 300, ("a",)),
        Refund("2", RefundState.REFUNDED, 200, ("a",)),
        Refund("3", RefundState.ASKED, 100, ("a",)),
    ]
    spread = spread_refunds(refunds, {"a": 1000, "b": 1000})
    assert (spread["a"].state, spread["a"].refund_fen) == (RefundState.REFUNDED, 500)
    assert (spread["b"].state, spread["b"].refund_fen) == (RefundState.NONE, 0)


def test_a_refund_of_a_line_that_is_not_there_changes_nothing():
    spread = spread_refunds([Refund("1", RefundState.REFUNDED, 300, ("z",))], {"a": 1000})
    assert spread["a"].refund_fen == 0


@pytest.mark.parametrize(("on_b", "left"), [(800, [("b", 300)]), (500, [])])
def test_a_lost_refund_keeps_just_what_its_lines_know_and_no_other_refund_accounts_for(on_b, left):
    refunds = (
        EarlierRefund(Refund("1", RefundState.REFUNDED, 300), is_gone=True),
        EarlierRefund(Refund("2", RefundState.REFUNDED, 500, ("b",))),
    )
    earlier = Earlier(refunds, {"a": 1000, "b": 1000}, {"a": 0, "b": on_b})
    shares = shares_left(earlier, {"2": ("b",)})
    assert [(share.line_ids[0], share.refund_fen) for share in shares] == left


def test_a_lost_refund_of_the_whole_order_is_read_back_as_one_of_the_whole_order():
    lost = Refund("1", RefundState.REFUNDED, 1500, ("77",))
    (row,) = kept_rows(lost)
    assert read_refund(row, "77", {"a", "b"}).line_ids == ()
    assert shares_left(Earlier((EarlierRefund(lost),)), {"1": ()}) == []
