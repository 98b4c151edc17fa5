"""Counts what one network address does on the public site, so that nobody floods it."""

from __future__ import annotations

import logging

import redis
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from common.errors import TooMany

SIGN_UPS_PER_HOUR = 10
# Of one network address, over all companies; an office behind one address mistypes less.
WRONG_PASSWORDS_PER_QUARTER = 50
QUARTER_S = 15 * 60

log = logging.getLogger(__name__)
_counters = redis.Redis.from_url(
    settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2, health_check_interval=30
)


def limit(action: str, address: str, *, most: int, period_s: int) -> None:
    """Count one action of an address; raises TooMany beyond `most` within a fixed period.

    When the counters cannot be reached nobody is refused: they may be lost at any time, and a
    sign-up is worth more than its limit.
    """
    try:
        with _counters.pipeline() as pipe:
            key = _key(action, address)
            pipe.set(key, 0, ex=period_s, nx=True)
            pipe.incr(key)
            count = pipe.execute()[1]
    except redis.RedisError:
        log.warning("limit of %s not counted: broker unreachable", action)
        return
    _refuse_beyond(count, most)


def refuse_at(action: str, address: str, *, most: int) -> None:
    """Raise TooMany when an address has reached `most` counted actions; counts nothing itself."""
    try:
        count = int(_counters.get(_key(action, address)) or 0)
    except redis.RedisError:
        return
    _refuse_beyond(count, most - 1)


def _key(action: str, address: str) -> str:
    return f"kq:limit:{action}:{address}"


def _refuse_beyond(count: int, most: int) -> None:
    if count > most:
        raise TooMany("limit.reached", _("Too many attempts from your network, try again later"))
