"""Answers whether this process reaches its database and its broker."""

from __future__ import annotations

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

PATH = "/healthz"
_broker = redis.Redis.from_url(
    settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1, health_check_interval=0
)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone())
    except DatabaseError:
        connection.close()
        return False


def _broker_answers() -> bool:
    try:
        return bool(_broker.ping())
    except redis.RedisError:
        return False


def health(_request: HttpRequest) -> JsonResponse:
    """200 with both parts true, else 503; names no host and no version."""
    parts = {"database": _database_answers(), "broker": _broker_answers()}
    return JsonResponse(
        {"ok": all(parts.values()), **parts}, status=200 if all(parts.values()) else 503
    )
