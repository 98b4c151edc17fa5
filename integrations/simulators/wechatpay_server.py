"""The simulated WeChat Pay, API v3: signatures checked and given, profit sharing with its limits."""

import base64
import csv
import io
import json
import re
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import (
    load_pem_private_key,
    load_pem_public_key,
)
from werkzeug.wrappers import Request, Response

from integrations.money import fen_to_yuan
from integrations.simulators.wechatpay_world import MOST_RATIO_BP, Merchant, PayWorld, ShareOrder
from integrations.simulators.world import World
from integrations.times import CHINA, to_china

PREFIX = "/wechatpay"
_TOLERANCE_S = 300
_SETTLES_AFTER = timedelta(seconds=2)
_FIELD = re.compile(r'(\w+)="([^"]*)"')
_NUMBER = re.compile(r"[0-9A-Za-z_\-|*@]{1,64}\Z")
_KINDS = frozenset({"MERCHANT_ID", "PERSONAL_OPENID"})
_RELATIONS = frozenset(
    {"STORE", "STAFF", "STORE_OWNER", "PARTNER", "HEADQUARTER", "BRAND", "DISTRIBUTOR", "USER"}
    | {"SUPPLIER", "CUSTOM"}
)
BILL_HEAD = (
    "交易时间", "公众账号ID", "商户号", "微信订单号", "商户订单号", "交易状态", "应结订单金额",
    "手续费", "费率",
)  # fmt: skip


class PayError(Exception):
    """An error of API v3: unlike the other platforms' it comes with its own HTTP status."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status = status
        self.body = {"code": code, "message": message}


class WechatPayServer:
    """Answers /wechatpay/v3/…; every answer is signed, refusals too."""

    def __init__(self, world: World, pay: PayWorld) -> None:
        self.world = world
        self.pay = pay

    def call(self, request: Request, path: str) -> Response:
        """One call of any operation."""
        with self.world.lock:
            try:
                merchant = self._signed_by(request)
                self.world.note_call(f"微信支付 {merchant.mch_id} {request.method} /v3/{path}")
                if fault := self.world.faults.take(merchant.mch_id, path, "http500", "limit"):
                    raise _trouble(fault.kind)
                status, body = self._answer(merchant, request, path)
                if self.world.faults.take(merchant.mch_id, path, "lost"):
                    raise _trouble("http500")
            except PayError as error:
                status, body = error.status, error.body
            return self._signed(status, body)

    def _answer(
        self, merchant: Merchant, request: Request, path: str
    ) -> tuple[int, dict[str, Any] | bytes]:
        for method, pattern, operation in _OPERATIONS:
            found = re.fullmatch(pattern, path)
            if found and request.method == method:
                return 200, operation(self, merchant, request, *found.groups())
        raise PayError(404, "NOT_FOUND", "接口不存在")

    def add_receiver(self, merchant: Merchant, request: Request) -> dict[str, Any]:
        """POST profitsharing/receivers/add; the name comes encrypted to the platform."""
        body = _body(request)
        kind, account = str(body.get("type")), str(body.get("account") or "")
        if kind not in _KINDS or not account or body.get("relation_type") not in _RELATIONS:
            raise PayError(400, "PARAM_ERROR", "分账接收方参数错误")
        if body.get("appid") != merchant.app_id:
            raise PayError(400, "APPID_MCHID_NOT_MATCH", "商户号与 appid 不匹配")
        if request.headers.get("Wechatpay-Serial") != self.pay.platform.key_id:
            raise PayError(400, "PARAM_ERROR", "敏感信息加密所用公钥不正确")
        merchant.receivers[account] = self._decrypted(str(body.get("name") or ""))
        return {"type": kind, "account": account, "relation_type": body["relation_type"]}

    def order(self, merchant: Merchant, request: Request) -> dict[str, Any]:
        """POST profitsharing/orders; the same number with the same content is the same order."""
        body = _body(request)
        number, transaction_id = (
            str(body.get("out_order_no") or ""),
            str(body.get("transaction_id")),
        )
        rows = _receivers(body)
        if not _NUMBER.match(number) or not isinstance(body.get("unfreeze_unsplit"), bool):
            raise PayError(400, "PARAM_ERROR", "out_order_no 或 unfreeze_unsplit 错误")
        asked = [(row["account"], row["amount"]) for row in rows]
        if known := merchant.orders.get(number):
            before = [(row["account"], row["amount"]) for row in known.receivers]
            if known.transaction_id != transaction_id or before != asked:
                raise PayError(400, "INVALID_REQUEST", "商户分账单号重复但参数不一致")
            return self._shown(merchant, known)
        payment = merchant.payments.get(transaction_id)
        if payment is None:
            raise PayError(404, "RESOURCE_NOT_EXISTS", "微信支付订单不存在")
        if payment.is_released:
            raise PayError(403, "NOT_ENOUGH", "剩余金额已解冻")
        for account, _amount in asked:
            if account not in merchant.receivers:
                raise PayError(403, "NO_AUTH", f"分账接收方未添加: {account[-4:]}")
        most = payment.paid_fen * MOST_RATIO_BP // 10_000
        if merchant.shared_fen(transaction_id) + sum(fen for _a, fen in asked) > most:
            raise PayError(403, "RULE_LIMIT", "分账金额超过最大分账比例")
        for row in rows:
            row["result"] = "PENDING"
        order = ShareOrder(f"30{uuid.uuid4().int % 10**26:026d}", number, transaction_id, rows,
                           self.world.clock.now())  # fmt: skip
        merchant.orders[number] = order
        return self._shown(merchant, order)

    def ask_order(self, merchant: Merchant, request: Request, number: str) -> dict[str, Any]:
        """GET profitsharing/orders/NUMBER?transaction_id=…; finished two seconds after asking."""
        order = merchant.orders.get(number)
        if order is None or order.transaction_id != request.args.get("transaction_id"):
            raise PayError(404, "RESOURCE_NOT_EXISTS", "分账单不存在")
        if (
            order.state == "PROCESSING"
            and self.world.clock.now() >= order.asked_at + _SETTLES_AFTER
        ):
            order.state = "FINISHED"
            for row in order.receivers:
                reason = merchant.faults.get(row["account"], "")
                row["result"] = "CLOSED" if reason else "SUCCESS"
                if reason:
                    row["fail_reason"] = reason
        return self._shown(merchant, order)

    def unfreeze(self, merchant: Merchant, request: Request) -> dict[str, Any]:
        """POST profitsharing/orders/unfreeze."""
        body = _body(request)
        payment = merchant.payments.get(str(body.get("transaction_id")))
        if payment is None:
            raise PayError(404, "RESOURCE_NOT_EXISTS", "微信支付订单不存在")
        if not _NUMBER.match(str(body.get("out_order_no") or "")) or not body.get("description"):
            raise PayError(400, "PARAM_ERROR", "out_order_no 或 description 错误")
        payment.is_released = True
        return {"transaction_id": payment.transaction_id, "state": "FINISHED"}

    def amounts(self, merchant: Merchant, _request: Request, number: str) -> dict[str, Any]:
        """GET profitsharing/transactions/ID/amounts."""
        payment = merchant.payments.get(number)
        if payment is None:
            raise PayError(404, "RESOURCE_NOT_EXISTS", "微信支付订单不存在")
        left = payment.paid_fen - merchant.shared_fen(number)
        return {"transaction_id": number, "unsplit_amount": 0 if payment.is_released else left}

    def bill(self, merchant: Merchant, request: Request) -> dict[str, Any]:
        """GET bill/tradebill?bill_date=…: where a past day's bill lies."""
        day = _day(request.args.get("bill_date", ""))
        if day >= self.world.clock.now().astimezone(CHINA).date():
            raise PayError(400, "INVALID_REQUEST", "只能下载今天以前的账单")
        if not _of_day(merchant, day):
            raise PayError(400, "NO_STATEMENT_EXIST", "账单文件不存在")
        url = f"{request.host_url.rstrip('/')}{PREFIX}/v3/billdownload/file?token={day}"
        return {"hash_type": "SHA1", "hash_value": "", "download_url": url}

    def bill_file(self, merchant: Merchant, request: Request) -> bytes:
        """GET billdownload/file?token=…"""
        out = io.StringIO(newline="")
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(BILL_HEAD)
        payments = _of_day(merchant, _day(request.args.get("token", "")))
        for one in payments:
            cells = (
                to_china(one.paid_at), merchant.app_id, merchant.mch_id, one.transaction_id,
                one.out_trade_no, "SUCCESS", fen_to_yuan(one.paid_fen),
                fen_to_yuan((one.paid_fen * 6 + 500) // 1_000), "0.60%",
            )  # fmt: skip
            writer.writerow([f"`{cell}" for cell in cells])
        total = sum(one.paid_fen for one in payments)
        writer.writerow(["总交易单数", "应结订单总金额"])
        writer.writerow([f"`{len(payments)}", f"`{fen_to_yuan(total)}"])
        return ("\ufeff" + out.getvalue()).encode()

    def _shown(self, merchant: Merchant, order: ShareOrder) -> dict[str, Any]:
        return {
            "transaction_id": order.transaction_id,
            "out_order_no": order.out_order_no,
            "order_id": order.order_id,
            "state": order.state,
            "receivers": [{**row, "detail_id": f"{order.order_id}{n}"}
                          for n, row in enumerate(order.receivers, start=1)],
        }  # fmt: skip

    def _decrypted(self, name: str) -> str:
        key = load_pem_private_key(self.pay.platform.private_key.encode(), None)
        if not isinstance(key, RSAPrivateKey):
            raise TypeError("the platform's key is RSA")
        try:
            # API v3 encrypts with OAEP over SHA-1; that is the platform's choice.
            padding = OAEP(mgf=MGF1(SHA1()), algorithm=SHA1(), label=None)  # noqa: S303 - theirs
            return key.decrypt(base64.b64decode(name), padding).decode()
        except ValueError as error:
            raise PayError(400, "PARAM_ERROR", "姓名解密失败") from error

    def _signed_by(self, request: Request) -> Merchant:
        scheme, _space, rest = request.headers.get("Authorization", "").partition(" ")
        said = dict(_FIELD.findall(rest))
        merchant = self.pay.merchants.get(said.get("mchid", ""))
        if scheme != "WECHATPAY2-SHA256-RSA2048" or merchant is None:
            raise PayError(401, "SIGN_ERROR", "认证类型或商户号错误")
        if said.get("serial_no") != merchant.cert_serial:
            raise PayError(401, "SIGN_ERROR", "商户证书序列号错误")
        stamp = said.get("timestamp", "")
        now = int(self.world.clock.now().timestamp())
        if not stamp.isdecimal() or abs(now - int(stamp)) > _TOLERANCE_S:
            raise PayError(401, "SIGN_ERROR", "时间戳已过期")
        path = request.full_path.rstrip("?").removeprefix(PREFIX)
        parts = (request.method, path, stamp, said.get("nonce_str", ""))
        message = "\n".join(parts).encode() + b"\n" + request.get_data() + b"\n"
        key = load_pem_public_key(merchant.public_key.encode())
        if not isinstance(key, RSAPublicKey):
            raise TypeError("a merchant's key is RSA")
        try:
            signature = base64.b64decode(said.get("signature", ""))
            key.verify(signature, message, PKCS1v15(), SHA256())
        except (InvalidSignature, ValueError) as error:
            raise PayError(401, "SIGN_ERROR", "签名错误") from error
        return merchant

    def _signed(self, status: int, body: dict[str, Any] | bytes) -> Response:
        if isinstance(body, bytes):
            content, mimetype = body, "text/csv"
        else:
            content, mimetype = json.dumps(body, ensure_ascii=False).encode(), "application/json"
        response = Response(content, status=status, mimetype=mimetype)
        stamp, nonce = str(int(self.world.clock.now().timestamp())), uuid.uuid4().hex
        message = f"{stamp}\n{nonce}\n".encode() + content + b"\n"
        key = load_pem_private_key(self.pay.platform.private_key.encode(), None)
        if not isinstance(key, RSAPrivateKey):
            raise TypeError("the platform's key is RSA")
        response.headers["Wechatpay-Serial"] = self.pay.platform.key_id
        response.headers["Wechatpay-Timestamp"] = stamp
        response.headers["Wechatpay-Nonce"] = nonce
        response.headers["Wechatpay-Signature-Type"] = "WECHATPAY2-SHA256-RSA2048"
        signature = key.sign(message, PKCS1v15(), SHA256())
        response.headers["Wechatpay-Signature"] = base64.b64encode(signature).decode()
        return response


Operation = Callable[..., "dict[str, Any] | bytes"]
_OPERATIONS: tuple[tuple[str, str, Operation], ...] = (
    ("POST", "profitsharing/receivers/add", WechatPayServer.add_receiver),
    ("POST", "profitsharing/orders", WechatPayServer.order),
    ("POST", "profitsharing/orders/unfreeze", WechatPayServer.unfreeze),
    ("GET", "profitsharing/orders/([^/]+)", WechatPayServer.ask_order),
    ("GET", "profitsharing/transactions/([^/]+)/amounts", WechatPayServer.amounts),
    ("GET", "bill/tradebill", WechatPayServer.bill),
    ("GET", "billdownload/file", WechatPayServer.bill_file),
)


def _trouble(kind: str) -> PayError:
    if kind == "limit":
        return PayError(429, "FREQUENCY_LIMITED", "频率超限")
    return PayError(500, "SYSTEM_ERROR", "系统错误，请用相同单号重试")


def _body(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(request.get_data())
    except ValueError as error:
        raise PayError(400, "PARAM_ERROR", "请求体不是 JSON") from error
    if not isinstance(body, dict):
        raise PayError(400, "PARAM_ERROR", "请求体不是 JSON 对象")
    return body


def _receivers(body: dict[str, Any]) -> list[dict[str, Any]]:
    rows = body.get("receivers")
    if not isinstance(rows, list) or not 1 <= len(rows) <= 50:
        raise PayError(400, "PARAM_ERROR", "分账接收方 1 到 50 个")
    for row in rows:
        amount = row.get("amount")
        is_whole = isinstance(amount, int) and not isinstance(amount, bool) and amount >= 1
        if row.get("type") not in _KINDS or not is_whole or not row.get("description"):
            raise PayError(400, "PARAM_ERROR", "分账接收方或金额错误")
    return [
        {name: row[name] for name in ("type", "account", "amount", "description")} for row in rows
    ]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise PayError(400, "PARAM_ERROR", "bill_date 错误") from error


def _of_day(merchant: Merchant, day: date) -> list[Any]:
    paid = merchant.payments.values()
    return [one for one in paid if one.paid_at.astimezone(CHINA).date() == day]
