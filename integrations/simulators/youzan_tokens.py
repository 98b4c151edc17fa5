"""Tokens of the simulated Youzan: seven days, per application and shop, killed by a refresh."""

import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from werkzeug.wrappers import Request

from integrations.simulators.answers import AppError
from integrations.simulators.world import Shop, World

_LIFETIME = timedelta(days=7)


@dataclass(slots=True)
class YouzanTokens:
    """The tokens handed out since the start; the last one of a shop is its only live one."""

    world: World
    _live: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    _owner: dict[str, str] = field(default_factory=dict)

    def issue(self, request: Request) -> dict[str, Any]:
        """The answer to a token request; raises AppError."""
        wish = _json_body(request)
        client_id = wish.get("client_id")
        if client_id not in {shop.client_id for shop in self._shops()}:
            raise _refused(1103, "client_id 不存在")
        shop = next(
            (
                shop
                for shop in self._shops()
                if shop.client_id == client_id and shop.shop_id == str(wish.get("grant_id"))
            ),
            None,
        )
        if shop is None:
            raise _refused(1004, "店铺未授权")
        if wish.get("client_secret") != shop.client_secret:
            raise _refused(1000, "client_secret 错误")
        if wish.get("authorize_type") != "silent":
            raise _refused(1005, "authorize_type 不支持")
        value, expires_at = self._current(shop, is_refresh=wish.get("refresh") is True)
        token = {
            "access_token": value,
            "expires": int(expires_at.timestamp() * 1000),
            "scope": "trade item refund",
            "authority_id": shop.shop_id,
        }
        return {"success": True, "code": 200, "data": token, "message": None}

    def shop_of(self, token: str) -> Shop:
        """The shop that a token opens; raises AppError 4201, 4202 or 4203."""
        if not token:
            raise gateway_error(4201, "非法的请求凭证")
        shop_id = self._owner.get(token)
        value, expires_at = self._live.get(shop_id or "", ("", self.world.clock.now()))
        if shop_id is None or value != token:
            raise gateway_error(4203, "access_token 不存在")
        if expires_at <= self.world.clock.now():
            raise gateway_error(4202, "access_token 已过期")
        return self.world.shops[shop_id]

    def revoke(self, shop: Shop) -> None:
        """Let the shop's token die before its time."""
        self._live.pop(shop.shop_id, None)

    def _current(self, shop: Shop, *, is_refresh: bool) -> tuple[str, datetime]:
        kept = self._live.get(shop.shop_id)
        now = self.world.clock.now()
        if kept is not None and kept[1] > now and not is_refresh:
            return kept
        made = (secrets.token_hex(16), now + _LIFETIME)
        self._live[shop.shop_id] = made
        self._owner[made[0]] = shop.shop_id
        return made

    def _shops(self) -> list[Shop]:
        return [shop for shop in self.world.shops.values() if shop.platform == "youzan"]


def gateway_error(code: int, message: str) -> AppError:
    """An error of the gateway itself."""
    error = {"err_code": code, "err_msg": message, "trace_id": "yz7-sim"}
    return AppError({"gw_err_resp": error})


def _refused(code: int, message: str) -> AppError:
    return AppError({"success": False, "code": code, "message": message})


def _json_body(request: Request) -> dict[str, Any]:
    if request.mimetype != "application/json":
        raise _refused(1000, "仅支持 application/json")
    try:
        wish = json.loads(request.get_data())
    except ValueError as error:
        raise _refused(1000, "请求体不是 JSON") from error
    return wish if isinstance(wish, dict) else {}
