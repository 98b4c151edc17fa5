"""What the TOP gateway checks before a method is reached: parameters, time, signature, session."""

from datetime import timedelta
from typing import Any

from integrations.errors import MappingError
from integrations.simulators.answers import AppError
from integrations.simulators.world import Shop, World
from integrations.times import from_china
from integrations.tmall.signing import SignMethod, top_sign

_TOLERANCE = timedelta(minutes=10)
SYSTEM = frozenset(
    {"method", "app_key", "session", "timestamp", "format", "v", "sign_method", "sign"}
    | {"partner_id", "target_app_key", "simplify"}
)
# Calls of the application itself, without a seller's session.
WITHOUT_SESSION = frozenset({"taobao.tmc.messages.consume", "taobao.tmc.messages.confirm"})


def top_error(code: int, message: str, sub_code: str = "", sub_message: str = "") -> AppError:
    """The error envelope of the gateway."""
    error: dict[str, Any] = {"code": code, "msg": message, "request_id": "sim"}
    if sub_code:
        error |= {"sub_code": sub_code, "sub_msg": sub_message}
    return AppError({"error_response": error})


def wrong_argument(name: str, why: str) -> AppError:
    """A business parameter that the method refuses."""
    return top_error(41, "Invalid arguments", "isv.invalid-parameter", f"{name}: {why}")


def checked_shop(world: World, form: dict[str, str], known_methods: frozenset[str]) -> Shop:
    """The seller's shop behind a well-formed, signed, timely call; raises AppError."""
    method = _needed(form, "method", 21, "Missing method")
    if method not in known_methods:
        raise top_error(22, "Invalid method")
    app_key = _needed(form, "app_key", 28, "Missing app key")
    shops = [shop for shop in world.shops.values() if shop.platform == "tmall"]
    secrets = {shop.client_id: shop.client_secret for shop in shops}
    if app_key not in secrets:
        raise top_error(29, "Invalid app key")
    _check_time(world, form)
    if _needed(form, "v", 32, "Missing version") != "2.0":
        raise top_error(33, "Invalid version")
    _check_signature(form, secrets[app_key])
    if form.get("format") != "json":
        raise top_error(23, "Invalid format")
    mine = [shop for shop in shops if shop.client_id == app_key]
    if method in WITHOUT_SESSION:
        return mine[0]
    session = _needed(form, "session", 26, "Missing session")
    for shop in mine:
        if shop.session == session:
            return shop
    raise top_error(27, "Invalid session", "invalid-sessionkey", "session 无效")


def _check_time(world: World, form: dict[str, str]) -> None:
    text = _needed(form, "timestamp", 30, "Missing timestamp")
    try:
        sent_at = from_china(text, "timestamp")
    except MappingError as error:
        raise top_error(31, "Invalid timestamp") from error
    if abs(world.clock.now() - sent_at) > _TOLERANCE:
        raise top_error(31, "Invalid timestamp")


def _check_signature(form: dict[str, str], secret: str) -> None:
    sign = _needed(form, "sign", 24, "Missing signature")
    try:
        method = SignMethod(form.get("sign_method", ""))
    except ValueError as error:
        raise top_error(25, "Invalid signature") from error
    if sign != top_sign(form, secret, method):
        raise top_error(25, "Invalid signature")


def _needed(form: dict[str, str], name: str, code: int, message: str) -> str:
    value = form.get(name, "")
    if not value:
        raise top_error(code, message)
    return value
