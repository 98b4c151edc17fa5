"""What was known of an order's refunds before it is asked for anew; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from integrations.refunds import Refund, spread_refunds
from workorders.intake_facts import RefundState


@dataclass(frozen=True, slots=True)
class EarlierRefund:
    """A refund heard of before: how it stood when its order was last taken in, NONE when it never was.

    Without `line_ids` nobody kept which lines it is of; the order's own number stands for all of
    them. `is_gone`: its platform knew it no longer when it was last asked.
    """

    refund: Refund
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class Earlier:
    """The refunds of one order heard of before, and by line id what our lines know: paid, paid back."""

    refunds: tuple[EarlierRefund, ...] = ()
    paid_fen: Mapping[str, int] = field(default_factory=dict)
    refunded_fen: Mapping[str, int] = field(default_factory=dict)


def shares_left(earlier: Earlier, told: Mapping[str, tuple[str, ...]]) -> list[Refund]:
    """Paid refunds that are not told any more, as shares of the lines they are known on.

    `told` are the line ids of all others by refund id. A share is what a line knows as paid back
    and no other refund accounts for: what is on no line is put on none.
    """
    paid = [one.refund for one in earlier.refunds if one.refund.state is RefundState.REFUNDED]
    lost = [refund for refund in paid if refund.refund_id not in told]
    if not lost:
        return []
    others = [replace(one, line_ids=told[one.refund_id]) for one in paid if one.refund_id in told]
    counted = spread_refunds(others, earlier.paid_fen)
    left = {key: fen - counted[key].refund_fen for key, fen in earlier.refunded_fen.items()}
    return [
        replace(lost[0], refund_fen=fen, line_ids=(key,)) for key, fen in left.items() if fen > 0
    ]
