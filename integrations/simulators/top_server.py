"""The simulated TOP gateway: trades, refunds, addressees and TMC messages of Tmall shops."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from werkzeug.wrappers import Request, Response

from integrations.errors import MappingError
from integrations.simulators import top_render
from integrations.simulators.answers import LINE_FAULTS, AppError, json_answer, with_line_fault
from integrations.simulators.bills import bookings
from integrations.simulators.faults import Fault
from integrations.simulators.top_checks import SYSTEM, checked_shop, top_error, wrong_argument
from integrations.simulators.top_messages import TmcQueue
from integrations.simulators.top_workcards import WorkcardDesk
from integrations.simulators.trade import touch
from integrations.simulators.world import Shop, World
from integrations.times import from_china
from integrations.tmall.bills import METHOD
from integrations.tmall.envelopes import response_root

LIST_DELAY = timedelta(seconds=30)
_DAY = timedelta(days=1)
_THREE_MONTHS = timedelta(days=92)
_SCENES = frozenset({*map(str, range(1001, 1008)), "2001", "2002"})
Form = dict[str, str]
Method = Callable[["TopServer", Shop, Form], dict[str, Any]]


class TopServer:
    """Answers /top/router/rest."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.tmc = TmcQueue(world)
        self.cards = WorkcardDesk(world)

    def rest(self, request: Request) -> Response:
        """One call of any method."""
        form = {**request.args.to_dict(), **request.form.to_dict()}
        name, scope = form.get("method", ""), ""
        with self.world.lock:
            try:
                shop = checked_shop(self.world, form, frozenset(METHODS))
                scope = shop.shop_id
                self.world.note_call(f"天猫 {shop.name} {name}")
                self._meet_faults(scope, name)
                method, known = METHODS[name]
                self.world.note_unknown(name, set(form) - SYSTEM - known)
                answer = method(self, shop, form)
                if form.get("simplify") == "true":
                    answer = _flat(answer)
                envelope = {response_root(name): {**answer, "request_id": "sim"}}
            except AppError as error:
                envelope = error.envelope
            fault = self.world.faults.take(scope, name, *LINE_FAULTS) if scope else None
            return with_line_fault(request, json_answer(envelope), fault)

    def changed_trades(self, shop: Shop, form: Form) -> dict[str, Any]:
        """taobao.trades.sold.increment.get, newest change first, half a minute late."""
        start, end = _window(form, "start_modified", "end_modified", _DAY)
        if start < self.world.clock.now() - _THREE_MONTHS:
            raise wrong_argument("start_modified", "只能查询近三个月的交易")
        latest = self.world.clock.now() - LIST_DELAY
        orders = [
            order
            for order in shop.orders.values()
            if order.created_at <= latest and start <= order.modified_at <= end
        ]
        orders.sort(key=lambda order: (order.modified_at, order.number), reverse=True)
        fields = _fields(form)
        rows = [_only(top_render.trade(order), fields) for order in orders]
        answer = _page(form, rows, "trades", "trade")
        served = {row.get("tid") for row in answer["trades"]["trade"]}
        moving = next((order for order in orders if int(order.number) in served), None)
        if moving and self.world.faults.take(shop.shop_id, "sold.increment.get", "shift"):
            touch(self.world, moving)
        return answer

    def one_trade(self, shop: Shop, form: Form) -> dict[str, Any]:
        """taobao.trade.fullinfo.get."""
        fields = _fields(form)
        order = shop.orders.get(form.get("tid", ""))
        if order is None:
            raise top_error(15, "Remote service error", "isv.trade-not-exist", "交易不存在")
        found = _only(top_render.trade(order), fields)
        if form.get("include_oaid") != "true":
            found.pop("oaid", None)
        return {"trade": found}

    def changed_refunds(self, shop: Shop, form: Form) -> dict[str, Any]:
        """taobao.refunds.receive.get."""
        start, end = _window(form, "start_modified", "end_modified", timedelta(days=30))
        refunds = [row for row in shop.refunds.values() if start <= row.modified_at <= end]
        refunds.sort(key=lambda refund: (refund.modified_at, refund.refund_id), reverse=True)
        fields = _fields(form)
        rows = [_only(top_render.refund_row(refund), fields) for refund in refunds]
        return _page(form, rows, "refunds", "refund")

    def one_refund(self, shop: Shop, form: Form) -> dict[str, Any]:
        """taobao.refund.get."""
        fields = _fields(form)
        refund = shop.refunds.get(form.get("refund_id", ""))
        if refund is None:
            raise top_error(15, "Remote service error", "isv.refund-not-exist", "退款不存在")
        return {"refund": _only(top_render.refund_row(refund), fields)}

    def decrypt(self, shop: Shop, form: Form) -> dict[str, Any]:
        """taobao.top.oaid.decrypt, twenty at most."""
        try:
            wanted = json.loads(form.get("query_list", ""))
        except ValueError as error:
            raise wrong_argument("query_list", "不是 JSON") from error
        if not isinstance(wanted, list) or not 1 <= len(wanted) <= 20:
            raise wrong_argument("query_list", "1 到 20 个")
        if any(str(row.get("scene")) not in _SCENES for row in wanted):
            raise wrong_argument("scene", "场景编号无效")
        found = [top_render.receiver(shop, str(row["tid"]), str(row["oaid"])) for row in wanted]
        return {"receiver_list": {"receiver": found}}

    def created_workcards(self, shop: Shop, form: Form) -> dict[str, Any]:
        """tmall.servicecenter.workcard.query, a quarter of an hour at most."""
        start, end = _window(form, "gmt_create_start", "gmt_create_end", timedelta(minutes=15))
        cards = self.cards.created(shop, start, end)
        page_no, page_size = _numbers(form, "current_page", "page_size", "50")
        first = (page_no - 1) * page_size
        page = {
            "total_count": len(cards),
            "total_page_count": -(-len(cards) // page_size),
            "page_size": page_size,
            "data_list": {"workcard_d_t_o": cards[first : first + page_size]},
        }
        return {"result": {"success": True, "result_data": page}}

    def bill_details(self, shop: Shop, form: Form) -> dict[str, Any]:
        """tmall.service.settlement.fb.bill.detail.query, oldest first; a week at most."""
        start, end = _window(form, "bill_time_start", "bill_time_end", timedelta(days=7))
        page_no, page_size = _numbers(form, "page_num", "page_size", "20")
        found = bookings(self.world, shop, start, end)
        first = (page_no - 1) * page_size
        page = [top_render.bill_row(one) for one in found[first : first + page_size]]
        data = {"data_list": {"fee_bill_detail": page}, "total_count": len(found)}
        return {"is_success": True, "ret_code": "", "ret_msg": "", "obj": data}

    def consume(self, shop: Shop, form: Form) -> dict[str, Any]:
        """taobao.tmc.messages.consume."""
        quantity = form.get("quantity", "100")
        if not quantity.isdecimal() or not 10 <= int(quantity) <= 200:
            raise wrong_argument("quantity", "10 到 200")
        return {
            "messages": {"tmc_message": self.tmc.consume(self._group(shop, form), int(quantity))}
        }

    def confirm(self, shop: Shop, form: Form) -> dict[str, Any]:
        """taobao.tmc.messages.confirm."""
        ids = {one for one in form.get("s_message_ids", "").split(",") if one}
        if not 1 <= len(ids) <= 200:
            raise wrong_argument("s_message_ids", "1 到 200 个")
        self.tmc.confirm(self._group(shop, form), ids)
        return {"is_success": True}

    def permit(self, shop: Shop, form: Form) -> dict[str, Any]:
        """taobao.tmc.user.permit; the new list replaces the old one."""
        shop.topics = {topic for topic in form.get("topics", "").split(",") if topic}
        return {"is_success": True}

    def _group(self, shop: Shop, form: Form) -> str:
        group = form.get("group_name", "")
        mine = {other.tmc_group for other in self.world.shops.values()}
        if group not in mine or not group:
            raise top_error(15, "Remote service error", "isv.group-not-exist", "分组不存在")
        same_app = [other for other in self.world.shops.values() if other.tmc_group == group]
        if all(other.client_id != shop.client_id for other in same_app):
            raise top_error(15, "Remote service error", "isv.group-not-exist", "分组不属于本应用")
        return group

    def _meet_faults(self, scope: str, name: str) -> None:
        fault = self.world.faults.take(
            scope, name, "limit", "limit_business", "ban", "isp", "revoke"
        )
        if fault is not None:
            raise _trouble(fault)


_TRADE_WINDOW = frozenset({"start_modified", "end_modified", "fields", "page_no", "page_size"})
METHODS: dict[str, tuple[Method, frozenset[str]]] = {
    "taobao.trades.sold.increment.get": (
        TopServer.changed_trades,
        _TRADE_WINDOW | {"status", "type", "ext_type", "use_has_next"},
    ),
    "taobao.trade.fullinfo.get": (
        TopServer.one_trade,
        frozenset({"tid", "fields", "include_oaid"}),
    ),
    "taobao.refunds.receive.get": (
        TopServer.changed_refunds,
        _TRADE_WINDOW | {"status", "type", "use_has_next"},
    ),
    "taobao.refund.get": (TopServer.one_refund, frozenset({"refund_id", "fields"})),
    "taobao.top.oaid.decrypt": (TopServer.decrypt, frozenset({"query_list"})),
    "tmall.servicecenter.workcard.query": (
        TopServer.created_workcards,
        frozenset({"gmt_create_start", "gmt_create_end", "current_page", "page_size"}),
    ),
    "tmall.servicecenter.workcard.reserve": (
        lambda server, shop, form: server.cards.reserve(shop, form),
        frozenset({"workcard_id", "reserve_time_start", "reserve_time_end"})
        | {"worker_name", "worker_mobile"},
    ),
    "tmall.servicecenter.workcard.signin": (
        lambda server, shop, form: server.cards.sign_in(shop, form),
        frozenset({"workcard_id", "pic_urls"}),
    ),
    "tmall.workcard.identify": (
        lambda server, shop, form: server.cards.identify(shop, form),
        frozenset({"verify_request"}),
    ),
    "tmall.servicecenter.workcard.complete": (
        lambda server, shop, form: server.cards.complete(shop, form),
        frozenset({"workcard_id", "complete_count", "sequence", "latitude", "longitude"}),
    ),
    METHOD: (
        TopServer.bill_details,
        frozenset({"bill_time_start", "bill_time_end", "page_num", "page_size"})
        | {"pay_time_start", "pay_time_end"},
    ),
    "taobao.tmc.messages.consume": (TopServer.consume, frozenset({"group_name", "quantity"})),
    "taobao.tmc.messages.confirm": (TopServer.confirm, frozenset({"group_name", "s_message_ids"})),
    "taobao.tmc.user.permit": (TopServer.permit, frozenset({"topics"})),
}


def _trouble(fault: Fault) -> AppError:
    if fault.kind == "isp":
        return top_error(15, "Remote service error", "isp.top-remote-service-timeout", "超时")
    if fault.kind == "revoke":
        return top_error(27, "Invalid session", "invalid-sessionkey", "session 已失效")
    scope = "app" if fault.kind == "ban" else "app-api"
    return top_error(
        7,
        "App Call Limited",
        f"accesscontrol.limited-by-{scope}-access-count",
        f"This ban will last for {fault.seconds} more seconds",
    )


def _window(form: Form, first: str, last: str, widest: timedelta) -> tuple[datetime, datetime]:
    try:
        start, end = (from_china(form.get(name), name) for name in (first, last))
    except MappingError as error:
        raise wrong_argument(error.path, "yyyy-MM-dd HH:mm:ss") from error
    if not start <= end or end - start > widest:
        raise wrong_argument(last, f"时间跨度不能超过 {widest}")
    return start, end


def _fields(form: Form) -> frozenset[str]:
    if not form.get("fields"):
        raise top_error(40, "Missing arguments", "isv.missing-parameter", "fields")
    return frozenset(name.strip() for name in form["fields"].split(","))


def _only(row: dict[str, Any], fields: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name in fields}


def _numbers(form: Form, page: str, size: str, default_size: str) -> tuple[int, int]:
    for name, default, most in ((page, "1", 1_000_000), (size, default_size, 100)):
        text = form.get(name, default)
        if not (text.isdecimal() and len(text) <= 7 and 1 <= int(text) <= most):
            raise wrong_argument(name, f"1 到 {most}")
    return int(form.get(page, "1")), int(form.get(size, default_size))


def _page(form: Form, rows: Sequence[dict[str, Any]], name: str, element: str) -> dict[str, Any]:
    page_no, page_size = _numbers(form, "page_no", "page_size", "40")
    first = (page_no - 1) * page_size
    page = {name: {element: list(rows[first : first + page_size])}}
    if form.get("use_has_next") == "true":
        return {**page, "has_next": first + page_size < len(rows)}
    return {**page, "total_results": len(rows)}


def _flat(value: Any) -> Any:
    # simplify=true leaves out the element names: {"trades": {"trade": [..]}} -> {"trades": [..]}
    if isinstance(value, dict):
        only = list(value.values())
        if len(only) == 1 and isinstance(only[0], list):
            return [_flat(row) for row in only[0]]
        return {name: _flat(item) for name, item in value.items()}
    return value
