from hypothesis import given
from hypothesis import strategies as st

from integrations.refunds import Refund, spread_refunds
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
