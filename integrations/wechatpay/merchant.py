"""A WeChat Pay merchant as payouts see it: receivers, profit sharing, what customers paid."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wechatpayv3 import WeChatPay, WeChatPayType

from integrations.errors import Kind, PlatformError
from integrations.money import yuan_to_fen
from integrations.wechatpay.core import PinnedCore, pem, read_answer
from settlement.payouts.funding import FundFacts
from settlement.payouts.gateway import ShareAnswer, SharingRefusedError

if TYPE_CHECKING:
    from datetime import date

    from integrations.client import Journal
    from integrations.egress import HostPort
    from settlement.payouts.gateway import Receiver, ShareRequest

MAX_RATIO_BP = 3_000
"""What WeChat Pay lets a merchant share out of one payment unless agreed otherwise."""
_RELATION = {"PERSONAL_OPENID": "STAFF", "MERCHANT_ID": "PARTNER"}
_NEVER_ARRIVED = "RESOURCE_NOT_EXISTS"
_PAID, _AT_WORK = "SUCCESS", "PENDING"
_REASONS = {
    "ACCOUNT_ABNORMAL": "收款账户异常",
    "NO_RELATION": "分账关系已解除",
    "RECEIVER_HIGH_RISK": "高风险收款方",
    "RECEIVER_REAL_NAME_NOT_VERIFIED": "收款方未实名",
    "NO_AUTH": "分账权限已解除",
    "RECEIVER_RECEIPT_LIMIT": "超出收款方收款限额",
    "PAYER_ACCOUNT_ABNORMAL": "付款账户异常",
    "INVALID_REQUEST": "描述参数不符合要求",
}


@dataclass(frozen=True, slots=True)
class Keys:
    """What a merchant's console gives; keys as they were pasted."""

    merchant: str
    app_id: str
    private_key: str
    cert_serial: str
    apiv3_key: str
    platform_key: str
    platform_key_id: str
    max_ratio_bp: int = MAX_RATIO_BP


class Merchant:
    """Implements `settlement.payouts.gateway.SharingGateway`."""

    def __init__(
        self,
        keys: Keys,
        *,
        base_url: str,
        allow: frozenset[HostPort],
        leave: Callable[[], None] | None = None,
        journal: Journal | None = None,
    ) -> None:
        self._keys = keys
        private, public = pem(keys.private_key, "PRIVATE KEY"), pem(keys.platform_key, "PUBLIC KEY")
        self._pay = WeChatPay(
            wechatpay_type=WeChatPayType.NATIVE,
            mchid=keys.merchant,
            private_key=private,
            cert_serial_no=keys.cert_serial,
            appid=keys.app_id,
            apiv3_key=keys.apiv3_key,
            public_key=public,
            public_key_id=keys.platform_key_id,
        )
        # With the platform's public key the library calls nothing while it is made.
        self._pay._core = PinnedCore(
            base_url=base_url,
            allow=allow,
            leave=leave,
            journal=journal,
            mchid=keys.merchant,
            cert_serial_no=keys.cert_serial,
            private_key=private,
            apiv3_key=keys.apiv3_key,
            public_key=public,
            public_key_id=keys.platform_key_id,
        )

    @property
    def merchant(self) -> str:
        """The merchant's number."""
        return self._keys.merchant

    def bind(self, receiver: Receiver) -> None:
        """Add the receiver with its real name, which WeChat Pay checks; again: no change."""
        self._say(
            self._pay.profitsharing_add_receiver(
                account_type=receiver.kind,
                account=receiver.account,
                relation_type=_RELATION[receiver.kind],
                name=receiver.name,
            )
        )

    def share(self, request: ShareRequest) -> ShareAnswer:
        """Ask for the shares; what is left of the payment stays frozen for later payouts."""
        receivers = [
            {
                "type": one.kind,
                "account": one.account,
                "amount": one.amount_fen,
                "description": request.words[:80],
            }
            for one in request.receivers
        ]
        answer = self._pay.profitsharing_order(
            transaction_id=request.transaction_id,
            out_order_no=request.number,
            receivers=receivers,
            unfreeze_unsplit=False,
        )
        return _results(self._say(answer))

    def ask(self, request: ShareRequest) -> ShareAnswer | None:
        """Say what became of the shares of a request; None when it never arrived."""
        answer = self._pay.profitsharing_order_query(
            transaction_id=request.transaction_id, out_order_no=request.number
        )
        try:
            return _results(self._say(answer))
        except SharingRefusedError as refusal:
            if refusal.code == _NEVER_ARRIVED:
                return None
            raise

    def release(self, *, transaction_id: str, number: str, words: str) -> None:
        """Give the merchant what nobody gets of a payment; nothing of it can be shared after."""
        self._say(
            self._pay.profitsharing_unfreeze(
                transaction_id=transaction_id, out_order_no=number, description=words
            )
        )

    def unshared_fen(self, transaction_id: str) -> int:
        """What of a payment was neither shared nor released."""
        answer = self._say(self._pay.profitsharing_amount_query(transaction_id=transaction_id))
        left = answer.get("unsplit_amount")
        if isinstance(left, bool) or not isinstance(left, int) or left < 0:
            raise PlatformError("answer.malformed", "no unsplit_amount", Kind.UNKNOWN)
        return left

    def payments_exist(self, day: date) -> bool:
        """Whether there was any payment on a past day; the cheapest call that tries the keys."""
        return self._bill_of(day) is not None

    def payments(self, day: date, *, known: Container[str] = ()) -> Iterator[FundFacts]:
        """Each payment of a past day that may be shared out, and how much of it; not the known."""
        told = self._bill_of(day)
        if told is None:
            return
        status, content = self._pay.download_bill(str(told.get("download_url", "")))
        if status != 200:
            raise PlatformError(f"http.{status}", "the bill cannot be downloaded", Kind.RETRY)
        for row in _bill_rows(content if isinstance(content, bytes) else str(content).encode()):
            if row["微信订单号"] in known:
                continue
            paid_fen = yuan_to_fen(row["应结订单金额"], "应结订单金额")
            most_fen = paid_fen * self._keys.max_ratio_bp // 10_000
            number = row["微信订单号"]
            yield FundFacts(
                transaction_id=number,
                out_trade_no=row["商户订单号"],
                paid_fen=paid_fen,
                limit_fen=min(most_fen, self.unshared_fen(number)),
                paid_on=day,
            )

    def _bill_of(self, day: date) -> dict[str, Any] | None:
        bill = self._pay.trade_bill(bill_date=day.isoformat(), bill_type="SUCCESS", tar_type="")
        try:
            return read_answer(bill)
        except PlatformError as error:
            if error.code == "NO_STATEMENT_EXIST":
                return None
            raise

    def _say(self, answer: tuple[int, Any]) -> dict[str, Any]:
        """The answer's object; a final no becomes SharingRefusedError."""
        try:
            return read_answer(answer)
        except PlatformError as error:
            if error.kind is Kind.REFUSED:
                raise SharingRefusedError(error.code, error.message) from error
            raise


def _results(answer: dict[str, Any]) -> ShareAnswer:
    found: dict[str, str] = {}
    for row in answer.get("receivers") or []:
        result = str(row.get("result") or _AT_WORK)
        if result == _AT_WORK:
            continue
        code = str(row.get("fail_reason") or result)
        found[str(row.get("account"))] = "" if result == _PAID else _REASONS.get(code, code)
    return ShareAnswer(found)


def _bill_rows(raw: bytes) -> Iterator[dict[str, str]]:
    """Rows of a trade bill; every cell begins with a grave accent, the last two lines are sums."""
    text = raw.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    head = [re.sub(r"[`\ufeff]", "", cell).strip() for cell in rows[0]] if rows else []
    for cells in rows[1:]:
        if not cells or not cells[0].startswith("`"):
            return
        yield dict(zip(head, (cell.lstrip("`").strip() for cell in cells), strict=False))
