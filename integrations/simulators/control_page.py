"""The control page: shops with their orders, members' messages, faults and the clock, in Chinese."""

from html import escape

from werkzeug.wrappers import Request, Response

from integrations.money import fen_to_yuan
from integrations.simulators.control import Control, UnknownThingError, Wish
from integrations.simulators.control_html import (
    STATUS,
    button,
    field,
    hidden,
    layout,
    select,
    table,
)
from integrations.simulators.faults import KINDS
from integrations.simulators.world import Corp, Order, SentMessage, Shop
from integrations.times import to_china

_SHOWN = 60
_ACTIONS = {
    "unpaid": (("pay", "付款"), ("deposit", "付定金"), ("address", "换地址"), ("cancel", "取消")),
    "deposit_paid": (("pay", "付尾款"), ("address", "换地址"), ("cancel", "取消")),
    "paid": (("ship", "发货"), ("address", "换地址"), ("refund", "全额退款")),
    "shipped": (("finish", "确认收货"), ("address", "换地址"), ("refund", "全额退款")),
    "finished": (("refund", "全额退款"),),
    "closed": (),
}

_KIND_NAMES = {
    "limit": "限流",
    "limit_business": "业务限流",
    "ban": "封禁一阵",
    "isp": "后端服务超时",
    "http500": "HTTP 502",
    "half_json": "半截 JSON",
    "kill": "中途断线",
    "lost": "已办理但应答丢失",
    "redirect": "重定向",
    "failed_list": "失败但带空列表",
    "shift": "翻页时订单移动",
    "revoke": "凭证提前失效",
    "no_total": "列表不给总数",
}
_SLIPS = (
    ("amount", "少付 10 元"),
    ("fee", "佣金按 17% 扣"),
    ("missing", "漏记一笔"),
    ("twice", "重复记一笔"),
    ("foreign", "记到别的订单"),
)


class ControlPage:
    """Draws the page and carries out its forms; every form leads back to where it stood."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._platforms = control.platforms

    def show(self, request: Request) -> Response:
        """The page itself; ?shop= or ?corp= chooses what is shown in detail."""
        with self._platforms.world.lock:
            chosen = request.args.get("shop", "")
            corp_id = request.args.get("corp", "")
            world = self._platforms.world
            if corp_id in world.corps:
                detail = self._corp(world.corps[corp_id])
            else:
                shop = world.shops.get(chosen) or next(iter(world.shops.values()))
                chosen = shop.shop_id
                detail = self._shop(shop)
            notice = escape(request.args.get("notice", ""))
            body = layout(self._menu(chosen, corp_id), detail + self._machine(), notice)
        return Response(body, mimetype="text/html")

    def act(self, request: Request) -> Response:
        """POST of one of the page's forms."""
        wish: Wish = request.form.to_dict()
        back = wish.pop("back", "/control/")
        what = wish.pop("do", "")
        notice = ""
        try:
            self._carry_out(what, wish)
        except (UnknownThingError, ValueError, TypeError) as error:
            notice = f"没有做成：{error}"
        joint = "&" if "?" in back else "?"
        safe = back if back.startswith("/control/") else "/control/"
        location = f"{safe}{joint}notice={notice}" if notice else safe
        return Response(status=303, headers={"Location": location})

    def _carry_out(self, what: str, wish: Wish) -> None:
        world = self._platforms.world
        if what == "press":
            self._control.press(str(wish.get("corp_id")), wish)
            return
        with world.lock:
            if what == "place":
                self._control.place(str(wish.get("shop_id")), wish)
            elif what == "clock":
                world.clock.move(int(wish.get("advance_s") or 0))
            elif what == "fault":
                self._control.add_fault({**wish, "times": int(wish.get("times") or 1)})
            elif what == "traffic":
                self._platforms.traffic.every_s = max(0, int(wish.get("every_s") or 0))
            elif what == "callback":
                self._set_callback(wish)
            elif what == "slip":
                self._control.slip(str(wish.get("shop_id")), wish)
            elif what == "repeat":
                self._platforms.pushes.repeat_all(is_reversed=wish.get("mode") == "reversed")
            else:
                self._control.act(str(wish.get("number")), what, wish)

    def _set_callback(self, wish: Wish) -> None:
        url = str(wish.get("url") or "")
        if wish.get("corp_id"):
            self._control.corp(str(wish["corp_id"])).callback_url = url
        else:
            self._control.shop(str(wish.get("shop_id"))).callback_url = url

    def _menu(self, shop_id: str, corp_id: str) -> str:
        world = self._platforms.world
        names = {"youzan": "有赞", "tmall": "天猫"}
        rows = []
        for shop in world.shops.values():
            mark = ' class="here"' if shop.shop_id == shop_id and not corp_id else ""
            rows.append(
                f'<a{mark} href="/control/?shop={shop.shop_id}"><b>{escape(shop.name)}</b>'
                f"<small>{names[shop.platform]} · {len(shop.orders)} 单</small></a>"
            )
        for corp in world.corps.values():
            mark = ' class="here"' if corp.corp_id == corp_id else ""
            rows.append(
                f'<a{mark} href="/control/?corp={corp.corp_id}"><b>{escape(corp.name)}</b>'
                f"<small>企业微信 · {len(corp.messages)} 条消息</small></a>"
            )
        return "".join(rows)

    def _shop(self, shop: Shop) -> str:
        back = hidden(back=f"/control/?shop={shop.shop_id}")
        products = [
            (one.outer_item_id, f"{one.title} ¥{fen_to_yuan(one.price_fen)}")
            for one in shop.products
        ]
        place = (
            f'<form method="post" class="bar">{back}{hidden(do="place", shop_id=shop.shop_id)}'
            f"{select('product', products)}{field('quantity', '数量', '1')}"
            f"{field('message', '买家留言', '')}"
            '<label><input type="checkbox" name="presale"> 预售</label>'
            '<label><input type="checkbox" name="pay" checked> 立即付款</label>'
            f"{button('下单')}</form>"
        )
        push = ""
        if shop.platform == "youzan":
            push = (
                f'<form method="post" class="bar">{back}{hidden(do="callback", shop_id=shop.shop_id)}'
                f"{field('url', '推送地址', shop.callback_url)}{button('保存')}</form>"
            )
        slip = (
            f'<form method="post" class="bar">{back}{hidden(do="slip", shop_id=shop.shop_id)}'
            f"{select('kind', _SLIPS)}{field('number', '订单号（空为最近一单）', '')}"
            f"{button('让账单出错')}<small>已安排 {len(shop.bill_slips)} 处</small></form>"
        )
        orders = sorted(shop.orders.values(), key=lambda one: one.created_at, reverse=True)
        rows = [self._order(order, back) for order in orders[:_SHOWN]]
        head = ("订单号", "状态", "商品与服务", "收货", "实付", "时间", "操作")
        listing = table(head, rows, empty="还没有订单：在上面选一件商品下单。")
        return f"<h2>{escape(shop.name)}</h2>{place}{push}{slip}{listing}"

    def _order(self, order: Order, back: str) -> tuple[str, ...]:
        address = order.address
        lines = "<br>".join(
            f"{escape(line.title)} ×{line.quantity}{_refund_mark(line.refund)}"
            for line in order.lines
        )
        buttons = "".join(
            f'<form method="post">{back}{hidden(do=action, number=order.number)}{button(label)}</form>'
            for action, label in _ACTIONS[order.status]
        )
        return (
            f"<code>{order.number}</code>",
            f'<span class="s-{order.status}">{STATUS[order.status]}</span>',
            lines,
            f"{escape(address.city or address.province)} {escape(address.district)}<br>"
            f"<small>{escape(address.detail)} · {escape(address.name)}</small>",
            f"¥{fen_to_yuan(order.payment_fen)}",
            f"<small>{to_china(order.created_at)[5:16]}</small>",
            f'<div class="acts">{buttons}</div>',
        )

    def _corp(self, corp: Corp) -> str:
        back = hidden(back=f"/control/?corp={corp.corp_id}")
        rows = [self._message(corp, sent, back) for sent in reversed(corp.messages[-_SHOWN:])]
        listing = table(("收件人", "内容", "时间", "按钮"), rows, empty="成员还没有收到消息。")
        address = (
            f'<form method="post" class="bar">{back}{hidden(do="callback", corp_id=corp.corp_id)}'
            f"{field('url', '回调地址', corp.callback_url)}{button('保存')}</form>"
        )
        return f"<h2>{escape(corp.name)}</h2>{address}{listing}"

    def _message(self, corp: Corp, sent: SentMessage, back: str) -> tuple[str, ...]:
        card = sent.content
        title = card.get("title") or card.get("main_title", {}).get("title") or "消息"
        text = card.get("description") or card.get("sub_title_text") or card.get("content") or ""
        facts = "".join(
            f"<br><small>{escape(str(row.get('keyname')))}：{escape(str(row.get('value')))}</small>"
            for row in card.get("horizontal_content_list", [])
        )
        # The description is markup on a member's phone; here it is shown as it was sent.
        chosen = (
            f"<small>已按：{escape(sent.replaced or sent.pressed)}</small>" if sent.pressed else ""
        )
        buttons = "".join(
            f'<form method="post">{back}'
            + hidden(
                do="press",
                corp_id=corp.corp_id,
                message_id=sent.message_id,
                user=sent.to_user,
                key=str(one.get("key", "")),
            )
            + f"{button(str(one.get('text', '')))}</form>"
            for one in card.get("button_list", [])
            if one.get("key")
        )
        return (
            escape(sent.to_user),
            f"<b>{escape(str(title))}</b><br>{escape(str(text))}{facts}",
            f"<small>{to_china(sent.sent_at)[5:]}</small>",
            f'<div class="acts">{buttons}{chosen}</div>',
        )

    def _machine(self) -> str:
        world = self._platforms.world
        kinds = [(kind, _KIND_NAMES[kind]) for kind in sorted(KINDS)]
        scopes = [("", "所有"), *((key, one.name) for key, one in world.shops.items())]
        scopes += [(key, one.name) for key, one in world.corps.items()]
        pending = (
            "，".join(f"{fault.kind}×{fault.times}" for fault in world.faults.pending()) or "无"
        )
        waiting = len(self._platforms.pushes.waiting())
        calls = "\n".join(escape(line) for line in world.calls[-12:])
        return (
            "<h2 class='gap'>模拟器</h2><div class='cols'>"
            f'<form method="post" class="bar">{hidden(do="clock")}<span>时钟 '
            f"{to_china(world.clock.now())}</span>{field('advance_s', '拨快（秒）', '60')}{button('拨')}</form>"
            f'<form method="post" class="bar">{hidden(do="traffic")}'
            f"{field('every_s', '每隔几秒来一单（0 为停）', str(self._platforms.traffic.every_s))}{button('设定')}</form>"
            f'<form method="post" class="bar">{hidden(do="fault")}{select("kind", kinds)}'
            f"{select('scope', scopes)}{field('times', '次数', '1')}{button('安排故障')}"
            f"<small>待发生：{pending}</small></form>"
            f'<form method="post" class="bar">{hidden(do="repeat", mode="reversed")}'
            f"<span>待送达推送 {waiting} 条</span>{button('全部倒序重发')}</form></div>"
            f"<pre>{calls or '还没有调用'}</pre>"
        )


def _refund_mark(refund: str) -> str:
    return {"none": "", "asked": " <em>退款中</em>", "refunded": " <em>已退款</em>"}[refund]
