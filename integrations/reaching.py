"""Turns a connection into something that can be called."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from common.clock import wall_now
from common.outbox import going_out
from integrations.http import egress_allow, note_call, platform_client
from integrations.keys import extra_of, secret_of
from integrations.models import Connection
from integrations.tmall.api import TmallApi
from integrations.tmall.bills import TmallBills
from integrations.tmall.gateway import TopGateway
from integrations.tmall.shop import TmallShop
from integrations.token_store import RowTokenStore
from integrations.wechatpay.merchant import MAX_RATIO_BP, Keys, Merchant
from integrations.wecom.api import WecomApi
from integrations.wecom.crypto import CallbackCrypto
from integrations.youzan.api import YouzanApi
from integrations.youzan.bills import YouzanBills
from integrations.youzan.shop import YouzanShop

if TYPE_CHECKING:
    from integrations.bills import BillSource
    from integrations.shop import Shop
    from integrations.tokens import TokenStore

SHOPS = (Connection.Platform.YOUZAN, Connection.Platform.TMALL)


def shop_of(connection: Connection, *, brisk: bool = False) -> Shop:
    """Return the shop behind a connection; ValueError for WeCom, which sells nothing."""
    if connection.platform == Connection.Platform.TMALL:
        api = TmallApi(top_gateway(connection, brisk=brisk))
        return TmallShop(api, shop_id=connection.shop_key)
    tokens = RowTokenStore(connection)
    youzan = _youzan_api(connection, tokens, brisk=brisk)
    return YouzanShop(youzan, shop_id=connection.shop_key, tokens=tokens)


def bills_of(connection: Connection) -> tuple[BillSource, Callable[[], None]]:
    """Return where a shop's bill is read, and what is to be called after the last call."""
    if connection.platform == Connection.Platform.TMALL:
        return TmallBills(top_gateway(connection)), lambda: None
    tokens = RowTokenStore(connection)
    return YouzanBills(_youzan_api(connection, tokens)), tokens.flush


def _youzan_api(connection: Connection, tokens: RowTokenStore, *, brisk: bool = False) -> YouzanApi:
    if connection.platform != Connection.Platform.YOUZAN:
        raise ValueError(f"{connection.platform} is no shop")
    return YouzanApi(
        platform_client(brisk=brisk),
        client_id=connection.client_id,
        client_secret=secret_of(connection),
        shop_id=connection.shop_key,
        tokens=tokens,
        now=wall_now,
        base_url=connection.base_url,
    )


def top_gateway(connection: Connection, *, brisk: bool = False) -> TopGateway:
    """Return the gateway of a Tmall connection."""
    return TopGateway(
        platform_client(brisk=brisk),
        app_key=connection.client_id,
        app_secret=secret_of(connection),
        session=extra_of(connection).session,
        now=wall_now,
        url=connection.base_url,
    )


def merchant_of(connection: Connection) -> Merchant:
    """Return the WeChat Pay merchant of a connection; ValueError when its keys are none."""
    extra = extra_of(connection)
    keys = Keys(
        merchant=connection.shop_key,
        app_id=connection.client_id,
        private_key=secret_of(connection),
        cert_serial=extra.cert_serial,
        apiv3_key=extra.apiv3_key,
        platform_key=extra.platform_key,
        platform_key_id=extra.platform_key_id,
        max_ratio_bp=int(extra.max_ratio_bp or MAX_RATIO_BP),
    )
    return Merchant(
        keys,
        base_url=connection.base_url,
        allow=egress_allow(),
        leave=going_out,
        journal=note_call,
    )


def paying_merchant() -> Merchant | None:
    """Return the merchant the active company pays through; None without an active connection."""
    found = Connection.objects.filter(platform=Connection.Platform.WECHATPAY, is_active=True)
    connection = found.order_by("pk").first()
    return merchant_of(connection) if connection else None


def wecom_of(connection: Connection, tokens: TokenStore) -> WecomApi:
    """Return the application of a WeCom connection."""
    return WecomApi(
        platform_client(brisk=True),
        corp_id=connection.shop_key,
        secret=secret_of(connection),
        agent_id=int(extra_of(connection).agent_id),
        tokens=tokens,
        now=wall_now,
        base_url=connection.base_url,
    )


def hears_presses(connection: Connection) -> bool:
    """Whether WeCom can tell us that a button of a card was pressed."""
    extra = extra_of(connection)
    return bool(extra.callback_token and extra.encoding_aes_key)


def callback_crypto(connection: Connection) -> CallbackCrypto:
    """Return the crypto of a WeCom connection's callback; ValueError when its key is none."""
    extra = extra_of(connection)
    return CallbackCrypto(
        token=extra.callback_token,
        encoding_aes_key=extra.encoding_aes_key,
        receive_id=connection.shop_key,
    )
