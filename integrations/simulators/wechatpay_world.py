"""Simulated merchants at WeChat Pay: customers' payments, receivers, profit-sharing orders."""

import tomllib
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from integrations.simulators.clock import MovableClock

MOST_RATIO_BP = 3_000
_FIRST_PAYMENT = 4_208_450_740_000_000_000_000_000_000
# What customers of the demo's installers paid on the spot by code, in fen, again and again.
_AMOUNTS = (28_000, 45_500, 128_000, 36_800, 59_900, 88_000, 19_900, 256_000)
_SEEDED_DAYS = 2
_A_DAY = 24


@dataclass(slots=True)
class Payment:
    """A customer's payment with the profit-sharing mark; `is_released`: nothing more is shared."""

    transaction_id: str
    out_trade_no: str
    paid_fen: int
    paid_at: datetime
    is_released: bool = False


@dataclass(slots=True)
class ShareOrder:
    """A profit-sharing order; receivers as they were asked for, with their results."""

    order_id: str
    out_order_no: str
    transaction_id: str
    receivers: list[dict[str, Any]]
    asked_at: datetime
    state: str = "PROCESSING"


@dataclass(slots=True)
class Merchant:
    """A merchant with its keys; `faults` name accounts whose shares come back, with the reason."""

    mch_id: str
    name: str
    app_id: str
    cert_serial: str
    apiv3_key: str
    private_key: str
    public_key: str
    payments: dict[str, Payment] = field(default_factory=dict)
    receivers: dict[str, str] = field(default_factory=dict)
    orders: dict[str, ShareOrder] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)

    def pay(self, paid_fen: int, paid_at: datetime) -> Payment:
        """A customer pays by code."""
        serial = _FIRST_PAYMENT + int(self.mch_id) * 10**6 + len(self.payments) + 1
        number = f"QR{self.mch_id}{len(self.payments) + 1:06d}"
        payment = Payment(str(serial), number, paid_fen, paid_at)
        self.payments[payment.transaction_id] = payment
        return payment

    def shared_fen(self, transaction_id: str) -> int:
        """What of a payment was shared or is about to be."""
        return sum(
            row["amount"]
            for order in self.orders.values()
            if order.transaction_id == transaction_id
            for row in order.receivers
            if row["result"] != "CLOSED"
        )


@dataclass(slots=True)
class Platform:
    """WeChat Pay's own key pair."""

    key_id: str
    private_key: str
    public_key: str


@dataclass(slots=True)
class PayWorld:
    """The platform and its merchants."""

    platform: Platform
    merchants: dict[str, Merchant]

    def kept(self) -> dict[str, Any]:
        """What outlives a restart."""
        return {
            mch_id: {
                "payments": [asdict(one) for one in merchant.payments.values()],
                "orders": [asdict(one) for one in merchant.orders.values()],
                "receivers": merchant.receivers,
                "faults": merchant.faults,
            }
            for mch_id, merchant in self.merchants.items()
        }

    def fill(self, kept: dict[str, Any]) -> None:
        """Take up what outlived a restart; merchants no longer seeded are left out."""
        for mch_id, rows in kept.items():
            if (merchant := self.merchants.get(mch_id)) is None:
                continue
            payments = [Payment(**_moments(row)) for row in rows["payments"]]
            merchant.payments = {one.transaction_id: one for one in payments}
            orders = [ShareOrder(**_moments(row)) for row in rows["orders"]]
            merchant.orders = {one.out_order_no: one for one in orders}
            merchant.receivers, merchant.faults = rows["receivers"], rows["faults"]


def _moments(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: datetime.fromisoformat(value) if name in {"paid_at", "asked_at"} else value
        for name, value in row.items()
    }


def make_pay_world(clock: MovableClock) -> PayWorld:
    """The seeded merchants, with the payments of the last two days."""
    text = (Path(__file__).parent / "wechatpay.toml").read_text(encoding="utf-8")
    content = tomllib.loads(text)
    merchants = {row["mch_id"]: Merchant(**row) for row in content["merchant"]}
    for merchant in merchants.values():
        for n in range(_SEEDED_DAYS * _A_DAY):
            hours_ago = _SEEDED_DAYS * _A_DAY - n
            merchant.pay(_AMOUNTS[n % len(_AMOUNTS)], clock.now() - timedelta(hours=hours_ago))
    return PayWorld(Platform(**content["platform"]), merchants)
