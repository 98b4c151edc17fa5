"""A company whose shops and corp are the simulated ones, reached over HTTP."""

from __future__ import annotations

import threading
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from werkzeug.serving import make_server

from catalog.models import ProductMapping
from common.outbox import drain
from common.outbox.models import OutboxRow
from integrations import simulators as package
from integrations.keys import Extra
from integrations.models import Connection
from integrations.services.connecting import ConnectionFacts, save_connection
from integrations.services.pulling import pull
from integrations.simulators import trade
from integrations.simulators.app import make_app
from integrations.simulators.platforms import Platforms, make_platforms
from integrations.simulators.world import Order, Shop
from tests.browsing import TenantClient
from tests.workorders.world import World
from workorders.models import WorkOrder

YOUZAN, TMALL, CORP = "10010001", "20010001", "wwsim0000000000001"
AC, DISHES = 0, 6
PAY_SEED = tomllib.loads((Path(package.__file__).parent / "wechatpay.toml").read_text("utf-8"))
MERCHANT = PAY_SEED["merchant"][0]


@dataclass
class Connected:
    """The simulators, the company, its connections, and a browser that plays the platform."""

    platforms: Platforms
    port: int
    world: World
    client: TenantClient
    connections: dict[str, Connection] = field(default_factory=dict)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def shop(self, shop_id: str = YOUZAN) -> Shop:
        return self.platforms.world.shops[shop_id]

    def connect(self, shop_id: str = YOUZAN, **changes: Any) -> Connection:
        """Connect a seeded shop or corp with its true secrets, without reading it."""
        facts = self.facts(shop_id, **changes)
        connection = save_connection(facts=facts, actor=None)
        OutboxRow.objects.filter(topic="ConnectionSaved").delete()
        self.connections[shop_id] = connection
        return connection

    def facts(self, shop_id: str, **changes: Any) -> ConnectionFacts:
        wanted: dict[str, Any] = {"name": shop_id, "sold_by": self.world.shop}
        if shop_id == CORP:
            corp = self.platforms.world.corps[CORP]
            extra = Extra(
                agent_id=str(corp.agent_id),
                callback_token=corp.callback_token,
                encoding_aes_key=corp.encoding_aes_key,
            )
            wanted |= {
                "platform": "wecom",
                "shop_key": corp.corp_id,
                "client_id": corp.corp_id,
                "secret": corp.secret,
                "base_url": f"{self.base}/wecom",
                "extra": extra,
            }
        else:
            shop = self.shop(shop_id)
            path = "/youzan" if shop.platform == "youzan" else "/top/router/rest"
            wanted |= {
                "platform": shop.platform,
                "shop_key": shop_id,
                "client_id": shop.client_id,
                "secret": shop.client_secret,
                "base_url": f"{self.base}{path}",
                "extra": Extra(session=shop.session, message_group=shop.tmc_group),
            }
        return ConnectionFacts(**{**wanted, **changes})

    def pushed(self, shop_id: str = YOUZAN) -> None:
        """Let the shop's pushes be posted to our address."""
        address = f"/hooks/youzan/{self.connections[shop_id].public_id}"
        self.shop(shop_id).callback_url = address
        self.platforms.pushes.post = self._post

    def _post(self, url: str, body: bytes, headers: dict[str, str]) -> str:
        sent = dict(headers)
        kind = sent.pop("Content-Type")
        answer = self.client.post(url, data=body, content_type=kind, headers=sent)
        return answer.content.decode()

    def buy(
        self, shop_id: str = YOUZAN, product: int = AC, *, paid: bool = True, at: int = 0
    ) -> Order:
        shop = self.shop(shop_id)
        order = trade.place_order(
            self.platforms.world, shop, product=shop.products[product], address=shop.addresses[at]
        )
        if paid:
            trade.pay(self.platforms.world, shop, order)
        return order

    def later(self, seconds: int) -> None:
        self.platforms.world.clock.move(seconds)


def merchant_facts(base: str, sold_by: Any) -> ConnectionFacts:
    """What connects the first simulated merchant of WeChat Pay."""
    extra = Extra(
        cert_serial=MERCHANT["cert_serial"],
        apiv3_key=MERCHANT["apiv3_key"],
        platform_key=PAY_SEED["platform"]["public_key"],
        platform_key_id=PAY_SEED["platform"]["key_id"],
    )
    return ConnectionFacts(
        platform="wechatpay", name="微信支付", shop_key=MERCHANT["mch_id"],
        client_id=MERCHANT["app_id"], sold_by=sold_by, base_url=f"{base}/wechatpay",
        secret=MERCHANT["private_key"], extra=extra,
    )  # fmt: skip


def work() -> int:
    """Run every row that is due; a failing one fails the test."""
    return drain(strict=True)


def at_once() -> None:
    """Let what is planned for later be due now."""
    OutboxRow.objects.filter(done_at=None, dead_at=None).update(due_at="2026-01-01T00:00:00Z")


def orders_of(number: str) -> list[WorkOrder]:
    return list(WorkOrder.objects.filter(line__order__number=number).order_by("pk"))


@contextmanager
def simulators(around: Callable[[Any], Any] | None = None) -> Iterator[tuple[Platforms, int]]:
    """Simulated platforms on a free port; `around` wraps the application."""
    platforms = make_platforms()
    app = make_app(platforms)
    server = make_server("127.0.0.1", 0, around(app) if around else app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield platforms, server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def map_products(world: World) -> None:
    """Every service line that the simulated shops sell asks for the installation."""
    ProductMapping.objects.create(product_code="P-*", item=world.item, price_included=True)


def bought(connected: Connected, shop_id: str) -> WorkOrder:
    """A paid order of a connected shop, taken in by a pull."""
    connection = connected.connections.get(shop_id) or connected.connect(shop_id)
    connected.later(-120)
    order = connected.buy(shop_id)
    connected.later(120)
    pull(connection_id=connection.pk)
    work()
    return orders_of(order.number)[0]


def member(connected: Connected, userid: str = "li") -> None:
    """Give the installer an account at the corp."""
    user = connected.world.installer.user
    user.display_name, user.wecom_userid = "李伟", userid
    user.save()
