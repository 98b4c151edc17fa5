"""What any shop order says, in neutral words: the only shape in which orders come in."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from network.geo import Datum


class ShopOrderStatus(StrEnum):
    """How far the shop order is, whatever the platform calls it."""

    UNPAID = "unpaid"
    DEPOSIT_PAID = "deposit_paid"  # presale: the balance is still open, no work is due yet
    PAID = "paid"
    SHIPPED = "shipped"
    FINISHED = "finished"
    CLOSED = "closed"


class RefundState(StrEnum):
    """What the buyer wants back of one line."""

    NONE = "none"  # never asked, withdrawn or refused
    ASKED = "asked"
    REFUNDED = "refunded"


class Secrecy(StrEnum):
    """How readable a receiver field is."""

    PLAIN = "plain"
    MASKED = "masked"  # stars inside: fit for showing, useless for calling
    CIPHER = "cipher"  # to be decrypted by the platform when the work is dispatched


@dataclass(frozen=True, slots=True)
class Position:
    """Degrees, in the platform's own datum."""

    lon: float
    lat: float
    datum: Datum


@dataclass(frozen=True, slots=True)
class ReceiverFacts:
    """Where the goods go and whom to ask for there.

    `city` is empty for counties that the province governs directly (济源, 仙桃): the district then
    stands right below the province. `cipher_key` is the platform's handle for decrypting.
    """

    province: str = ""
    city: str = ""
    district: str = ""
    town: str = ""
    detail: str = ""
    name: str = ""
    phone: str = ""
    detail_secrecy: Secrecy = Secrecy.PLAIN
    name_secrecy: Secrecy = Secrecy.PLAIN
    phone_secrecy: Secrecy = Secrecy.PLAIN
    cipher_key: str = ""
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class ShopLineFacts:
    """One line of a shop order; `paid_fen` is what the buyer paid for it after all discounts.

    `paid_fen` stays what was paid even after a refund; `refund_fen` says what went back.
    `serves_line_id` names the goods line that this service line installs, "" when unknown.
    """

    line_id: str
    outer_item_id: str
    outer_sku_id: str
    title: str
    sku_text: str
    quantity: int
    paid_fen: int
    is_service: bool
    serves_line_id: str = ""
    refund_state: RefundState = RefundState.NONE
    refund_fen: int = 0
    is_presale: bool = False

    @property
    def product_codes(self) -> tuple[str, ...]:
        """The seller's own codes, the most specific first, without empty ones."""
        return tuple(code for code in (self.outer_sku_id, self.outer_item_id) if code)


@dataclass(frozen=True, slots=True)
class ShopOrderFacts:
    """One shop order as its platform tells it now; moments are aware UTC, amounts fen.

    `version` grows with every change that the platform reports, so that an older answer
    arriving late is recognised. `paid_fen` includes `post_fen`.
    """

    platform: str
    shop_id: str
    order_number: str
    status: ShopOrderStatus
    raw_status: str
    created_at: datetime
    modified_at: datetime
    paid_at: datetime | None
    paid_fen: int
    post_fen: int
    deposit_fen: int
    buyer_ref: str
    receiver: ReceiverFacts
    lines: tuple[ShopLineFacts, ...]
    seller_memo: str
    buyer_message: str
    version: int
