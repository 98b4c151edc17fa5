"""What becomes of one order line when bill, books and payees are laid side by side; plain Python."""

from __future__ import annotations

from dataclasses import dataclass

PER_LINE_FEN = 1
"""How far rounding may carry one line of a bill: each is rounded once."""


@dataclass(frozen=True, slots=True)
class Theirs:
    """What the platform's lines say, in whole fen; `again_fen` are payments booked a second time."""

    paid_fen: int
    refunded_fen: int
    adjusted_fen: int
    fee_fen: int
    lines: int
    again_fen: int = 0

    @property
    def gross_fen(self) -> int:
        """What customers paid in the end, as the platform has it."""
        return self.paid_fen - self.refunded_fen + self.adjusted_fen


@dataclass(frozen=True, slots=True)
class Ours:
    """What our books say, in whole fen.

    `fee_fen` and `payable_fen` are None before the order is settled; `is_listed`: the service is
    within the goods' price, so that what payees get is the price list's and not the customer's.
    """

    paid_fen: int
    refunded_fen: int
    has_service: bool
    fee_fen: int | None = None
    payable_fen: int | None = None
    charged_fen: int = 0  # paid on site to the company, past the platform; payees get it too
    is_listed: bool = False

    @property
    def gross_fen(self) -> int:
        """What customers paid in the end, as we have it."""
        return self.paid_fen - self.refunded_fen

    @property
    def compared_fee_fen(self) -> int | None:
        """The fee a bill has to agree with; None when the books hold none to compare."""
        return None if self.is_listed else self.fee_fen


@dataclass(frozen=True, slots=True)
class Verdict:
    """A state of BillPosition with its cause; what is left open of customers' money and of the fee.

    `difference_fen` is what the platform paid beyond what it should have (negative: too little).
    """

    state: str
    cause: str = ""
    gross_fen: int = 0
    fee_fen: int = 0

    @property
    def difference_fen(self) -> int:
        """The open difference in what arrives."""
        return self.gross_fen - self.fee_fen


def judge(
    theirs: Theirs | None,
    ours: Ours | None,
    *,
    accepted: tuple[int, int] = (0, 0),
    is_due: bool = False,
) -> Verdict:
    """Lay the sides of one order line beside each other.

    `accepted` is what people accepted of customers' money and of the fee; `is_due`: the platform's
    usual delay has passed, so that silence on the bill means something.
    """
    gross_fen, fee_fen = _open(theirs, ours, accepted)
    if ours is None:
        return _settled_or(accepted, Verdict("missing_here", "unknown", gross_fen, fee_fen))
    if theirs is None:
        if not is_due:
            return Verdict("waiting", "not_due")
        return _settled_or(accepted, Verdict("missing_there", "unbilled", gross_fen, fee_fen))
    if gross_fen or fee_fen:
        return _differing(theirs, ours, gross_fen, fee_fen)
    if any(accepted):
        return Verdict("accepted")
    return _agreed(ours)


def _open(theirs: Theirs | None, ours: Ours | None, accepted: tuple[int, int]) -> tuple[int, int]:
    """What differs of customers' money and of the fee, without what was accepted."""
    bill_fee = theirs.fee_fen if theirs else 0
    own_fee = ours.compared_fee_fen if ours else 0
    gross = (theirs.gross_fen if theirs else 0) - (ours.gross_fen if ours else 0)
    fee = 0 if own_fee is None else bill_fee - own_fee
    return gross - accepted[0], fee - accepted[1]


def _settled_or(accepted: tuple[int, int], verdict: Verdict) -> Verdict:
    is_settled = any(accepted) and not (verdict.gross_fen or verdict.fee_fen)
    return Verdict("accepted") if is_settled else verdict


def _agreed(ours: Ours) -> Verdict:
    if not ours.has_service:
        return Verdict("outside")
    if ours.fee_fen is None:
        return Verdict("waiting", "unsettled")
    owed = ours.gross_fen - ours.fee_fen + ours.charged_fen
    if not ours.is_listed and ours.payable_fen != owed:
        return Verdict("differing", "payees", (ours.payable_fen or 0) - owed)
    return Verdict("matched", "by_price" if ours.is_listed else "")


def _differing(theirs: Theirs, ours: Ours, gross_fen: int, fee_fen: int) -> Verdict:
    if theirs.again_fen and gross_fen >= theirs.again_fen:
        return Verdict("duplicate", "twice", gross_fen, fee_fen)
    return Verdict("differing", _cause(theirs, ours, gross_fen, fee_fen), gross_fen, fee_fen)


def _cause(theirs: Theirs, ours: Ours, gross_fen: int, fee_fen: int) -> str:
    if not gross_fen:
        return "rounding" if abs(fee_fen) <= PER_LINE_FEN * theirs.lines else "fee"
    back = theirs.refunded_fen - ours.refunded_fen
    if back and gross_fen == -back:
        return "refund_there" if back > 0 else "refund_here"
    if theirs.adjusted_fen and gross_fen == theirs.adjusted_fen:
        return "adjusted"
    return "partial" if gross_fen < 0 else "overpaid"
