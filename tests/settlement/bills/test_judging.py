"""One order line, three sides: what is told of it, without a database."""

from __future__ import annotations

import pytest

from settlement.bills.judging import Ours, Theirs, judge

BILL = Theirs(paid_fen=30_000, refunded_fen=0, adjusted_fen=0, fee_fen=4_500, lines=1)
BOOKS = Ours(30_000, 0, has_service=True, fee_fen=4_500, payable_fen=25_500)


def theirs(**changes: int) -> Theirs:
    fields = {name: getattr(BILL, name) for name in Theirs.__slots__}
    return Theirs(**(fields | changes))


def ours(**changes: object) -> Ours:
    fields = {name: getattr(BOOKS, name) for name in Ours.__slots__}
    return Ours(**(fields | changes))  # type: ignore[arg-type]  # a table of cases


UNSETTLED = ours(fee_fen=None, payable_fen=None)
GOODS = ours(has_service=False, fee_fen=None, payable_fen=None)
LISTED = ours(is_listed=True, fee_fen=3_000, payable_fen=17_000)


@pytest.mark.parametrize(
    ("bill", "books", "state", "cause", "difference_fen"),
    [
        (BILL, BOOKS, "matched", "", 0),
        (theirs(fee_fen=4_501), BOOKS, "differing", "rounding", -1),
        (theirs(fee_fen=4_502), BOOKS, "differing", "fee", -2),
        (theirs(fee_fen=4_502, lines=2), BOOKS, "differing", "rounding", -2),
        (theirs(fee_fen=6_000), BOOKS, "differing", "fee", -1_500),
        (theirs(fee_fen=3_000), BOOKS, "differing", "fee", 1_500),
        (theirs(paid_fen=20_000, fee_fen=3_000), BOOKS, "differing", "partial", -8_500),
        (theirs(paid_fen=31_000), BOOKS, "differing", "overpaid", 1_000),
        (theirs(refunded_fen=10_000, fee_fen=3_000), BOOKS, "differing", "refund_there", -8_500),
        (BILL, ours(refunded_fen=10_000, fee_fen=3_000, payable_fen=17_000), "differing",
         "refund_here", 8_500),
        (theirs(adjusted_fen=-500), BOOKS, "differing", "adjusted", -500),
        (theirs(paid_fen=60_000, fee_fen=9_000, again_fen=30_000, lines=2), BOOKS, "duplicate",
         "twice", 25_500),
        (BILL, ours(payable_fen=25_000), "differing", "payees", -500),
        (BILL, ours(payable_fen=30_500, charged_fen=5_000), "matched", "", 0),
        (BILL, UNSETTLED, "waiting", "unsettled", 0),
        (theirs(paid_fen=20_000), UNSETTLED, "differing", "partial", -10_000),
        (BILL, GOODS, "outside", "", 0),
        (theirs(fee_fen=180), LISTED, "matched", "by_price", 0),
        (BILL, None, "missing_here", "unknown", 25_500),
    ],
)  # fmt: skip
def test_a_difference_is_told_to_the_fen_with_its_cause(bill, books, state, cause, difference_fen):
    found = judge(bill, books)
    assert (found.state, found.cause, found.difference_fen) == (state, cause, difference_fen)


@pytest.mark.parametrize(("is_due", "state"), [(False, "waiting"), (True, "missing_there")])
def test_silence_on_the_bill_counts_only_after_the_usual_delay(is_due, state):
    found = judge(None, BOOKS, is_due=is_due)
    assert found.state == state
    assert found.difference_fen == (-25_500 if is_due else 0)


@pytest.mark.parametrize(
    ("bill", "books", "accepted", "state"),
    [
        (theirs(fee_fen=6_000), BOOKS, (0, 1_500), "accepted"),
        (theirs(fee_fen=6_100), BOOKS, (0, 1_500), "differing"),
        (BILL, BOOKS, (0, 1_500), "differing"),
        (BILL, None, (30_000, 4_500), "accepted"),
        (None, BOOKS, (-30_000, -4_500), "accepted"),
    ],
)
def test_what_was_accepted_counts_and_a_new_line_opens_it_again(bill, books, accepted, state):
    assert judge(bill, books, accepted=accepted, is_due=True).state == state
