"""Counts what one network address does on the public site, so that nobody floods it."""

from __future__ import annotations

import logging

import redis
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from common.errors import TooMany

SIGN_UPS_PER_HOUR = 10

log = logging.getLogger(__name__)
_counters = redis.Redis.from_url(
    settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2, health_check_interval=30
)


def limit(action: str, address: str, *, most: int, period_s: int) -> None:
    """Count one action of an address; raises TooMany beyond `most` within a fixed period.

    When the counters cannot be reached nobody is refused: they may be lost at any time, and a
    sign-up is worth more than its limit.
    """
    key = f"kq:limit:{action}:{address}"
    try:
        with _counters.pipeline() as pipe:
            pipe.set(key, 0, ex=period_s, nx=True)
            pipe.incr(key)
            count = pipe.execute()[1]
    except redis.RedisError:
        log.warning("limit of %s not counted: broker unreachable", action)
        return
    if count > most:
        raise TooMany("limit.reached", _("Too many attempts from your network, try again later"))
