"""What buyers and sellers do in a simulated shop."""

from dataclasses import replace
from datetime import datetime, timedelta

from integrations.simulators.world import Address, Line, Order, Product, Refund, Shop, World
from integrations.times import to_china

# Beyond 2^53 on purpose: a client that lets such an id pass through a double loses its end.
_FIRST_TRADE = 4_100_000_000_000_000_000
_FIRST_LINE = 2_900_000_000_000_000_000
_FIRST_REFUND = 7_000_000_000_000_000_000
_DISCOUNT_FEN = 5_000
_DEPOSIT_SHARE = 10


def place_order(
    world: World,
    shop: Shop,
    *,
    product: Product,
    address: Address,
    quantity: int = 1,
    is_presale: bool = False,
    buyer_message: str = "",
) -> Order:
    """A buyer orders a product, and its service where the shop sells one along."""
    serial = world.next_number()
    now = world.clock.now()
    is_youzan = shop.platform == "youzan"
    order = Order(
        number=f"E{_stamp(now)}{serial:010d}" if is_youzan else str(_FIRST_TRADE + serial * 100),
        shop_id=shop.shop_id,
        status="unpaid",
        created_at=now,
        modified_at=now,
        address=replace(address),
        lines=_lines(product, quantity, serial),
        is_presale=is_presale,
        buyer_message=buyer_message,
    )
    if is_presale:
        order.deposit_fen = order.payment_fen // _DEPOSIT_SHARE
    shop.orders[order.number] = order
    world.announce(shop, order, "created")
    return order


def pay_deposit(world: World, shop: Shop, order: Order) -> None:
    """The buyer of a presale pays the deposit; the balance stays open."""
    _expect(order, "unpaid")
    order.status = "deposit_paid"
    _changed(world, shop, order, "deposit_paid")


def pay(world: World, shop: Shop, order: Order) -> None:
    """The buyer pays, or pays the balance."""
    _expect(order, "unpaid", "deposit_paid")
    order.status = "paid"
    order.paid_at = world.clock.now()
    _changed(world, shop, order, "paid")


def change_address(world: World, shop: Shop, order: Order, address: Address) -> None:
    """The buyer corrects where the goods go."""
    _expect(order, "unpaid", "deposit_paid", "paid", "shipped")
    order.address = replace(address)
    _changed(world, shop, order, "address_changed")


def ship(world: World, shop: Shop, order: Order) -> None:
    """The seller sends the goods."""
    _expect(order, "paid")
    order.status = "shipped"
    _changed(world, shop, order, "shipped")


def finish(world: World, shop: Shop, order: Order) -> None:
    """The buyer confirms, or the time for it runs out."""
    _expect(order, "paid", "shipped")
    order.status = "finished"
    _changed(world, shop, order, "finished")


def cancel(world: World, shop: Shop, order: Order) -> None:
    """An order that was not fully paid is given up."""
    _expect(order, "unpaid", "deposit_paid")
    order.status = "closed"
    _changed(world, shop, order, "closed")


def edit_memo(world: World, shop: Shop, order: Order, memo: str) -> None:
    """The seller writes a memo; Youzan does not move the update time for it."""
    order.seller_memo = memo
    if shop.platform != "youzan":
        order.modified_at = world.clock.now()
    world.announce(shop, order, "memo")


def ask_refund(
    world: World, shop: Shop, order: Order, line: Line, fee_fen: int | None = None
) -> Refund:
    """The buyer wants money back for a line, all that is left of it by default; also once more."""
    _expect(order, "paid", "shipped", "finished")
    if line.refund == "asked":
        raise ValueError("this line already has a refund that is not decided")
    now, left_fen = world.clock.now(), line.paid_fen - line.refund_fen
    if line.refund == "refunded" and left_fen <= 0:
        raise ValueError("this line was paid back already")
    wanted_fen = left_fen if fee_fen is None else fee_fen
    if not 0 <= wanted_fen <= left_fen:
        raise ValueError("no more than what was paid")
    serial = world.next_number()
    is_youzan = shop.platform == "youzan"
    refund_id = f"{_stamp(now)}{serial:010d}" if is_youzan else str(_FIRST_REFUND + serial * 100)
    refund = Refund(
        refund_id, order.number, line.line_id, "WAIT_SELLER_AGREE", wanted_fen, now, now
    )
    shop.refunds[refund_id] = refund
    line.refund, line.refund_id = "asked", refund_id
    _changed(world, shop, order, "refund_created", refund)
    return refund


def agree_refund(world: World, shop: Shop, order: Order, line: Line) -> None:
    """The seller pays back; an order whose every line went back is closed."""
    refund = shop.refunds.get(line.refund_id)
    if refund is None or line.refund != "asked":
        raise ValueError("nobody asked for a refund of this line")
    refund.status, refund.modified_at = "SUCCESS", world.clock.now()
    line.refund, line.refund_fen = "refunded", line.refund_fen + refund.fee_fen
    _changed(world, shop, order, "refund_success", refund)
    if all(other.refund_fen == other.paid_fen for other in order.lines):
        order.status = "closed"
        _changed(world, shop, order, "closed")


def refund_order(world: World, shop: Shop, order: Order) -> None:
    """Ask for and pay back everything that was not yet paid back."""
    for line in order.lines:
        if line.refund == "none" or (line.refund == "refunded" and line.refund_fen < line.paid_fen):
            ask_refund(world, shop, order, line)
        if line.refund == "asked":
            agree_refund(world, shop, order, line)


def touch(world: World, order: Order) -> None:
    """Something unimportant changes, so that the order moves within the lists."""
    order.modified_at = world.clock.now() + timedelta(seconds=1)
    order.version += 1


def _lines(product: Product, quantity: int, serial: int) -> list[Line]:
    goods = _line(product, quantity, serial, position=1)
    # Every third order has a coupon on the goods, so that paid and listed prices differ.
    if serial % 3 == 0 and goods.paid_fen > 4 * _DISCOUNT_FEN:
        goods.paid_fen -= _DISCOUNT_FEN
    if product.service is None:
        return [goods]
    service = _line(product.service, quantity, serial, position=2)
    service.serves_line_id = goods.line_id
    return [goods, service]


def _line(product: Product, quantity: int, serial: int, *, position: int) -> Line:
    return Line(
        line_id=str(_FIRST_LINE + serial * 10 + position),
        item_number=600_000_000_000 + serial * 10 + position,
        title=product.title,
        outer_item_id=product.outer_item_id,
        outer_sku_id=product.outer_sku_id,
        sku_text=product.sku_text,
        quantity=quantity,
        price_fen=product.price_fen,
        paid_fen=product.price_fen * quantity,
        is_service=product.is_service,
    )


def _stamp(moment: datetime) -> str:
    return "".join(char for char in to_china(moment) if char.isdecimal())


def _expect(order: Order, *statuses: str) -> None:
    if order.status not in statuses:
        raise ValueError(f"not possible for an order that is {order.status}")


def _changed(
    world: World, shop: Shop, order: Order, event: str, refund: Refund | None = None
) -> None:
    order.modified_at = world.clock.now()
    order.version += 1
    world.announce(shop, order, event, refund)
