"""The simulated Youzan gateway: its checks in their order, lists, details, refunds, decryption."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from werkzeug.wrappers import Request, Response

from integrations.errors import MappingError
from integrations.simulators.answers import LINE_FAULTS, AppError, json_answer, with_line_fault
from integrations.simulators.bills import bookings
from integrations.simulators.trade import touch
from integrations.simulators.world import Order, Shop, World
from integrations.simulators.youzan_cipher import decrypt
from integrations.simulators.youzan_render import (
    STATUS,
    bill_row,
    full_order_info,
    order_detail,
    refund_row,
)
from integrations.simulators.youzan_tokens import YouzanTokens, gateway_error
from integrations.times import from_china, from_epoch_s
from integrations.youzan.bills import NAME as BILL_NAME
from integrations.youzan.bills import VERSION as BILL_VERSION

LIST_DELAY = timedelta(seconds=30)
_THREE_MONTHS = timedelta(days=92)
Parameters = dict[str, Any]
Operation = Callable[["YouzanServer", Shop, Parameters], Any]


class YouzanServer:
    """Answers /youzan/auth/token and /youzan/api/<name>/<version>."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.tokens = YouzanTokens(world)

    def token(self, request: Request) -> Response:
        """The token endpoint."""
        with self.world.lock:
            self.world.note_call("有赞 auth/token")
            try:
                return json_answer(self.tokens.issue(request))
            except AppError as error:
                return json_answer(error.envelope)

    def api(self, request: Request, name: str, version: str = "") -> Response:
        """One API call."""
        with self.world.lock:
            shop = None
            try:
                operation, known = _operation(request, name, version)
                shop = self._shop(request, name)
                self.world.note_call(f"有赞 {shop.name} {name}")
                parameters = _parameters(request)
                self.world.note_unknown(name, set(parameters) - known)
                envelope = self._run(operation, shop, name, parameters)
            except AppError as error:
                envelope = error.envelope
            scope = shop.shop_id if shop else ""
            fault = self.world.faults.take(scope, name, *LINE_FAULTS) if shop else None
            return with_line_fault(request, json_answer(envelope), fault)

    def _shop(self, request: Request, name: str) -> Shop:
        shop = self.tokens.shop_of(request.args.get("access_token", ""))
        if self.world.faults.take(shop.shop_id, name, "revoke"):
            self.tokens.revoke(shop)
            return self.tokens.shop_of(request.args.get("access_token", ""))
        return shop

    def _run(
        self, operation: Operation, shop: Shop, name: str, parameters: Parameters
    ) -> dict[str, Any]:
        faults = self.world.faults
        if faults.take(shop.shop_id, name, "limit", "ban"):
            raise gateway_error(4101, "调用频率超限")
        if faults.take(shop.shop_id, name, "limit_business"):
            raise business_error(123000042, "请求过于频繁")
        if faults.take(shop.shop_id, name, "isp"):
            raise gateway_error(5002, "服务暂时不可用")
        if faults.take(shop.shop_id, name, "failed_list"):
            empty = {"full_order_info_list": [], "refunds": [], "total_results": 0}
            raise business_error(5000, "查询失败", empty)
        data = operation(self, shop, parameters)
        return {
            "trace_id": "yz7-sim",
            "code": 200,
            "success": True,
            "data": data,
            "message": "successful",
        }

    def list_orders(self, shop: Shop, parameters: Parameters) -> dict[str, Any]:
        """youzan.trades.sold.get 4.0.4, newest first, half a minute late."""
        page_no, page_size = _paging(parameters, 20)
        latest = self.world.clock.now() - LIST_DELAY
        orders = [order for order in shop.orders.values() if order.created_at <= latest]
        orders = _within(orders, parameters, "update", lambda order: order.modified_at)
        orders = _within(orders, parameters, "created", lambda order: order.created_at)
        if status := parameters.get("status"):
            orders = [order for order in orders if STATUS[order.status] == status]
        by_update = {"start_update", "end_update"} <= set(parameters)
        moment = "modified_at" if by_update else "created_at"
        orders.sort(key=lambda order: (getattr(order, moment), order.number), reverse=True)
        first = (page_no - 1) * page_size
        page = orders[first : first + page_size]
        rows = [{"full_order_info": full_order_info(shop, order)} for order in page]
        has_next = first + page_size < len(orders)
        if page and self.world.faults.take(shop.shop_id, "trades.sold.get", "shift"):
            touch(self.world, page[0])
        hides_total = self.world.faults.take(shop.shop_id, "trades.sold.get", "no_total")
        return {
            "full_order_info_list": rows,
            **({} if hides_total else {"total_results": len(orders)}),
            "paginator": {"has_next": has_next, "page": page_no, "page_size": page_size},
        }

    def get_order(self, shop: Shop, parameters: Parameters) -> dict[str, Any]:
        """youzan.trade.get 4.0.2."""
        order = shop.orders.get(str(parameters.get("tid", "")))
        if order is None:
            hollow = {"orders": [], "pay_info": {"phase_payments": []}}
            data = {"delivery_order": [], "refund_order": [], "full_order_info": hollow}
            raise business_error(5000, "trade not found", data)
        return order_detail(shop, order)

    def search_refunds(self, shop: Shop, parameters: Parameters) -> dict[str, Any]:
        """youzan.trade.refund.search 3.0.1, windows in epoch seconds."""
        page_no, page_size = _paging(parameters, 20, max_rows=3000)
        refunds = list(shop.refunds.values())
        if "update_time_start" in parameters:
            start = _epoch(parameters["update_time_start"])
            refunds = [row for row in refunds if row.modified_at >= start]
        if "update_time_end" in parameters:
            end = _epoch(parameters["update_time_end"])
            refunds = [row for row in refunds if row.modified_at <= end]
        if tid := parameters.get("tid"):
            refunds = [row for row in refunds if row.order_number == tid]
        first = (page_no - 1) * page_size
        page = refunds[first : first + page_size]
        return {"total": len(refunds), "refunds": [refund_row(shop, refund) for refund in page]}

    def get_refund(self, shop: Shop, parameters: Parameters) -> dict[str, Any]:
        """youzan.trade.refund.get 3.0.1."""
        refund = shop.refunds.get(str(parameters.get("refund_id", "")))
        if refund is None:
            raise business_error(103011024, "退款记录不存在")
        return refund_row(shop, refund)

    def search_bill(self, shop: Shop, parameters: Parameters) -> dict[str, Any]:
        """What was booked, oldest first; a week at most, both ends needed."""
        page_no, page_size = _paging(parameters, 20)
        try:
            start = from_china(parameters.get("start_time"), "start_time")
            end = from_china(parameters.get("end_time"), "end_time")
        except MappingError as error:
            raise gateway_error(5001, f"日期须为 yyyy-MM-dd HH:mm:ss: {error.path}") from error
        if not start <= end or end - start > timedelta(days=7):
            raise business_error(5000, "时间跨度不能超过 7 天")
        found = bookings(self.world, shop, start, end)
        first = (page_no - 1) * page_size
        page = found[first : first + page_size]
        has_next = first + page_size < len(found)
        return {
            "bills": [bill_row(one) for one in page],
            "paginator": {"has_next": has_next, "page": page_no, "total_count": len(found)},
        }

    def decrypt_one(self, shop: Shop, parameters: Parameters) -> str:
        """youzan.cloud.secret.decrypt.single 1.0.0."""
        return _opened(shop, parameters.get("source"))

    def decrypt_many(self, shop: Shop, parameters: Parameters) -> dict[str, str]:
        """youzan.cloud.secret.decrypt.batch 1.0.0; one empty text fails the whole call."""
        sources = parameters.get("sources")
        if not isinstance(sources, list) or not sources:
            raise gateway_error(5001, "参数类型错误: sources")
        return {str(source): _opened(shop, source) for source in sources}


OPERATIONS: dict[tuple[str, str], tuple[Operation, frozenset[str]]] = {
    ("youzan.trades.sold.get", "4.0.4"): (
        YouzanServer.list_orders,
        frozenset(
            {"start_created", "end_created", "start_update", "end_update", "status", "tid"}
            | {"start_success", "end_success", "start_pay", "end_pay", "page_no", "page_size"}
            | {"yz_open_id", "receiver_phone", "express_type"}
        ),
    ),
    ("youzan.trade.get", "4.0.2"): (YouzanServer.get_order, frozenset({"tid"})),
    ("youzan.trade.refund.search", "3.0.1"): (
        YouzanServer.search_refunds,
        frozenset(
            {"tid", "refund_id", "status", "type", "update_time_start", "update_time_end"}
            | {"create_time_start", "create_time_end", "page_no", "page_size"}
        ),
    ),
    ("youzan.trade.refund.get", "3.0.1"): (YouzanServer.get_refund, frozenset({"refund_id"})),
    (BILL_NAME, BILL_VERSION): (
        YouzanServer.search_bill,
        frozenset({"start_time", "end_time", "page_no", "page_size"}),
    ),
    ("youzan.cloud.secret.decrypt.single", "1.0.0"): (
        YouzanServer.decrypt_one,
        frozenset({"source"}),
    ),
    ("youzan.cloud.secret.decrypt.batch", "1.0.0"): (
        YouzanServer.decrypt_many,
        frozenset({"sources"}),
    ),
}


def business_error(code: int, message: str, data: Any = None) -> AppError:
    """An error of the service behind the gateway."""
    envelope = {"trace_id": "yz7-sim", "code": code, "success": False, "message": message}
    return AppError({**envelope, "data": data if data is not None else {}})


def _operation(request: Request, name: str, version: str) -> tuple[Operation, frozenset[str]]:
    if not version:
        raise gateway_error(4001, "请求路径错误")
    if (name, version) not in OPERATIONS:
        raise gateway_error(4005, "接口或版本不存在")
    if request.method != "POST" or request.mimetype != "application/json":
        raise gateway_error(4007, "请求方法或 Content-Type 不支持")
    return OPERATIONS[name, version]


def _parameters(request: Request) -> Parameters:
    try:
        parameters = json.loads(request.get_data())
    except ValueError as error:
        raise gateway_error(4004, "请求体不是 JSON") from error
    if not isinstance(parameters, dict):
        raise gateway_error(4004, "请求体不是 JSON 对象")
    return parameters


def _paging(
    parameters: Parameters, default_size: int, max_rows: int | None = None
) -> tuple[int, int]:
    page_no, page_size = parameters.get("page_no", 1), parameters.get("page_size", default_size)
    if not (isinstance(page_no, int) and isinstance(page_size, int)):
        raise business_error(53002, "page_size type error")
    too_deep = max_rows is not None and page_no * page_size > max_rows
    if not (1 <= page_no <= 100 and 1 <= page_size <= 100) or too_deep:
        raise business_error(5000, "查询页数超过100")
    return page_no, page_size


def _within(
    orders: list[Order], parameters: Parameters, pair: str, moment: Callable[[Order], datetime]
) -> list[Order]:
    names = (f"start_{pair}", f"end_{pair}")
    if not all(name in parameters for name in names):
        return orders  # half a pair is ignored, as the real list does
    try:
        start, end = (from_china(parameters[name], name) for name in names)
    except MappingError as error:
        raise gateway_error(5001, f"日期须为 yyyy-MM-dd HH:mm:ss: {error.path}") from error
    if end - start > _THREE_MONTHS:
        raise business_error(5000, "查询时间跨度不能超过三个月")
    return [order for order in orders if start <= moment(order) <= end]


def _epoch(value: Any) -> datetime:
    try:
        return from_epoch_s(value, "update_time")
    except MappingError as error:
        raise gateway_error(5001, "时间须为秒级时间戳") from error


def _opened(shop: Shop, source: Any) -> str:
    if not isinstance(source, str) or not source:
        raise business_error(10500, "系统异常")
    try:
        return decrypt(shop, source)
    except ValueError as error:
        raise business_error(500100001, "密文与店铺不匹配") from error
