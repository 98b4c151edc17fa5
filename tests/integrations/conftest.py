"""Simulated platforms on a free port, with a clock that stands still until a test moves it."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from integrations.client import CallRecord, HttpClient
from integrations.simulators import trade
from integrations.simulators.app import make_app
from integrations.simulators.clock import MovableClock
from integrations.simulators.faults import Fault
from integrations.simulators.platforms import Platforms, make_platforms
from integrations.simulators.world import Order, Shop
from integrations.tmall.api import TmallApi
from integrations.tmall.gateway import TopGateway
from integrations.tmall.signing import SignMethod
from integrations.tokens import MemoryTokenStore
from integrations.wecom.api import WecomApi
from integrations.youzan.api import YouzanApi

GOLDEN = Path(__file__).resolve().parent.parent / "golden" / "platforms"
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
YOUZAN, OTHER_YOUZAN, TMALL, CORP = "10010001", "10020002", "20010001", "wwsim0000000000001"


@dataclass
class Stage:
    """Running simulators, a client that may reach them, and what was called."""

    platforms: Platforms
    port: int
    calls: list[CallRecord] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    client: HttpClient = field(init=False)
    tokens: MemoryTokenStore = field(default_factory=MemoryTokenStore)

    def __post_init__(self) -> None:
        self.client = HttpClient(
            egress_allow=frozenset({("127.0.0.1", self.port)}),
            journal=self.calls.append,
            wait=self.waits.append,
        )

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def now(self) -> datetime:
        return self.platforms.world.clock.now()

    def later(self, seconds: int) -> None:
        self.platforms.world.clock.move(seconds)

    def shop(self, shop_id: str) -> Shop:
        return self.platforms.world.shops[shop_id]

    def buy(
        self, shop_id: str, product: int = 0, *, paid: bool = True, presale: bool = False
    ) -> Order:
        shop = self.shop(shop_id)
        order = trade.place_order(
            self.platforms.world,
            shop,
            product=shop.products[product],
            address=shop.addresses[len(shop.orders) % len(shop.addresses)],
            is_presale=presale,
        )
        if paid:
            trade.pay(self.platforms.world, shop, order)
        return order

    def fault(self, kind: str, scope: str = "", *, times: int = 1, operation: str = "") -> None:
        self.platforms.world.faults.add(Fault(kind, scope, times=times, operation=operation))

    def youzan(self, shop_id: str = YOUZAN, tokens: MemoryTokenStore | None = None) -> YouzanApi:
        shop = self.shop(shop_id)
        return YouzanApi(
            self.client,
            client_id=shop.client_id,
            client_secret=shop.client_secret,
            shop_id=shop_id,
            tokens=tokens or self.tokens,
            now=self.now,
            base_url=f"{self.base}/youzan",
        )

    def gateway(self, shop_id: str = TMALL, **changed: object) -> TopGateway:
        shop = self.shop(shop_id)
        wanted: dict[str, object] = {
            "app_key": shop.client_id,
            "app_secret": shop.client_secret,
            "session": shop.session,
            "now": self.now,
            "url": f"{self.base}/top/router/rest",
            "sign_method": SignMethod.HMAC_SHA256,
        }
        return TopGateway(self.client, **{**wanted, **changed})

    def tmall(self, shop_id: str = TMALL) -> TmallApi:
        return TmallApi(self.gateway(shop_id))

    def wecom(self, **changed: object) -> WecomApi:
        corp = self.platforms.world.corps[CORP]
        wanted: dict[str, object] = {
            "corp_id": corp.corp_id,
            "secret": corp.secret,
            "agent_id": corp.agent_id,
            "tokens": self.tokens,
            "now": self.now,
            "base_url": f"{self.base}/wecom",
        }
        return WecomApi(self.client, **{**wanted, **changed})

    def last_hour(self) -> tuple[datetime, datetime]:
        return self.now() - timedelta(hours=1), self.now()


@pytest.fixture
def serve() -> Iterator[Callable[[Callable[[Request], Response]], int]]:
    """Starts a server that answers by a function; gives its port."""
    running = []

    def start(answer: Callable[[Request], Response]) -> int:
        server = make_server("127.0.0.1", 0, Request.application(answer), threaded=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        running.append((server, thread))
        return server.server_port

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def stage() -> Iterator[Stage]:
    platforms = make_platforms(clock=MovableClock(NOON))
    server = make_server("127.0.0.1", 0, make_app(platforms), threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    running = Stage(platforms, server.server_port)
    yield running
    running.client.close()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def connected(tenant: Any, client: Any, settings: Any, monkeypatch: Any) -> Iterator[Any]:
    """The company of the order tests, with simulated platforms it may call without any waiting."""
    from tests.integrations.connected import Connected, map_products, simulators
    from tests.workorders.world import make_world

    world = make_world()
    map_products(world)
    with simulators() as (platforms, port):
        monkeypatch.setattr("integrations.http.sleep", lambda _seconds: None)
        settings.EGRESS_ALLOW = [f"127.0.0.1:{port}"]
        yield Connected(platforms, port, world, client)
