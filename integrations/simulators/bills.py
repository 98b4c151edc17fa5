"""What a simulated platform books: every payment and refund with its fee, and ordered mistakes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from integrations.simulators.world import Line, Order, Shop, World

LIST_DELAY = timedelta(seconds=30)
SERVICE_FEE_BP, GOODS_FEE_BP = 1_500, 60
_WRONG_AMOUNT_FEN, _WRONG_FEE_BP = 1_000, 1_700

# amount: ten yuan less were paid · fee: 17 % instead of 15 % · missing: not booked at all ·
# twice: booked a second time · foreign: for an order nobody has
SLIPS = frozenset({"amount", "fee", "missing", "twice", "foreign"})


@dataclass(frozen=True, slots=True)
class Booking:
    """One line of a bill; refunds are negative, and so is the fee that comes back with them."""

    booking_id: str
    order_number: str
    line_id: str
    kind: str
    amount_fen: int
    fee_fen: int
    booked_at: datetime


def order_slip(shop: Shop, kind: str, number: str = "") -> None:
    """Order a mistake for an order's last line, by default the last paid one without a mistake.

    ValueError for a kind nobody plays, or when there is no such paid order.
    """
    if kind not in SLIPS:
        raise ValueError(f"no such slip: {kind}")
    paid = [order for order in shop.orders.values() if order.paid_at is not None]
    free = [order for order in paid if order.lines[-1].line_id not in shop.bill_slips]
    wanted = [order for order in paid if order.number == number] if number else free[-1:]
    if not wanted:
        raise ValueError("no paid order to get the bill of wrong")
    shop.bill_slips[wanted[0].lines[-1].line_id] = kind


def bookings(world: World, shop: Shop, start: datetime, end: datetime) -> list[Booking]:
    """What was booked in start..end, oldest first, half a minute late."""
    latest = min(end, world.clock.now() - LIST_DELAY)
    found = [
        booking
        for order in shop.orders.values()
        for line in order.lines
        for booking in _of_line(shop, order, line)
        if start <= booking.booked_at <= latest
    ]
    return sorted(found, key=lambda one: (one.booked_at, one.booking_id))


def _of_line(shop: Shop, order: Order, line: Line) -> Iterator[Booking]:
    # A provider's bill on Tmall speaks of services alone; a shop's on Youzan of everything.
    if order.paid_at is None or (shop.platform == "tmall" and not line.serves_line_id):
        return
    slip = shop.bill_slips.get(line.line_id, "")
    if slip == "missing":
        return
    is_service = bool(line.serves_line_id) or line.is_service
    rate = SERVICE_FEE_BP if is_service else GOODS_FEE_BP
    amount = line.paid_fen - (_WRONG_AMOUNT_FEN if slip == "amount" else 0)
    fee = _share(amount, _WRONG_FEE_BP if slip == "fee" else rate)
    number, line_id = order.number, line.line_id
    if slip == "foreign":
        number, line_id = f"9{number[1:]}", f"9{line_id[1:]}"
    yield Booking(f"{line.line_id}1", number, line_id, "payment", amount, fee, order.paid_at)
    if slip == "twice":
        again = order.paid_at + timedelta(seconds=1)
        yield Booking(f"{line.line_id}2", number, line_id, "payment", amount, fee, again)
    for refund in shop.refunds.values():
        if refund.line_id == line.line_id and refund.status == "SUCCESS":
            yield Booking(
                f"R{refund.refund_id}", number, line_id, "refund", -refund.fee_fen,
                -_share(refund.fee_fen, rate), refund.modified_at,
            )  # fmt: skip


def _share(fen: int, basis_points: int) -> int:
    return (2 * fen * basis_points + 10_000) // 20_000
